// WebGL2 (here Chromium's in software) against WASM: the same pictures, and nobody sees the room where it fails.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { goldenPicture, openBrowser } from './browser.mjs';
import { differences } from './colors.mjs';

const camera = await goldenPicture('hand_call');
let browser;
let page;
before(async () => {
  browser = await openBrowser({ camera, mounts: { '/test/': fileURLToPath(new URL('.', import.meta.url)) } });
  page = await newPage();
});
after(() => browser.close());

async function newPage() {
  const page = await browser.newPage();
  await page.evaluate(async () => {
    Object.assign(globalThis, await import('/selfieseg/index.js'), await import('/test/pictures.js'));
    // What a segmenter with these options makes of frames: { shown, frame, compositor } of the last, and `all` compositors.
    globalThis.processAll = async (frames, effect, options) => {
      const segmenter = await Segmenter.create(options);
      const all = [];
      let made;
      try {
        await segmenter.setEffect(effect);
        for (const frame of frames) {
          const result = await segmenter.process(frame);
          const { timestamp, duration, displayWidth, displayHeight, rotation, flip } = result;
          made = { shown: show(result), frame: { timestamp, duration, displayWidth, displayHeight, rotation, flip } };
          all.push(segmenter.compositor);
          result.close();
        }
      } finally {
        segmenter.close();
      }
      return { ...made, compositor: all.at(-1), all };
    };
  });
  return page;
}

// Against WASM with the frame as RGB, which does the same to the same numbers, only roundings are left: the small frame's to
// bytes, those of half floats, and of WASM's whole numbers. They are the larger the softer the matte is.
const SAME = { mean: 0.1, far: 0.0001 };
// WASM works on Y'CbCr as that is, and so the colours of edges and backgrounds have half the resolution: from its own RGB it
// is as far away.
const SAME_YUV = { mean: 1.3, far: 0.06 };
const within = (found, most) => found.mean <= most.mean && found.far <= most.far;

const green = { type: 'color', color: '#00b140' };
const picture = { type: 'picture', picture: 'messi5' };
const cases = [
  ['a colour', 'astronaut', 640, 480, green],
  ['a colour, BT.709', 'hand_call', 640, 360, green, { format: 'NV12', matrix: 'bt709' }, { model: 'landscape' }],
  ['light wrap', 'hand_call', 641, 361, { ...green, lightWrap: 0.7 }],
  ['a picture that fills', 'portrait', 360, 640, picture, { format: 'NV12' }, { model: 'landscape' }],
  ['a picture that fits', 'astronaut', 641, 479, { ...picture, fit: 'fit', color: '#204080' }, { format: 'RGBA' }],
  ['a picture in the centre', 'girl1', 601, 399, { ...picture, fit: 'center', color: '#204080' }, { format: 'BGRX' }],
  ['light wrap of a picture', 'astronaut', 640, 480, { ...picture, lightWrap: 1 }, { format: 'BGRA' }],
  ['blur', 'three_people', 1280, 720, { type: 'blur' }, { matrix: 'bt709' }, { model: 'landscape' }],
  ['a wide blur', 'astronaut', 321, 243, { type: 'blur', radius: 40 }, { format: 'RGBX' }],
  ['none', 'astronaut', 320, 240, { type: 'none' }],
  ['another display size', 'astronaut', 320, 240, green, { format: 'RGBA', displayWidth: 640, displayHeight: 240 }],
  ['a visible part', 'astronaut', 640, 480, green, { visibleRect: { x: 32, y: 64, width: 500, height: 300 } }],
  ...[[0, true], [90, false], [90, true], [180, false], [180, true], [270, false], [270, true]].map(([rotation, flip], i) => [
    `turned by ${rotation}${flip ? ', mirrored' : ''}`, 'astronaut', 400, 300 + i, i % 2 ? green : { ...picture, fit: 'fit' }, { rotation, flip },
  ]),
];
for (const [what, name, width, height, effect, frame = {}, options = {}] of cases) {
  test(`the same picture by both: ${what}`, async () => {
    const { found, rgb, yuv } = await page.evaluate(async ({ name, width, height, effect, frame, options }) => {
      if (effect.picture) effect.picture = await readPicture(effect.picture, 300, 220);
      const one = frameOf(await readPicture(name, width, height), frame);
      const plain = one.format === 'I420' || one.format === 'NV12' ? frameOf(show(one), { format: 'RGBA' }) : one.clone();
      const byWebgl = await processAll([one], effect, { ...options, compositor: 'webgl2' });
      const byWasm = await processAll([one], effect, { ...options, compositor: 'wasm' });
      const byRgb = await processAll([plain], effect, { ...options, compositor: 'wasm' });
      one.close();
      plain.close();
      return {
        found: [byWebgl, byWasm].map(({ compositor, frame }) => ({ compositor, ...frame })),
        rgb: difference(byWebgl.shown, byRgb.shown),
        yuv: difference(byWebgl.shown, byWasm.shown),
      };
    }, { name, width, height, effect, frame, options });
    assert.equal(found[0].compositor, 'webgl2');
    assert.deepEqual(found[0], { ...found[1], compositor: 'webgl2' }, 'time, size and orientation');
    assert.deepEqual([found[0].timestamp, found[0].duration], [1234, 33]);
    assert.ok(within(rgb, SAME), `from RGB ${JSON.stringify(rgb)}`);
    assert.ok(within(yuv, SAME_YUV), `from the frame ${JSON.stringify(yuv)}`);
  });
}

