// node soak.mjs [MINUTES]: two tabs in a call for so long (default 10), one shown and one hidden, whose effects and tracks
// change all the time. Fails when after the first fifth memory grows. ./dev soak-web calls it.
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { serve } from '../serve.mjs';
import { goldenPicture } from './browser.mjs';
import { makeCamera } from './camera.mjs';
import { PACKAGE } from './setup.mjs';
import { openTabs } from './tabs.mjs';

const minutes = Number(process.argv[2] ?? 10);
const MB = 2 ** 20;
// WebAssembly's memory must not grow at all. The page's heap may by a few objects. The processes' pages come and go with
// Chromium's own pools, by some MB from one minute to the next.
const MAY_GROW = { 'WebAssembly': 0, 'page heap': 0.5 * MB, 'processes': 12 * MB };

async function start(canvas) {
  const { BackgroundProcessor, openCamera } = await import('/selfieseg/index.js');
  let [camera] = (await openCamera({ width: 640, height: 480 })).getVideoTracks();
  const picture = Object.assign(document.createElement('canvas'), { width: 320, height: 240 });
  const paint = () => {
    const context = picture.getContext('2d');
    context.fillStyle = `hsl(${(performance.now() / 10) % 360} 50% 50%)`;
    context.fillRect(0, 0, 320, 240);
  };
  paint();
  const recorder = new MediaRecorder(picture.captureStream(30));
  const recorded = new Promise((resolve) => (recorder.ondataavailable = (event) => resolve(event.data)));
  recorder.start();
  const painting = setInterval(paint, 33);
  await new Promise((resolve) => setTimeout(resolve, 1500));
  clearInterval(painting);
  recorder.stop();
  const clip = await recorded;
  globalThis.processor = await BackgroundProcessor.create({ model: 'landscape', canvas });
  const video = Object.assign(document.createElement('video'), { muted: true });
  document.body.append(video);
  const show = () => {
    video.srcObject = new MediaStream([processor.processedTrack]);
    return video.play();
  };
  await processor.init({ track: camera });
  await show();
  const effects = [
    { type: 'video', video: clip }, { type: 'blur' }, { type: 'color', color: '#00b140', lightWrap: 0.5 }, { type: 'picture', picture },
  ];
  let turn = 0;
  globalThis.change = async () => {
    await processor.setEffect(effects[turn++ % effects.length]);
    if (turn % 8 !== 0) return;
    // The camera itself goes on: Chromium's made-up one may stand still where two tabs open and stop it at once.
    const next = camera.clone();
    await processor.restart({ track: next });
    camera.stop();
    camera = next;
    await show();
  };
}

async function residentBytes(browser) {
  const { processInfo } = await browser.send('SystemInfo.getProcessInfo');
  const sizes = processInfo.filter(({ type }) => type === 'renderer').map(async ({ id }) => {
    const status = await readFile(`/proc/${id}/status`, 'utf8').catch(() => '');
    return 1024 * Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0);
  });
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}

async function measure(browser, tabs) {
  const found = { 'WebAssembly': 0, 'page heap': 0, 'processes': 0, frames: 0 };
  for (const tab of tabs) {
    await tab.send('HeapProfiler.collectGarbage');
    found['page heap'] += (await tab.send('Runtime.getHeapUsage')).usedSize;
    const { memoryBytes, frames } = await tab.evaluate(() => processor.stats());
    found.WebAssembly += memoryBytes;
    found.frames += frames;
  }
  found.processes = await residentBytes(browser);
  return found;
}

const median = (values) => values.sort((a, b) => a - b)[values.length >> 1];
const folder = await mkdtemp(join(tmpdir(), 'selfieseg-'));
const server = await serve({ '/selfieseg/': PACKAGE, '/': () => Buffer.from('<!doctype html><title>Soak</title><body></body>') });
const camera = await makeCamera(join(folder, 'camera.y4m'), await goldenPicture('hand_call'));
const browser = openTabs(join(folder, 'profile'), [
  '--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream', `--use-file-for-fake-video-capture=${camera}`,
]);
const samples = [];
const watchdog = setTimeout(() => {
  console.error('Nothing has come from the tabs for a minute.');
  process.exit(1);
}, 60000);
try {
  const tabs = [];
  for (const canvas of [true, false]) {
    tabs.push(await browser.open(`${server.url}/`));
    await tabs.at(-1).front();
    await tabs.at(-1).evaluate(start, canvas);
  }
  for (let end = Date.now() + 60000 * minutes; Date.now() < end; ) {
    for (let i = 0; i < 4; ++i) {
      await Promise.all(tabs.map((tab) => tab.evaluate(() => change())));
      await new Promise((resolve) => setTimeout(resolve, 1000));
    }
    samples.push(await measure(browser, tabs));
    watchdog.refresh();
    const { frames, ...sizes } = samples.at(-1);
    console.log(`${frames} frames, MB: ${Object.entries(sizes).map(([name, size]) => `${name} ${(size / MB).toFixed(2)}`).join(', ')}`);
  }
} finally {
  clearTimeout(watchdog);
  await browser.close();
  server.close();
  await rm(folder, { recursive: true, force: true });
}
// Medians of the second fifth and of the last.
const fifth = Math.max(1, Math.floor(samples.length / 5));
for (const [name, most] of Object.entries(MAY_GROW)) {
  const [before, after] = [samples.slice(fifth, 2 * fifth), samples.slice(-fifth)].map((part) => median(part.map((sample) => sample[name])));
  const grown = after - before;
  console.log(`${name} grew by ${(grown / MB).toFixed(2)} MB of ${(before / MB).toFixed(2)} (at most ${most / MB})`);
  if (!(grown <= most)) process.exitCode = 1;
}
