// A tab that is hidden while it is in a call: pictures go on, processed, and so they do when it is shown again.
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { serve } from '../serve.mjs';
import { PACKAGE } from './setup.mjs';
import { openTabs } from './tabs.mjs';

let folder, server, browser;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'selfieseg-'));
  server = await serve({ '/selfieseg/': PACKAGE, '/': () => Buffer.from('<!doctype html><title>Test</title>') });
  // The camera's own moving figure: no person in it.
  browser = openTabs(folder, ['--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream']);
});
after(async () => {
  await browser.close();
  server.close();
  await rm(folder, { recursive: true, force: true });
});

async function start(canvas) {
  const { BackgroundProcessor, openCamera } = await import('/selfieseg/index.js');
  [globalThis.camera] = (await openCamera({ width: 640, height: 480 })).getVideoTracks();
  globalThis.processor = await BackgroundProcessor.create({ effect: { type: 'color', color: '#00b140' }, canvas });
  const reader = new MediaStreamTrackProcessor({ track: processor.process(camera) }).readable.getReader();
  // How many of the track's next pictures differ from one another, and how many are green all over.
  globalThis.watch = async (count) => {
    const pictures = new Set();
    let green = 0;
    for (let i = 0; i < count; ++i) {
      const { value: frame } = await reader.read();
      const bytes = new Uint8Array(4 * 640 * 480);
      await frame.copyTo(bytes, { format: 'RGBA' });
      frame.close();
      pictures.add(bytes.reduce((hash, value) => (hash * 31 + value) | 0, 0));
      green += bytes.every((value, i) => Math.abs(value - [0, 0xb1, 0x40, 255][i % 4]) <= 4);
    }
    return { hidden: document.hidden, green, pictures: pictures.size };
  };
}

// A camera that nobody looks at any more does not start in Chromium's next tab, so that it is let go.
function stop() {
  processor.close();
  camera.stop();
}

for (const canvas of [false, true]) {
  test(`a hidden tab goes on, ${canvas ? 'by a canvas' : 'by streams of frames'}`, { timeout: 60000 }, async () => {
    const page = await browser.open(`${server.url}/`);
    await page.front();
    await page.evaluate(start, canvas);
    const green = await page.evaluate(() => watch(10));
    assert.deepEqual(green, { hidden: false, green: 10, pictures: 1 });

    const other = await browser.open('about:blank');
    await other.front();
    const hidden = await page.evaluate(() => watch(20));
    assert.deepEqual(hidden, { hidden: true, green: 20, pictures: 1 }, 'processed, and never raw');
    await page.evaluate(() => processor.setEffect({ type: 'none' }));
    const moving = await page.evaluate(() => watch(20));
    assert.equal(moving.hidden, true);
    assert.ok(moving.pictures > 10, `of 20 pictures ${moving.pictures} differ`);
    await page.evaluate(() => processor.setEffect({ type: 'color', color: '#00b140' }));

    await page.front();
    await page.evaluate(() => watch(3)); // with what was under way
    assert.deepEqual(await page.evaluate(() => watch(10)), { hidden: false, green: 10, pictures: 1 }, 'shown again');
    await page.evaluate(stop);
  });
}

test('a clip in a hidden tab goes on', { timeout: 60000 }, async () => {
  const page = await browser.open(`${server.url}/`);
  await page.front();
  await page.evaluate(start, false);
  await page.evaluate(async () => {
    const canvas = Object.assign(document.createElement('canvas'), { width: 64, height: 48 });
    const recorder = new MediaRecorder(canvas.captureStream(30));
    const data = new Promise((resolve) => (recorder.ondataavailable = (event) => resolve(event.data)));
    recorder.start();
    for (let i = 0; i < 30; ++i) {
      canvas.getContext('2d').fillStyle = `hsl(${12 * i} 50% 50%)`;
      canvas.getContext('2d').fillRect(0, 0, 64, 48);
      await new Promise((resolve) => setTimeout(resolve, 33));
    }
    recorder.stop();
    globalThis.clip = await data;
    await processor.setEffect({ type: 'video', video: clip });
  });
  await (await browser.open('about:blank')).front();
  const { hidden, green, pictures } = await page.evaluate(() => watch(3).then(() => watch(60)));
  assert.equal(hidden, true);
  assert.equal(green, 0);
  assert.ok(pictures > 10, `of 60 pictures ${pictures} differ`);
  await page.evaluate(() => processor.setEffect({ type: 'video', video: clip }));
  assert.equal((await page.evaluate(() => watch(10))).green, 0, 'one that is set in a hidden tab');
  await page.evaluate(stop);
});
