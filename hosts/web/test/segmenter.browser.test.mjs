// Segmenter in Chromium, under a strict Content-Security-Policy.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { goldenPicture, openBrowser } from './browser.mjs';
import { NETWORKS } from './setup.mjs';

let browser;
let page;
before(async () => {
  browser = await openBrowser();
  page = await browser.newPage();
});
after(() => browser.close());

for (const set of ['simd', 'relaxed']) {
  for (const network of NETWORKS) {
    test(`golden masks, ${network.name}, ${set}`, async () => {
      const pictures = ['hand_call', 'portrait', 'three_people', 'astronaut', 'noise', 'messi5', 'girl1'];
      const worst = await page.evaluate(async ({ set, network, pictures }) => {
        const { Segmenter } = await import('/selfieseg/index.js');
        const fetchBytes = async (path) => (await fetch(path)).arrayBuffer();
        const wasm = await fetchBytes(`/selfieseg/selfieseg-${set}.wasm`);
        const segmenter = await Segmenter.create({ model: network.name, wasm });
        let worst = 0;
        for (const picture of pictures) {
          const expected = new Float32Array(await fetchBytes(`/golden/${picture}/${network.mask}`));
          const found = await segmenter.runNetwork(new Float32Array(await fetchBytes(`/golden/${picture}/${network.input}`)));
          if (found.length !== expected.length) throw new Error(`${found.length} floats`);
          found.forEach((value, i) => (worst = Math.max(worst, Number.isNaN(value) ? Infinity : Math.abs(value - expected[i]))));
        }
        segmenter.close();
        return worst;
      }, { set, network, pictures });
      assert.ok(worst <= 1e-3, `max abs ${worst}`);
    });
  }
}

test('Chromium fuses multiply-add', async () => {
  assert.equal(await page.evaluate(async () => (await import('/selfieseg/index.js')).Segmenter.instructionSet), 'relaxed');
});

test('every kind of image gives the same mask', async () => {
  const picture = await goldenPicture('hand_call', 256, 256);
  const rgba = [];
  for (let y = 0; y < 256; ++y) for (let x = 0; x < 256; ++x) rgba.push(...picture.rgb(x, y), 255);
  const { masks, sizes } = await page.evaluate(async (rgba) => {
    const { Segmenter } = await import('/selfieseg/index.js');
    const data = new ImageData(new Uint8ClampedArray(rgba), 256, 256);
    const canvas = document.createElement('canvas');
    canvas.width = canvas.height = 256;
    canvas.getContext('2d').putImageData(data, 0, 0);
    const img = new Image();
    img.src = canvas.toDataURL();
    await img.decode();
    const offscreen = new OffscreenCanvas(256, 256);
    offscreen.getContext('2d').putImageData(data, 0, 0);
    const frame = new VideoFrame(new Uint8ClampedArray(rgba), { format: 'RGBA', codedWidth: 256, codedHeight: 256, timestamp: 0 });
    const sources = { data, canvas, img, offscreen, bitmap: await createImageBitmap(canvas), frame };
    const segmenter = await Segmenter.create();
    const masks = {};
    const sizes = {};
    for (const [name, source] of Object.entries(sources)) {
      const { mask, width, height } = await segmenter.segment(source);
      masks[name] = [...mask];
      sizes[name] = [mask.length, width, height];
    }
    frame.close();
    segmenter.close();
    return { masks, sizes };
  }, rgba);
  for (const name of Object.keys(masks)) {
    assert.deepEqual(sizes[name], [65536, 256, 256], name);
    assert.deepEqual(masks[name], masks.data, name);
  }
  for (const { x, y } of picture.sure.person) assert.ok(masks.data[256 * y + x] > 230, `person at ${x}, ${y}`);
  for (const { x, y } of picture.sure.background) assert.ok(masks.data[256 * y + x] < 25, `background at ${x}, ${y}`);
  assert.ok(picture.sure.person.length > 100 && picture.sure.background.length > 100);
});

