// From the camera to a processed track: streams of frames in a worker, and the canvas where a browser has none.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { goldenPicture, openBrowser } from './browser.mjs';
import { differences } from './colors.mjs';

const camera = await goldenPicture('hand_call');
const places = { person: camera.sure.person, background: camera.sure.background };
let browser;
before(async () => {
  browser = await openBrowser({ camera });
});
after(() => browser.close());

// A page with the camera open and the means to look at a track: window.camera, window.look(track).
async function openPage() {
  const page = await browser.newPage();
  await page.evaluate(async () => {
    globalThis.selfieseg = await import('/selfieseg/index.js');
    const stream = await navigator.mediaDevices.getUserMedia({ video: { width: 640, height: 480 } });
    globalThis.camera = stream.getVideoTracks()[0];
    // A number of frames later, the RGB of the track's picture at some places.
    globalThis.look = async (track, places, frames = 3) => {
      const video = document.createElement('video');
      video.muted = true;
      video.srcObject = new MediaStream([track]);
      await video.play();
      for (let i = 0; i < frames; ++i) await new Promise((resolve) => video.requestVideoFrameCallback(resolve));
      const canvas = new OffscreenCanvas(video.videoWidth, video.videoHeight);
      const context = canvas.getContext('2d', { willReadFrequently: true });
      context.drawImage(video, 0, 0);
      const { data, width, height } = context.getImageData(0, 0, canvas.width, canvas.height);
      video.srcObject = null;
      const rgb = ({ x, y }) => [...data.slice(4 * (y * width + x), 4 * (y * width + x) + 3)];
      return { width, height, person: places.person.map(rgb), background: places.background.map(rgb) };
    };
  });
  return page;
}

// Y'CbCr of 8 bits, half the chroma, there and back: no pixel of an even area is off by more than a few levels, but
// next to edges chroma comes from the neighbours, so that a tenth of the pixels is left out.
const NEAR = 8;
const near = (found, expected) => differences(found, expected)[Math.floor(0.9 * found.length)] <= NEAR;
const all = (color) => places.background.map(() => color);
const kept = (kind) => places[kind].map(({ rgb }) => rgb);

for (const canvas of [false, true]) {
  const how = canvas ? 'by a canvas' : 'by streams of frames';

  test(`keeps the person and replaces the background, ${how}, and switches live`, async () => {
    const page = await openPage();
    await page.evaluate(async (canvas) => {
      const effect = { type: 'color', color: '#00b140' };
      globalThis.processor = await selfieseg.BackgroundProcessor.create({ effect, canvas });
      globalThis.track = processor.process(camera);
    }, canvas);
    const look = () => page.evaluate((places) => look(track, places), places);

    const green = await look();
    assert.deepEqual([green.width, green.height], [640, 480]);
    assert.ok(near(green.person, kept('person')), `the person: ${differences(green.person, kept('person'))}`);
    assert.ok(near(green.background, all([0, 0xb1, 0x40])), `green: ${green.background[0]}`);

    await page.evaluate(() => processor.setEffect({ type: 'color', color: '#2040c0' }));
    const blue = await look();
    assert.ok(near(blue.background, all([0x20, 0x40, 0xc0])), `blue: ${blue.background[0]}`);
    assert.ok(near(blue.person, kept('person')));

    const refusal = await page.evaluate(() => processor.setEffect({ type: 'fog' }).catch((error) => error.message));
    assert.match(refusal, /no effect 'fog'/);
    assert.ok(near((await look()).background, all([0x20, 0x40, 0xc0])), 'a refused effect changes nothing');

    await page.evaluate(() => {
      const picture = new OffscreenCanvas(64, 48);
      const context = picture.getContext('2d');
      context.fillStyle = '#c04080';
      context.fillRect(0, 0, 64, 48);
      return processor.setEffect({ type: 'picture', picture });
    });
    assert.ok(near((await look()).background, all([0xc0, 0x40, 0x80])), 'a picture');

    await page.evaluate(() => processor.setEffect({ type: 'blur' }));
    const blurred = await look();
    assert.ok(near(blurred.person, kept('person')), 'blur keeps the person');
    assert.ok(!near(blurred.background, kept('background')), 'blur changes the background');

    await page.evaluate(() => processor.setEffect({ type: 'none' }));
    const plain = await look();
    assert.ok(near(plain.background, kept('background')), `the camera: ${differences(plain.background, kept('background'))}`);

    const { stats, state } = await page.evaluate(async () => {
      const stats = await processor.stats();
      processor.close();
      return { stats, state: [track.readyState, camera.readyState] };
    });
    assert.ok(stats.frames > 10 && stats.network > 0 && stats.compose > 0 && stats.milliseconds > stats.network);
    assert.deepEqual(state, ['ended', 'live'], 'close() ends our track, and leaves the camera');
    await page.close();
  });

  test(`frames that a phone turns stay as they are shown, ${how}`, async () => {
    const page = await openPage();
    const shown = await page.evaluate(async ({ canvas, places }) => {
      const generator = new MediaStreamTrackGenerator({ kind: 'video' });
      const writer = generator.writable.getWriter();
      const stored = new OffscreenCanvas(480, 640); // the camera's picture, turned to the left
      const context = stored.getContext('2d');
      context.setTransform(0, -1, 1, 0, 0, 640);
      const reader = new MediaStreamTrackProcessor({ track: camera }).readable.getReader();
      const write = async () => {
        while (generator.readyState === 'live') {
          const { value: frame } = await reader.read();
          context.drawImage(frame, 0, 0);
          await writer.write(new VideoFrame(stored, { timestamp: frame.timestamp, rotation: 90 }));
          frame.close();
        }
      };
      write().catch((error) => generator.readyState === 'live' && Promise.reject(error)); // a write that stop() overtakes fails
      const effect = { type: 'color', color: '#00b140' };
      const processor = await selfieseg.BackgroundProcessor.create({ effect, canvas });
      const shown = await look(processor.process(generator), places);
      processor.close();
      generator.stop();
      return shown;
    }, { canvas, places });
    assert.deepEqual([shown.width, shown.height], [640, 480]);
    assert.ok(near(shown.person, kept('person')), `the person: ${differences(shown.person, kept('person'))}`);
    assert.ok(near(shown.background, all([0, 0xb1, 0x40])), `green: ${shown.background[0]}`);
    await page.close();
  });

  test(`a track that ends, ends the processed one, ${how}`, async () => {
    const page = await openPage();
    const ended = await page.evaluate(async (canvas) => {
      const processor = await selfieseg.BackgroundProcessor.create({ canvas });
      const stopped = new Promise((resolve) => processor.process(camera, resolve));
      await look(processor.processedTrack, { person: [], background: [] });
      camera.stop();
      camera.dispatchEvent(new Event('ended')); // stop() itself tells nobody
      return { error: await stopped, state: processor.processedTrack.readyState };
    }, canvas);
    assert.deepEqual(ended, { error: null, state: 'ended' });
    await page.close();
  });
}

