// The README's example as its reader would have it: npm pack, installed beside a page that Vite bundles, under the strict policy.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { test } from 'node:test';
import { goldenPicture, openBrowser } from './browser.mjs';
import { differences } from './colors.mjs';
import { PACKAGE } from './setup.mjs';

const vite = `${PACKAGE}/../node-vite`;
const app = `${vite}/app`;

async function bundle() {
  await rm(app, { recursive: true, force: true });
  await mkdir(`${app}/node_modules/selfieseg`, { recursive: true });
  await mkdir(`${app}/public`);
  const [archive] = JSON.parse(execFileSync('npm', ['pack', '--json', '--pack-destination', app], { cwd: PACKAGE, stdio: 'pipe' }));
  execFileSync('tar', ['xzf', `${app}/${archive.filename}`, '--strip-components=1', '-C', `${app}/node_modules/selfieseg`]);
  const [, example] = /```js\n([^]*?)```/.exec(await readFile(`${app}/node_modules/selfieseg/README.md`, 'utf8'));
  assert.ok(example.split('\n').length <= 15);
  await writeFile(`${app}/main.js`, example);
  await writeFile(`${app}/public/wall.svg`, '<svg xmlns="http://www.w3.org/2000/svg" width="64" height="48"><rect width="64" height="48" fill="#c04080"/></svg>');
  await writeFile(`${app}/index.html`, '<!doctype html><html lang="en"><title>Example</title><link rel="icon" href="data:,">' +
    '<img src="/wall.svg" alt=""><video autoplay muted></video><script type="module" src="main.js"></script></html>');
  await writeFile(`${app}/package.json`, '{ "private": true, "type": "module" }');
  execFileSync(process.execPath, [`${vite}/node_modules/vite/bin/vite.js`, 'build', '--target', 'esnext'], { cwd: app, stdio: 'pipe' });
  return archive.files.map(({ path }) => path);
}

test("npm pack, Vite and the README's example", async () => {
  const files = await bundle();
  for (const name of ['index.js', 'index.d.ts', 'worker.js', 'selfieseg-simd.wasm', 'selfieseg-relaxed.wasm', 'general.tflite', 'LICENSE']) {
    assert.ok(files.includes(name), name);
  }
  const camera = await goldenPicture('hand_call', 1280, 720);
  const browser = await openBrowser({ camera, mounts: { '/': `${app}/dist` } });
  try {
    const page = await browser.newPage();
    await page.waitForFunction(() => document.querySelector('video').videoWidth > 0);
    const background = camera.sure.background;
    const look = () => page.evaluate((places) => {
      const video = document.querySelector('video');
      const context = new OffscreenCanvas(video.videoWidth, video.videoHeight).getContext('2d', { willReadFrequently: true });
      context.drawImage(video, 0, 0);
      return places.map(({ x, y }) => [...context.getImageData(x, y, 1, 1).data.slice(0, 3)]);
    }, background);
    let off = [];
    for (let i = 0; i < 50; ++i) {
      off = differences(await look(), background.map(() => [0xc0, 0x40, 0x80]));
      if (off[Math.floor(0.9 * off.length)] <= 8) break;
      await page.waitForTimeout(100);
    }
    assert.ok(off[Math.floor(0.9 * off.length)] <= 8, `the wall: ${off}`);
    assert.deepEqual(browser.complaints, []);
  } finally {
    await browser.close();
  }
});