test('masks are calmed over time by both', async () => {
  const { same, calmed } = await page.evaluate(async () => {
    const still = await readPicture('hand_call', 320, 240);
    // A camera's noise, by a fixed seed.
    let seed = 1;
    const random = () => ((seed = (seed * 48271) % 2147483647) / 2147483647 - 0.5) * 60;
    const frames = Array.from({ length: 6 }, () => {
      return frameOf(new ImageData(still.data.map((value, i) => (i % 4 === 3 ? value : value + random())), 320, 240), { format: 'RGBA' });
    });
    const effect = { type: 'color', color: '#00b140' };
    const run = (compositor, smoothing, some) => processAll(some, effect, { compositor, smoothing });
    const byWebgl = await run('webgl2', 1, frames);
    const byWasm = await run('wasm', 1, frames);
    const alone = await run('webgl2', 1, frames.slice(-1));
    frames.forEach((frame) => frame.close());
    return { same: difference(byWebgl.shown, byWasm.shown), calmed: difference(byWebgl.shown, alone.shown) };
  });
  assert.ok(within(same, SAME), JSON.stringify(same));
  assert.ok(!within(calmed, SAME), `the frames before count: ${JSON.stringify(calmed)}`);
});

test('pictures are replaced, of a clip and others, and a still image has them, too', async () => {
  const found = await page.evaluate(async () => {
    const pictures = await Promise.all(['messi5', 'girl1', 'noise'].map((name, i) => readPicture(name, 200 + 50 * i, 220)));
    const still = await readPicture('astronaut', 320, 240);
    const frame = frameOf(still, { format: 'RGBA' });
    const clip = frameOf(pictures[1], { format: 'RGBA', rotation: 90 });
    const segmenters = [];
    for (const compositor of ['webgl2', 'wasm']) {
      segmenters.push(await Segmenter.create({ compositor }));
      await segmenters.at(-1).setEffect({ type: 'picture', picture: pictures[0] });
    }
    const found = [];
    const look = async (image) => {
      const shown = [];
      for (const segmenter of segmenters) {
        const result = await segmenter.process(image);
        shown.push(result instanceof VideoFrame ? show(result) : result);
        result.close?.();
      }
      found.push({ compositor: segmenters[0].compositor, shown: shown[0], same: difference(...shown) });
    };
    const replace = async (picture) => {
      for (const segmenter of segmenters) await segmenter.setPicture(picture);
    };
    await look(frame);
    await replace(clip);
    await look(frame);
    await replace(pictures[2]);
    await look(frame);
    await look(still);
    segmenters.forEach((segmenter) => segmenter.close());
    frame.close();
    clip.close();
    return found.map(({ compositor, shown, same }, i) => ({ compositor, same, changed: difference(shown, found[Math.max(i - 1, 0)].shown).far }));
  });
  assert.deepEqual(found.map(({ compositor }) => compositor), ['webgl2', 'webgl2', 'webgl2', 'wasm']);
  assert.ok(found.every(({ same }) => within(same, SAME)), JSON.stringify(found));
  assert.ok(found[1].changed > 0.3 && found[2].changed > 0.3 && found[3].changed < 0.1, JSON.stringify(found));
});

