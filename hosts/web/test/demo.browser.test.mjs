// The page that ./dev web shows: with a camera, with a file, by keyboard, in three sizes. Screenshots are in build-wasm/.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { goldenPicture, openBrowser } from './browser.mjs';
import { differences } from './colors.mjs';
import { PACKAGE, TESTDATA } from './setup.mjs';

const camera = await goldenPicture('hand_call');
const asked = [];
let browser;
before(async () => {
  browser = await openBrowser({ camera, mounts: { '/': `${PACKAGE}/../demo` } });
  browser.context.on('request', (request) => asked.push(request.url()));
});
after(() => browser.close());

const status = (page, text) => page.waitForFunction((text) => document.getElementById('status').textContent.includes(text), text);
const shot = (page, name) => page.screenshot({ path: `${PACKAGE}/../demo-${name}.png`, fullPage: true });

// The RGB of the result at some places.
const look = (page, places) =>
  page.evaluate((places) => {
    const canvas = document.getElementById('after');
    const context = new OffscreenCanvas(canvas.width, canvas.height).getContext('2d');
    context.drawImage(canvas, 0, 0);
    return places.map(({ x, y }) => [...context.getImageData(x, y, 1, 1).data.slice(0, 3)]);
  }, places);
const shows = async (page, places, color) => {
  const off = differences(await look(page, places), places.map(() => color));
  return off[Math.floor(0.9 * off.length)] <= 8;
};

test('the camera is started and stopped by keyboard, and a colour put behind the person', async () => {
  const page = await browser.newPage();
  await page.focus('#start');
  await page.keyboard.press('Enter');
  await status(page, 'Running');
  await page.selectOption('#effect', 'color');
  await page.waitForFunction(() => Number(document.getElementById('network').textContent) > 0);
  await page.waitForTimeout(500);
  assert.ok(await shows(page, camera.sure.background, [0, 0xb1, 0x40]));
  assert.ok(!(await shows(page, camera.sure.person, [0, 0xb1, 0x40])));
  await shot(page, 'wide');
  await page.setViewportSize({ width: 820, height: 1100 });
  await page.emulateMedia({ colorScheme: 'dark' });
  await shot(page, 'middle-dark');
  await page.setViewportSize({ width: 360, height: 740 });
  await shot(page, 'narrow');
  const wider = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
  assert.equal(wider, false, 'nothing is wider than a narrow screen');
  await page.focus('#start');
  await page.keyboard.press('Enter');
  await page.waitForFunction(() => document.getElementById('start').textContent === 'Start the camera');
  await page.close();
});

test('a clip is put behind the person', async () => {
  const page = await browser.newPage();
  const clip = await page.evaluate(async () => {
    const canvas = Object.assign(document.createElement('canvas'), { width: 160, height: 120 });
    const recorder = new MediaRecorder(canvas.captureStream(30));
    const data = new Promise((resolve) => (recorder.ondataavailable = (event) => resolve(event.data)));
    recorder.start();
    for (let i = 0; i < 15; ++i) {
      canvas.getContext('2d').fillStyle = '#c04080';
      canvas.getContext('2d').fillRect(0, 0, 160, 120);
      await new Promise((resolve) => setTimeout(resolve, 33));
    }
    recorder.stop();
    return [...new Uint8Array(await (await data).arrayBuffer())];
  });
  await page.click('#start');
  await status(page, 'Running');
  await page.setInputFiles('#background', { name: 'clip.webm', mimeType: 'video/webm', buffer: Buffer.from(clip) });
  await page.waitForFunction(() => document.getElementById('effect').value === 'picture');
  let seen = false;
  for (let i = 0; i < 50 && !seen; ++i) {
    await page.waitForTimeout(100);
    seen = await shows(page, camera.sure.background, [0xc0, 0x40, 0x80]);
  }
  assert.ok(seen);
  await page.setInputFiles('#background', { name: 'no.webm', mimeType: 'video/webm', buffer: Buffer.from('nothing') });
  await status(page, "Cannot play the clip 'no.webm'");
  await page.close();
});

test('a file gets its effect, and one that is no picture a sentence', async () => {
  const page = await browser.newPage();
  await page.selectOption('#effect', 'color');
  await page.setInputFiles('#file', `${TESTDATA}/hand_call/rgb.png`);
  await status(page, 'Done.');
  assert.deepEqual((await look(page, [{ x: 2, y: 2 }]))[0], [0, 0xb1, 0x40]);
  await page.setInputFiles('#file', { name: 'no.png', mimeType: 'image/png', buffer: Buffer.from('nothing') });
  await status(page, "'no.png' is no picture");
  await page.close();
});

test('every control has a name', async () => {
  const page = await browser.newPage();
  const nameless = await page.evaluate(() =>
    [...document.querySelectorAll('button, select, input')].filter((e) => !(e.labels?.[0] ?? e).textContent.trim()).map((e) => e.id));
  assert.deepEqual(nameless, []);
  await page.close();
});

test('nothing was loaded from elsewhere, and the page wrote no errors', () => {
  assert.ok(asked.length > 10);
  assert.deepEqual(asked.filter((url) => !/^(http:\/\/127\.0\.0\.1:|data:|blob:)/.test(url)), []);
  assert.deepEqual(browser.complaints, []);
});
