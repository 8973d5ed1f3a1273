// Firefox: golden masks, and a processed track. node --test firefox.mjs; ./dev test-firefox calls it.
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { after, before, test } from 'node:test';
import { serve } from '../serve.mjs';
import { goldenPicture } from './browser.mjs';
import { differences } from './colors.mjs';
import { MODULES, NETWORKS, PACKAGE, TESTDATA } from './setup.mjs';

const puppeteer = createRequire(`${MODULES}/`)('puppeteer-core');
const camera = await goldenPicture('hand_call');
const some = (places) => places.filter((_, i) => i % 16 === 0);
const [person, background] = [some(camera.sure.person), some(camera.sure.background)];
const complaints = [];
let browser, server, page;
function cameraPixels() {
  const pixels = Buffer.alloc(4 * 640 * 480, 255);
  for (let i = 0; i < 640 * 480; ++i) pixels.set(camera.rgb(i % 640, Math.floor(i / 640)), 4 * i);
  return pixels;
}
before(async () => {
  server = await serve({ '/selfieseg/': PACKAGE, '/golden/': TESTDATA, '/camera': cameraPixels, '/demo/': `${PACKAGE}/../demo`, '/': () => Buffer.from('<!doctype html><title>Test</title>') });
  browser = await puppeteer.launch({
    browser: 'firefox',
    executablePath: process.env.FIREFOX ?? '/usr/bin/firefox-esr',
    extraPrefsFirefox: { 'media.navigator.streams.fake': true, 'media.navigator.permission.disabled': true },
  });
  page = await browser.newPage();
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
  await page.goto(`${server.url}/`);
});
after(async () => {
  await browser?.close();
  server?.close();
});

