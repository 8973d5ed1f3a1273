// Debian's Chromium without a screen, with a camera that shows a made-up clip, on a page that holds the built package.
import { createRequire } from 'node:module';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { serve } from '../serve.mjs';
import { makeCamera } from './camera.mjs';
import { MODULES, PACKAGE, TESTDATA } from './setup.mjs';

const { chromium } = createRequire(`${MODULES}/`)('playwright-core');

const FLAGS = [
  '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync', '--use-fake-device-for-media-stream',
];
const PAGE = Buffer.from('<!doctype html><html lang="en"><title>Test</title><body></body></html>');

// camera: the clip { width, height, rgb }, or null for no permission. Every test gets a page of its own from newPage().
export async function openBrowser({ camera = null, mounts = {}, policy, deny = false, args = [], onfile } = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'selfieseg-'));
  const flags = [...FLAGS, ...args];
  if (!deny) flags.push('--use-fake-ui-for-media-stream');
  if (camera) flags.push(`--use-file-for-fake-video-capture=${await makeCamera(join(folder, 'camera.y4m'), camera)}`);
  const server = await serve({ '/selfieseg/': PACKAGE, '/golden/': TESTDATA, '/': () => PAGE, ...mounts }, { policy, onfile });
  const context = await chromium.launchPersistentContext(join(folder, 'profile'), {
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: flags,
    viewport: { width: 1280, height: 800 },
  });
  const complaints = [];
  return {
    server,
    context,
    complaints, // what pages wrote to the console as errors, CSP's refusals among them
    async newPage(path = '/') {
      const page = await context.newPage();
      page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
      page.on('pageerror', (error) => complaints.push(String(error)));
      await page.goto(`${server.url}${path}`);
      return page;
    },
    async close() {
      await context.close();
      server.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

// A golden picture as a clip: every pixel of the network's input is `scale` wide and high.
export async function goldenPicture(name, width = 640, height = 480) {
  const floats = new Float32Array((await readFile(`${TESTDATA}/${name}/in_256x256x3.f32`)).buffer.slice(0));
  const mask = new Float32Array((await readFile(`${TESTDATA}/${name}/out_general_256x256.f32`)).buffer.slice(0));
  const at = (x, y) => Math.floor((y * 256) / height) * 256 + Math.floor((x * 256) / width);
  const rgb = (x, y) => [0, 1, 2].map((channel) => Math.round(255 * floats[3 * at(x, y) + channel]));
  // Places where the mask is sure for 12 network pixels around, four pixels apart.
  const sure = { person: [], background: [] };
  for (let y = 16; y < 240; y += 4) {
    for (let x = 16; x < 240; x += 4) {
      let low = 1;
      let high = 0;
      for (let dy = -12; dy <= 12; dy += 3) {
        for (let dx = -12; dx <= 12; dx += 3) {
          const value = mask[(y + dy) * 256 + x + dx];
          low = Math.min(low, value);
          high = Math.max(high, value);
        }
      }
      const place = { x: Math.floor(((x + 0.5) * width) / 256), y: Math.floor(((y + 0.5) * height) / 256) };
      if (low > 0.95) sure.person.push({ ...place, rgb: rgb(place.x, place.y) });
      if (high < 0.05) sure.background.push({ ...place, rgb: rgb(place.x, place.y) });
    }
  }
  return { width, height, rgb, sure };
}
