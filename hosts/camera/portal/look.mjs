// What a page sees of the camera. node look.mjs BUILD PICTURE: in the session that run.sh makes, where the camera shows this picture
// of somebody, with a wall of #00b140.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { serve } from '../../web/serve.mjs';

const [build, picture] = process.argv.slice(2);
const { chromium } = createRequire(join(build, 'node/'))('playwright-core');
const FLAGS = ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync',
  '--enable-features=WebRtcPipeWireCamera', '--use-fake-ui-for-media-stream'];
const PAGE = '<!doctype html><title>Test</title><video id="camera" muted width="512" height="512"></video><img id="picture" src="/picture" width="512" height="512">';
const GREEN = [0, 177, 64];
const PURPLE = [128, 32, 160];
const CORNERS = [[0.03, 0.03], [0.97, 0.03]];
const PERSON = [[0.44, 0.2], [0.35, 0.7], [0.6, 0.85]]; // face, sleeve, chest
const NEAR = 12; // of 255: there and back from Y'CbCr, with half of its colours

const tool = (...words) => execFileSync(join(build, 'selfieseg'), ['camera', ...words], { encoding: 'utf8' });
const status = () => JSON.parse(tool('status', '--json'));
const near = (a, b) => a.every((value, i) => Math.abs(value - b[i]) <= NEAR);

async function until(what, seconds, wanted) {
  const end = Date.now() + 1000 * seconds;
  for (let seen; ; await sleep(50)) {
    const last = Date.now() > end;
    seen = await wanted();
    if (seen === true) return;
    assert.ok(!last, `${what}: ${JSON.stringify(seen)}`);
  }
}

// In the page. A camera may be told of a moment after the page has asked for the first time.
async function takeCamera() {
  for (let tries = 0; ; ++tries) {
    try {
      const stream = await navigator.mediaDevices.getUserMedia({ video: true });
      const video = document.getElementById('camera');
      video.srcObject = stream;
      await video.play();
      return { label: stream.getVideoTracks()[0].label, width: video.videoWidth, height: video.videoHeight };
    } catch (error) {
      if (error.name !== 'NotFoundError' || tries === 50) throw error;
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }
}

// In the page: mean colours of 8x8 pixels of an element, at shares of its size.
function colours([id, places]) {
  const context = new OffscreenCanvas(512, 512).getContext('2d', { willReadFrequently: true });
  context.drawImage(document.getElementById(id), 0, 0, 512, 512);
  return places.map(([x, y]) => {
    const { data } = context.getImageData(512 * x - 4, 512 * y - 4, 8, 8);
    return [0, 1, 2].map((channel) => data.filter((_, i) => i % 4 === channel).reduce((sum, value) => sum + value) / 64);
  });
}

async function look(page) {
  const seen = (places) => page.evaluate(colours, ['camera', places]);
  const person = await page.evaluate(colours, ['picture', PERSON]);
  const room = await page.evaluate(colours, ['picture', CORNERS]);
  assert.ok(room.every((colour) => !near(colour, GREEN) && !near(colour, PURPLE)));
  const shows = (wall, ...also) => async () => {
    const [corners, now] = [await seen(CORNERS), await seen(PERSON)];
    for (const corner of corners) assert.ok([wall, ...also].some((colour) => near(corner, colour)), `the corner is ${corner}`);
    return (corners.every((corner) => near(corner, wall)) && now.every((colour, i) => near(colour, person[i]))) || { corners, now, person };
  };

  assert.equal(status().output.reader, false);
  assert.deepEqual(await page.evaluate(takeCamera), { label: 'selfieseg', width: 512, height: 512 });
  await until('the person before a green wall', 20, shows(GREEN));
  await page.screenshot({ path: join(build, 'portal/green.png') });
  assert.equal(status().output.reader, true);
  tool('set', `background=#${Buffer.from(PURPLE).toString('hex')}`);
  await until('the person before a purple wall', 20, shows(PURPLE, GREEN));
  await page.screenshot({ path: join(build, 'portal/purple.png') });

  await page.evaluate(() => document.getElementById('camera').srcObject.getVideoTracks()[0].stop());
  await until('nobody reads', 20, () => { const { input, output } = status(); return (!output.reader && input.state === 'closed') || { input, output }; });
  await page.evaluate(takeCamera);
  await until('the person once more', 20, shows(PURPLE));
}

const server = await serve({ '/': () => Buffer.from(PAGE), '/picture': () => readFile(picture) }, { policy: '' });
const context = await chromium.launchPersistentContext(join(process.env.HOME, 'chromium'), {
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: FLAGS, viewport: { width: 1100, height: 540 },
});
try {
  const page = await context.newPage();
  await page.goto(`${server.url}/`);
  await look(page);
} finally {
  await context.close();
  server.close();
}
await until('nobody reads after the browser ended', 20, () => status().output.reader === false || status());
tool('stop');
console.log(`Chromium sees the person before the walls that it should: ${build}/portal/green.png, purple.png`);