for (const set of ['simd', 'relaxed']) {
  for (const network of NETWORKS) {
    test(`golden masks, ${network.name}, ${set}`, async () => {
      const pictures = ['hand_call', 'portrait', 'three_people', 'astronaut', 'noise', 'messi5', 'girl1'];
      const worst = await page.evaluate(async ({ set, network, pictures }) => {
        const { Segmenter } = await import('/selfieseg/index.js');
        const fetchBytes = async (path) => (await fetch(path)).arrayBuffer();
        const segmenter = await Segmenter.create({ model: network.name, wasm: await fetchBytes(`/selfieseg/selfieseg-${set}.wasm`) });
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

const near = (found, expected) => differences(found, expected)[Math.floor(0.9 * found.length)] <= 12;
const look = (places) => page.evaluate((places) => look(places), places);
async function willShow(color) {
  let found;
  for (let i = 0; i < 100; ++i) {
    found = await look(background);
    if (near(found, background.map(() => color))) return;
    assert.ok(!near(found, background.map(({ rgb }) => rgb)), 'the room is seen');
  }
  assert.fail(`${found[0]} where ${color} should be`);
}

test('a track is processed by a canvas: colour, picture, clip, blur, and another track', { timeout: 120000 }, async () => {
  await page.evaluate(async () => {
    const { BackgroundProcessor } = await import('/selfieseg/index.js');
    const pixels = new ImageData(new Uint8ClampedArray(await (await fetch('/camera')).arrayBuffer()), 640, 480);
    // Firefox's own fake camera shows no person: a canvas is one.
    const filmed = Object.assign(document.createElement('canvas'), { width: 640, height: 480 });
    const context = filmed.getContext('2d');
    setInterval(() => context.putImageData(pixels, 0, 0), 33);
    globalThis.openCamera = () => filmed.captureStream(30).getVideoTracks()[0];
    globalThis.processor = await BackgroundProcessor.create({ effect: { type: 'color', color: '#00b140' } });
    globalThis.video = Object.assign(document.createElement('video'), { muted: true });
    document.body.append(video);
    globalThis.show = (track) => {
      video.srcObject = new MediaStream([track]);
      return video.play();
    };
    await show(processor.process(openCamera()));
    globalThis.look = async (places) => {
      await new Promise((resolve) => video.requestVideoFrameCallback(resolve));
      const picture = new OffscreenCanvas(640, 480).getContext('2d', { willReadFrequently: true });
      picture.drawImage(video, 0, 0);
      const { data } = picture.getImageData(0, 0, 640, 480);
      return places.map(({ x, y }) => [...data.slice(4 * (640 * y + x), 4 * (640 * y + x) + 3)]);
    };
  });
  assert.equal(await page.evaluate(() => processor.canvas), true);
  await willShow([0, 0xb1, 0x40]);
  assert.ok(near(await look(person), person.map(({ rgb }) => rgb)), 'the person');

  await page.evaluate(async () => {
    globalThis.wall = Object.assign(document.createElement('canvas'), { width: 64, height: 48 });
    globalThis.paint = (color) => {
      wall.getContext('2d').fillStyle = color;
      wall.getContext('2d').fillRect(0, 0, 64, 48);
    };
    paint('#c04080');
    await processor.setEffect({ type: 'picture', picture: wall });
  });
  await willShow([0xc0, 0x40, 0x80]);

  await page.evaluate(async () => {
    const clip = Object.assign(document.createElement('video'), { muted: true, srcObject: wall.captureStream(30) });
    paint('#2040c0');
    await clip.play();
    await processor.setEffect({ type: 'video', video: clip });
    setInterval(() => paint('#c8a028'), 33);
  });
  await willShow([0xc8, 0xa0, 0x28]);
  const refusal = await page.evaluate(() => processor.setEffect({ type: 'video', video: new Blob(['nothing']) }).catch((error) => error.message));
  assert.match(refusal, /^cannot play the clip/);

  await page.evaluate(async () => {
    await processor.setEffect({ type: 'color', color: '#00b140' });
    await processor.restart({ track: openCamera() });
    await show(processor.processedTrack);
  });
  await willShow([0, 0xb1, 0x40]);
  await page.evaluate(() => processor.setEffect({ type: 'blur' }));
  for (let i = 0; i < 5; ++i) await look([]);
  assert.ok(!near(await look(background), background.map(({ rgb }) => rgb)), 'blur changes the background');
  assert.ok(near(await look(person), person.map(({ rgb }) => rgb)), 'and keeps the person');
  const { frames, network } = await page.evaluate(() => processor.stats());
  assert.ok(frames > 10 && network > 0);
  assert.equal(await page.evaluate(() => (processor.close(), video.srcObject.getTracks()[0].readyState)), 'ended');
});

// Its cameras' frames do not say how their colours are coded.
test('a VideoFrame of a camera gets its effect', async () => {
  const found = await page.evaluate(async () => {
    const { Segmenter, openCamera } = await import('/selfieseg/index.js');
    const segmenter = await Segmenter.create({ model: 'landscape' });
    await segmenter.setEffect({ type: 'color', color: '#00b140' });
    const [camera] = (await openCamera({ width: 1280, height: 720 })).getVideoTracks();
    const video = Object.assign(document.createElement('video'), { muted: true, srcObject: new MediaStream([camera]) });
    await video.play();
    const frame = new VideoFrame(video);
    const result = await segmenter.process(frame);
    const context = new OffscreenCanvas(1280, 720).getContext('2d');
    context.drawImage(result, 0, 0);
    const found = { format: result.format, said: frame.colorSpace.matrix, rgb: [...context.getImageData(8, 8, 1, 1).data.slice(0, 3)] };
    for (const each of [frame, result, segmenter]) each.close();
    camera.stop();
    return found;
  });
  assert.deepEqual([found.format, found.said], ['I420', null]);
  assert.ok(near([found.rgb], [[0, 0xb1, 0x40]]), found.rgb.join());
});

// The sender of a call counts what it gets: a hidden video counts nothing.
test('a hidden tab goes on', { timeout: 60000 }, async () => {
  await page.evaluate(async () => {
    const { BackgroundProcessor } = await import('/selfieseg/index.js');
    const camera = (await navigator.mediaDevices.getUserMedia({ video: { width: 640, height: 480 } })).getVideoTracks()[0];
    globalThis.processor = await BackgroundProcessor.create({ effect: { type: 'blur' } });
    const [here, there] = [new RTCPeerConnection(), new RTCPeerConnection()];
    here.onicecandidate = ({ candidate }) => there.addIceCandidate(candidate);
    there.onicecandidate = ({ candidate }) => here.addIceCandidate(candidate);
    here.addTrack(processor.process(camera));
    await here.setLocalDescription();
    await there.setRemoteDescription(here.localDescription);
    await there.setLocalDescription();
    await here.setRemoteDescription(there.localDescription);
    const sent = async () => [...(await here.getStats()).values()].find(({ type }) => type === 'outbound-rtp')?.framesEncoded ?? 0;
    globalThis.send = async (frames) => {
      for (const end = (await sent()) + frames; (await sent()) < end; );
      return document.hidden;
    };
  });
  assert.equal(await page.evaluate(() => send(10)), false);
  const other = await browser.newPage();
  await other.bringToFront();
  assert.equal(await page.evaluate(() => send(100)), true);
  await other.close();
  await page.bringToFront();
  assert.equal(await page.evaluate(() => send(10)), false);
  await page.evaluate(() => processor.close());
});

test('the demo runs', { timeout: 60000 }, async () => {
  const demo = await browser.newPage();
  await demo.goto(`${server.url}/demo/`);
  await demo.select('#effect', 'color');
  await demo.click('#start');
  await demo.waitForFunction(() => document.getElementById('status').textContent.includes('Running'));
  await demo.waitForFunction(() => {
    const [r, g, b] = document.getElementById('after').getContext('2d').getImageData(8, 8, 1, 1).data;
    return Math.abs(r) < 8 && Math.abs(g - 0xb1) < 8 && Math.abs(b - 0x40) < 8;
  });
  await demo.waitForFunction(() => Number(document.getElementById('rate').textContent) > 0);
  await demo.screenshot({ path: `${PACKAGE}/../demo-firefox.png` });
  await demo.close();
});

test('pages wrote no errors', () => assert.deepEqual(complaints, []));
