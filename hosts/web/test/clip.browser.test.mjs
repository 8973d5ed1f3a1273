// A clip behind the person: it moves, the person stays, and where it fails nobody sees the room.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { goldenPicture, openBrowser } from './browser.mjs';
import { differences } from './colors.mjs';

const camera = await goldenPicture('hand_call');
const some = (places) => places.filter((_, i) => i % 16 === 0);
const [person, background] = [some(camera.sure.person), some(camera.sure.background)];
const COLORS = { red: [200, 40, 40], blue: [40, 60, 200], green: [0, 0xb1, 0x40] };
let browser;
before(async () => {
  browser = await openBrowser({ camera });
});
after(() => browser.close());

// A page with window.track, processed with a green background; window.paint(color), which shows on window.canvas;
// and window.look(places), the RGB of the track's next picture.
async function openPage(canvas) {
  const page = await browser.newPage();
  await page.evaluate(async (canvas) => {
    const { BackgroundProcessor, openCamera } = await import('/selfieseg/index.js');
    globalThis.canvas = Object.assign(document.createElement('canvas'), { width: 320, height: 180 });
    const context = globalThis.canvas.getContext('2d');
    globalThis.paint = (color) => {
      context.fillStyle = `rgb(${color})`;
      context.fillRect(0, 0, 320, 180);
    };
    globalThis.camera = (await openCamera({ width: 640, height: 480 })).getVideoTracks()[0];
    globalThis.processor = await BackgroundProcessor.create({ effect: { type: 'color', color: '#00b140' }, canvas });
    globalThis.track = processor.process(camera);
    const video = Object.assign(document.createElement('video'), { muted: true, srcObject: new MediaStream([track]) });
    await video.play();
    const picture = new OffscreenCanvas(640, 480).getContext('2d', { willReadFrequently: true });
    globalThis.look = async (places) => {
      await new Promise((resolve) => video.requestVideoFrameCallback(resolve));
      picture.drawImage(video, 0, 0);
      const { data } = picture.getImageData(0, 0, 640, 480);
      return places.map(({ x, y }) => [...data.slice(4 * (640 * y + x), 4 * (640 * y + x) + 3)]);
    };
    // Two pictures a second, in turn of each color, as a file.
    globalThis.record = async (colors) => {
      const recorder = new MediaRecorder(globalThis.canvas.captureStream(30), { videoBitsPerSecond: 1e6 });
      const parts = [];
      recorder.ondataavailable = ({ data }) => parts.push(data);
      recorder.start();
      for (let i = 0; i < 30; ++i) {
        paint(colors[i < 15 ? 0 : 1]);
        await new Promise((resolve) => setTimeout(resolve, 33));
      }
      const stopped = new Promise((resolve) => (recorder.onstop = resolve));
      recorder.stop();
      await stopped;
      return new File(parts, 'clip.webm', { type: 'video/webm' });
    };
  }, canvas);
  return page;
}

const near = (found, expected) => differences(found, expected)[Math.floor(0.9 * found.length)] <= 12;
const look = (page, places) => page.evaluate((places) => look(places), places);
const shows = async (page, color) => near(await look(page, background), background.map(() => color));
async function willShow(page, color, what) {
  for (let i = 0; i < 300; ++i) if (await shows(page, color)) return;
  assert.fail(`${what}: ${(await look(page, background))[0]} where ${color} should be`);
}

for (const canvas of [false, true]) {
  const how = canvas ? 'by a canvas' : 'by streams of frames';

  test(`the background moves as an element does, and stays when that stalls, ${how}`, async () => {
    const page = await openPage(canvas);
    await page.evaluate(async (red) => {
      paint(red);
      globalThis.element = Object.assign(document.createElement('video'), { muted: true, srcObject: globalThis.canvas.captureStream(30) });
      await element.play();
      await processor.setEffect({ type: 'video', video: element });
    }, COLORS.red);
    await willShow(page, COLORS.red, 'the first picture');
    await page.evaluate((blue) => paint(blue), COLORS.blue);
    await willShow(page, COLORS.blue, 'the next picture');
    assert.ok(near(await look(page, person), person.map(({ rgb }) => rgb)), 'the person stays');
    await page.evaluate(() => element.pause());
    for (let i = 0; i < 10; ++i) assert.ok(await shows(page, COLORS.blue), 'the last picture stays');
    await page.evaluate((green) => {
      paint(green);
      return processor.setEffect({ type: 'picture', picture: globalThis.canvas });
    }, COLORS.green);
    for (let i = 0; i < 10; ++i) await look(page, []);
    assert.ok(await shows(page, COLORS.green), 'no picture of the clip comes into the next effect');
    await page.close();
  });
}

test('a file is played again and again', async () => {
  const page = await openPage(false);
  await page.evaluate(async (colors) => processor.setEffect({ type: 'video', video: await record(colors) }), [COLORS.red, COLORS.blue]);
  for (let round = 0; round < 3; ++round) {
    await willShow(page, COLORS.red, `round ${round}`);
    await willShow(page, COLORS.blue, `round ${round}`);
  }
  await page.close();
});

test('a clip that cannot be played is refused, and the effect before stays', async () => {
  const page = await openPage(false);
  const sentences = await page.evaluate(() => Promise.all([
    new File(['nothing'], 'broken.webm', { type: 'video/webm' }), '/golden/absent.webm', undefined,
  ].map((video) => processor.setEffect({ type: 'video', video }).catch((error) => error.message))));
  assert.match(sentences[0], /^cannot play the clip 'broken.webm': ./);
  assert.match(sentences[1], /^cannot play the clip '\/golden\/absent.webm': ./);
  assert.match(sentences[2], /^the effect 'video' needs a video: an element, a URL or a Blob$/);
  assert.ok(await shows(page, COLORS.green));
  await page.close();
});

test('a file that is damaged in the middle never shows the room', async () => {
  const page = await openPage(false);
  await page.evaluate(async (colors) => {
    const file = await record(colors);
    const bytes = new Uint8Array(await file.arrayBuffer());
    bytes.fill(0xa5, bytes.length / 2);
    await processor.setEffect({ type: 'video', video: new Blob([bytes], { type: 'video/webm' }) });
  }, [COLORS.red, COLORS.blue]);
  for (let i = 0; i < 60; ++i) {
    const found = await look(page, background);
    const off = differences(found, background.map(({ rgb }) => rgb));
    assert.ok(off[Math.floor(0.5 * off.length)] > 30, `picture ${i} shows the room: ${found[0]}`);
  }
  await page.close();
});

test('of two effects the later one stays, though the clip of the other is slow', async () => {
  const page = await openPage(false);
  const sentence = await page.evaluate(async () => {
    const clip = processor.setEffect({ type: 'video', video: globalThis.clip = document.createElement('video') }).catch((error) => error.message);
    await processor.setEffect({ type: 'color', color: '#283cc8' });
    paint([200, 40, 40]);
    globalThis.clip.srcObject = globalThis.canvas.captureStream(30);
    globalThis.clip.muted = true;
    await globalThis.clip.play();
    return clip;
  });
  assert.equal(sentence, 'another effect was set before the clip could be played');
  assert.ok(await shows(page, COLORS.blue));
  await page.close();
});

test('pages wrote no errors but for the clip that is not there', () => {
  assert.deepEqual(browser.complaints.filter((text) => !text.includes('404')), []);
});