test('the main thread does none of the work', async () => {
  const page = await openPage();
  const found = await page.evaluate(async () => {
    let instances = 0;
    for (const name of ['instantiate', 'instantiateStreaming']) WebAssembly[name] = () => ++instances;
    const processor = await selfieseg.BackgroundProcessor.create();
    const track = processor.process(camera);
    const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
    const workers = performance.getEntriesByType('resource').map((entry) => entry.name.split('/').pop());
    await wait(500);
    processor.close();
    return { workers, instances, state: track.readyState };
  });
  assert.ok(found.workers.includes('worker.js'));
  assert.equal(found.instances, 0, 'the module runs in the worker only');
  await page.close();
});

test('a transform of VideoFrames keeps times, and takes out the background with alpha', async () => {
  const page = await openPage();
  const found = await page.evaluate(async () => {
    const transform = await selfieseg.BackgroundTransform.create({ effect: { type: 'transparent' } });
    const { readable } = new MediaStreamTrackProcessor({ track: camera });
    const reader = readable.pipeThrough(transform).getReader();
    const times = [];
    let alpha;
    for (let i = 0; i < 3; ++i) {
      const { value: frame } = await reader.read();
      times.push(frame.timestamp);
      const bytes = new Uint8Array(4 * 640 * 480);
      await frame.copyTo(bytes);
      alpha = { format: frame.format, corner: bytes[3], middle: bytes[4 * (240 * 640 + 320) + 3] };
      frame.close();
    }
    await reader.cancel();
    transform.close();
    return { rising: times[0] < times[1] && times[1] < times[2], alpha };
  });
  assert.equal(found.rising, true);
  assert.ok(['RGBA', 'BGRA'].includes(found.alpha.format), found.alpha.format);
  assert.equal(found.alpha.corner, 0);
  await page.close();
});

test('a closed processor refuses calls', async () => {
  const page = await openPage();
  const messages = await page.evaluate(async () => {
    const processor = await selfieseg.BackgroundProcessor.create();
    const waiting = processor.setEffect({ type: 'none' }).catch((error) => error.message);
    processor.close();
    const late = await processor.setEffect({ type: 'none' }).catch((error) => error.message);
    return [await waiting, late];
  });
  assert.deepEqual(messages, ['the processor is closed', 'the processor is closed']);
  await page.close();
});

test('options that are refused close the worker, and say why', async () => {
  const page = await openPage();
  const message = await page.evaluate(() => selfieseg.BackgroundProcessor.create({ quality: 'best', smoothing: 1 }).catch((error) => error.message));
  assert.match(message, /smoothing over time is not for quality 'best'/);
  await page.close();
});

test('pages wrote no errors', () => assert.deepEqual(browser.complaints, []));