test('turned frames are seen upright, and shown so', async () => {
  const picture = await goldenPicture('hand_call', 320, 240);
  const rgba = [];
  for (let y = 0; y < 240; ++y) for (let x = 0; x < 320; ++x) rgba.push(...picture.rgb(x, y), 255);
  const found = await page.evaluate(async ({ rgba, sure }) => {
    const { Segmenter } = await import('/selfieseg/index.js');
    const frameOf = (pixels, width, height, init) =>
      new VideoFrame(pixels, { format: 'RGBA', codedWidth: width, codedHeight: height, timestamp: 0, ...init });
    const show = (frame) => {
      const context = new OffscreenCanvas(frame.displayWidth, frame.displayHeight).getContext('2d', { willReadFrequently: true });
      context.drawImage(frame, 0, 0);
      return context.getImageData(0, 0, frame.displayWidth, frame.displayHeight);
    };
    const upright = frameOf(new Uint8ClampedArray(rgba), 320, 240);
    const segmenter = await Segmenter.create();
    const found = [];
    for (const type of ['color', 'transparent']) {
      await segmenter.setEffect({ type, color: '#00b140' });
      for (const rotation of [0, 90, 180, 270]) {
        for (const flip of [false, true]) {
          // What is stored is what the browser's own turn undoes; a turn and a mirror undo themselves.
          const stored = show(new VideoFrame(upright, { rotation: flip ? rotation : (360 - rotation) % 360, flip }));
          const frame = frameOf(stored.data, stored.width, stored.height, { rotation, flip });
          const { mask, width, height } = await segmenter.segment(frame);
          const result = await segmenter.process(frame);
          const shown = show(result);
          const at = ({ x, y }) => ({ mask: mask[y * 320 + x], rgba: [...shown.data.slice(4 * (y * 320 + x), 4 * (y * 320 + x) + 4)] });
          found.push({
            how: `${type}, ${rotation}, ${flip}`, type, sizes: [width, height, shown.width, shown.height],
            turned: [result.rotation, result.flip], expected: [rotation, flip],
            person: sure.person.map(at), background: sure.background.map(at),
          });
          frame.close();
          result.close();
        }
      }
    }
    segmenter.close();
    return found;
  }, { rgba, sure: picture.sure });
  assert.equal(found.length, 16);
  for (const { how, type, sizes, turned, expected, person, background } of found) {
    assert.deepEqual(sizes, [320, 240, 320, 240], how);
    assert.deepEqual(turned, expected, how);
    person.forEach(({ mask, rgba }, i) => {
      assert.ok(mask > 230, `${how}: mask ${mask} of the person`);
      const { rgb } = picture.sure.person[i];
      assert.ok(rgb.every((value, channel) => Math.abs(value - rgba[channel]) <= 24), `${how}: ${rgba} of the person, not ${rgb}`);
    });
    for (const { mask, rgba } of background) {
      assert.ok(mask < 25, `${how}: mask ${mask} of the background`);
      assert.ok(type === 'transparent' ? rgba[3] < 25 : Math.abs(rgba[1] - 0xb1) < 25, `${how}: ${rgba} of the background`);
    }
  }
});

// What is asked of a segmenter, and the sentence that refuses it.
const refusals = [
  ['nothing as an image', (s) => s.segment(null), /the image must be an img, video, canvas/],
  ['a video without a frame', (s) => s.segment(document.createElement('video')), /the image has no pixels yet/],
  ['process() without an effect', (s) => s.process(new ImageData(8, 8)), /there is no effect yet: call setEffect\(\) first/],
  ['an unknown effect', (s) => s.setEffect({ type: 'fog' }), /no effect 'fog'; there are transparent, color, picture, blur, none/],
  ['a color by its name', (s) => s.setEffect({ type: 'color', color: 'red' }), /the color is 'red', need six digits/],
  ['light wrap out of range', (s) => s.setEffect({ type: 'color', color: '#ffffff', lightWrap: 3 }), /light_wrap|light wrap/],
  ['a picture that is none', (s) => s.setEffect({ type: 'picture' }), /the effect 'picture' needs a picture/],
  ['a closed frame', (s) => {
    const frame = new VideoFrame(new Uint8Array(256), { format: 'RGBA', codedWidth: 8, codedHeight: 8, timestamp: 0 });
    frame.close();
    return s.segment(frame);
  }, /the frame is closed/],
];
for (const [what, call, sentence] of refusals) {
  test(`refuses ${what}, and goes on`, async () => {
    const { message, pixels } = await page.evaluate(async () => {
      const { Segmenter } = await import('/selfieseg/index.js');
      globalThis.segmenter ??= await Segmenter.create();
      return {};
    }).then(() => page.evaluate(`(async () => {
      let message = 'it was not refused';
      try { await (${call})(segmenter); } catch (error) { message = error.message; }
      return { message, pixels: (await segmenter.segment(new ImageData(8, 8))).mask.length };
    })()`));
    assert.match(message, sentence);
    assert.equal(pixels, 64);
  });
}

test('an address without a network is refused', async () => {
  const message = await page.evaluate(async () => {
    const { Segmenter } = await import('/selfieseg/index.js');
    return Segmenter.create({ model: new URL('/selfieseg/none.tflite', location.href) }).catch((error) => error.message);
  });
  assert.match(message, /cannot fetch the network '.*none.tflite': the server says 404/);
  browser.complaints.length = 0; // Chromium writes of the 404
});

test('a refused effect leaves the one before', async () => {
  const pixel = await page.evaluate(async () => {
    const { Segmenter } = await import('/selfieseg/index.js');
    const segmenter = await Segmenter.create();
    await segmenter.setEffect({ type: 'color', color: '#00b140' });
    await segmenter.setEffect({ type: 'color', color: '#ffffff', lightWrap: 3 }).catch(() => {});
    const { data } = await segmenter.process(new ImageData(64, 64));
    segmenter.close();
    return [...data.slice(0, 3)];
  });
  assert.deepEqual(pixel, [0, 0xb1, 0x40]);
});

test('calls at the same time take their turns', async () => {
  const lengths = await page.evaluate(async () => {
    const { Segmenter } = await import('/selfieseg/index.js');
    const segmenter = await Segmenter.create({ quality: 'fast' });
    const images = [400, 10, 300, 20, 200].map((size) => new ImageData(size, size));
    const masks = await Promise.all(images.map((image) => segmenter.segment(image)));
    return masks.map(({ mask }) => mask.length);
  });
  assert.deepEqual(lengths, [160000, 100, 90000, 400, 40000]);
});

test('the policy refuses eval, and nothing of ours asks for it', async () => {
  assert.deepEqual(browser.complaints, []);
  const refused = await page.evaluate(() => {
    const script = document.createElement('script');
    script.textContent = 'globalThis.inline = true';
    document.body.append(script);
    return globalThis.inline === undefined;
  });
  assert.ok(refused, 'the policy is at work');
});