const byWasm = [
  ['clear backgrounds', { effect: { type: 'transparent' } }],
  ['a blur finer than the network sees', { effect: { type: 'blur', radius: 2 } }],
  ['other qualities', { quality: 'fast' }],
  ['tracking', { tracking: true }],
  ['moved outlines', { grow: 5 }],
  ['inverted masks', { invert: true }],
  ["'wasm'", { compositor: 'wasm' }],
  ["'auto' without a graphics processor", { compositor: 'auto' }],
];
for (const [what, { effect = green, compositor = 'webgl2', ...options }] of byWasm) {
  test(`WASM makes ${what}`, async () => {
    const found = await page.evaluate(async ({ effect, options }) => {
      const frame = frameOf(await readPicture('astronaut', 320, 240));
      const { compositor } = await processAll([frame], effect, options);
      frame.close();
      return compositor;
    }, { effect, options: { ...options, compositor } });
    assert.equal(found, 'wasm');
  });
}

// What goes wrong, by a change of WebGL2's own functions before the second frame, or before the context is made.
const faults = [
  ['a context that is lost between frames', 2, (gl) => gl.getExtension('WEBGL_lose_context').loseContext()],
  ['a context that is lost within a frame', 2, (gl) => {
    gl.readPixels = () => gl.getExtension('WEBGL_lose_context').loseContext();
  }],
  ['a frame that cannot be uploaded', 2, (gl) => {
    const { texImage2D } = gl;
    gl.texImage2D = (...values) => {
      if (values.at(-1) instanceof VideoFrame) throw new DOMException('no', 'SecurityError');
      texImage2D.apply(gl, values);
    };
  }],
  ['an upload that fails silently', 2, (gl) => {
    const { texImage2D } = gl;
    gl.texImage2D = (target, level, ...values) => texImage2D.call(gl, target, values.length === 4 ? 99 : level, ...values);
  }],
  ['a shader that does not compile', 1, (gl) => {
    const { shaderSource } = gl;
    gl.shaderSource = (shader, source) => shaderSource.call(gl, shader, source.replace('void main', 'viod main'));
  }],
  ['a processor that draws nothing', 1, (gl) => {
    gl.drawArrays = () => {};
  }],
  ['a processor that turns frames round', 1, (gl) => {
    const { uniformMatrix2fv } = gl;
    gl.uniformMatrix2fv = (place, transpose, matrix) => uniformMatrix2fv.call(gl, place, transpose, matrix.map((value) => -value));
  }],
  ['no textures of floats', 1, (gl) => {
    gl.getExtension = () => null;
  }],
];
for (const [what, when, fault] of faults) {
  test(`where there is ${what}, WASM makes that same frame`, async () => {
    const fresh = await newPage();
    await fresh.evaluate(`globalThis.fault = ${fault}`);
    const { all, same, after } = await fresh.evaluate(async (when) => {
      const { getContext } = OffscreenCanvas.prototype;
      let webgl = null;
      OffscreenCanvas.prototype.getContext = function (kind, ...options) {
        const context = getContext.call(this, kind, ...options);
        if (kind === 'webgl2') webgl = context;
        if (kind === 'webgl2' && when === 1) fault(context);
        return context;
      };
      const frames = await Promise.all(['astronaut', 'hand_call', 'portrait'].map(async (name) => frameOf(await readPicture(name, 320, 240))));
      const effect = { type: 'color', color: '#00b140' };
      const segmenter = await Segmenter.create({ compositor: 'webgl2' });
      await segmenter.setEffect(effect);
      const all = [];
      const shown = [];
      for (const [i, frame] of frames.entries()) {
        if (i === 1 && when === 2) fault(webgl);
        const result = await segmenter.process(frame);
        all.push(segmenter.compositor);
        shown.push(show(result));
        result.close();
      }
      segmenter.close();
      const [same, after] = await Promise.all([1, 2].map(async (i) => {
        return difference(shown[i], (await processAll([frames[i]], effect, { compositor: 'wasm' })).shown);
      }));
      frames.forEach((frame) => frame.close());
      return { all, same, after };
    }, when);
    await fresh.close();
    assert.deepEqual(all, [when === 1 ? 'wasm' : 'webgl2', 'wasm', 'wasm']);
    assert.deepEqual([same, after], [{ mean: 0, far: 0 }, { mean: 0, far: 0 }]);
  });
}

test('textures are made once for a size', async () => {
  const fresh = await newPage();
  const counts = await fresh.evaluate(async () => {
    let textures = 0;
    const { createTexture, deleteTexture } = WebGL2RenderingContext.prototype;
    WebGL2RenderingContext.prototype.createTexture = function () {
      ++textures;
      return createTexture.call(this);
    };
    WebGL2RenderingContext.prototype.deleteTexture = function (texture) {
      --textures;
      deleteTexture.call(this, texture);
    };
    const picture = await readPicture('messi5', 300, 220);
    const frames = [frameOf(await readPicture('astronaut', 320, 240)), frameOf(await readPicture('astronaut', 240, 320))];
    const segmenter = await Segmenter.create({ compositor: 'webgl2' });
    const counts = [];
    for (let i = 0; i < 12; ++i) {
      for (const effect of [{ type: 'picture', picture, lightWrap: 1 }, { type: 'blur' }]) {
        await segmenter.setEffect(effect);
        for (const frame of frames) (await segmenter.process(frame)).close();
      }
      counts.push([textures, segmenter.memoryBytes, segmenter.compositor].join());
    }
    segmenter.close();
    frames.forEach((frame) => frame.close());
    return counts;
  });
  await fresh.close();
  assert.match(counts[1], /^\d\d,\d+,webgl2$/);
  assert.deepEqual(counts.slice(2), Array(10).fill(counts[1]));
});

for (const canvas of [false, true]) {
  test(`a track's background changes while it runs, ${canvas ? 'by a canvas' : 'by streams of frames'}`, async () => {
    const fresh = await newPage();
    await fresh.evaluate(async (canvas) => {
      const stream = await navigator.mediaDevices.getUserMedia({ video: { width: 640, height: 480 } });
      globalThis.processor = await BackgroundProcessor.create({ effect: { type: 'color', color: '#00b140' }, canvas, compositor: 'webgl2' });
      const video = document.createElement('video');
      video.muted = true;
      video.srcObject = new MediaStream([processor.process(stream.getVideoTracks()[0])]);
      await video.play();
      // Some frames later: RGB at places, and what made them.
      globalThis.look = async (effect, places) => {
        if (effect.picture) effect.picture = await readPicture(effect.picture, 300, 220);
        await processor.setEffect(effect);
        for (let i = 0; i < 4; ++i) await new Promise((resolve) => video.requestVideoFrameCallback(resolve));
        const { compositor } = await processor.stats();
        const context = new OffscreenCanvas(640, 480).getContext('2d');
        context.drawImage(video, 0, 0);
        const { data } = context.getImageData(0, 0, 640, 480);
        return { compositor, rgb: places.map(({ x, y }) => [...data.slice(4 * (640 * y + x), 4 * (640 * y + x) + 3)]) };
      };
    }, canvas);
    const { person, background } = camera.sure;
    const near = (found, expected) => differences(found, expected)[Math.floor(0.9 * found.length)] <= 8;
    const kept = (places) => places.map(({ rgb }) => rgb);
    const steps = [
      [green, 'webgl2', [0, 0xb1, 0x40]],
      [{ type: 'picture', picture: 'messi5', lightWrap: 0.5 }, 'webgl2'],
      [{ type: 'transparent' }, 'wasm', [0, 0, 0]],
      [{ type: 'blur' }, 'webgl2'],
      [{ type: 'color', color: '#2040c0', lightWrap: 0.5 }, 'webgl2', [0x20, 0x40, 0xc0]],
    ];
    for (const [effect, compositor, color] of steps) {
      const found = await fresh.evaluate(([effect, places]) => look(effect, places), [effect, [...person, ...background]]);
      const what = JSON.stringify(effect);
      const [ofPerson, behind] = [found.rgb.slice(0, person.length), found.rgb.slice(person.length)];
      assert.equal(found.compositor, compositor, what);
      assert.ok(near(ofPerson, kept(person)), `the person, ${what}: ${differences(ofPerson, kept(person))}`);
      assert.ok(!near(behind, kept(background)), `the room is seen, ${what}`);
      if (color) assert.ok(near(behind, background.map(() => color)), `${what}: ${behind[0]}`);
    }
    await fresh.evaluate(() => processor.close());
    await fresh.close();
  });
}

test('nothing of this asks for what the policy refuses', () => {
  assert.deepEqual(browser.complaints.filter((text) => !text.includes('INVALID_VALUE')), []);
});
