// A processed track over an RTCPeerConnection to the same page: what arrives is encoded, sent and decoded.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { goldenPicture, openBrowser } from './browser.mjs';
import { differences } from './colors.mjs';

// VP8 at a first call's bit rate: even areas are off by a few levels, so that only a clear change counts.
const NEAR = 24;

test('the other side of a call sees the person before the new background', async () => {
  const camera = await goldenPicture('hand_call');
  const browser = await openBrowser({ camera });
  try {
    const page = await browser.newPage();
    const found = await page.evaluate(async (sure) => {
      const { BackgroundProcessor, openCamera } = await import('/selfieseg/index.js');
      const [track] = (await openCamera({ width: 640, height: 480 })).getVideoTracks();
      const processor = await BackgroundProcessor.create({ effect: { type: 'color', color: '#00b140' } });
      const [here, there] = [new RTCPeerConnection(), new RTCPeerConnection()];
      here.onicecandidate = ({ candidate }) => there.addIceCandidate(candidate);
      there.onicecandidate = ({ candidate }) => here.addIceCandidate(candidate);
      const arrives = new Promise((resolve) => (there.ontrack = ({ track }) => resolve(track)));
      here.addTrack(processor.process(track));
      await here.setLocalDescription();
      await there.setRemoteDescription(here.localDescription);
      await there.setLocalDescription();
      await here.setRemoteDescription(there.localDescription);
      const video = document.createElement('video');
      video.muted = true;
      video.srcObject = new MediaStream([await arrives]);
      await video.play();
      // A call begins small and grows: wait until it has come to full size.
      const end = performance.now() + 20000;
      for (let frames = 0; frames < 30 || (video.videoWidth < 640 && performance.now() < end); ++frames) {
        await new Promise((resolve) => video.requestVideoFrameCallback(resolve));
      }
      const context = new OffscreenCanvas(640, 480).getContext('2d', { willReadFrequently: true });
      context.drawImage(video, 0, 0, 640, 480);
      const rgb = ({ x, y }) => [...context.getImageData(x, y, 1, 1).data.slice(0, 3)];
      const seen = { person: sure.person.map(rgb), background: sure.background.map(rgb) };
      here.close();
      there.close();
      processor.close();
      return seen;
    }, camera.sure);
    const expected = { person: camera.sure.person.map(({ rgb }) => rgb), background: camera.sure.background.map(() => [0, 0xb1, 0x40]) };
    for (const kind of ['person', 'background']) {
      const off = differences(found[kind], expected[kind]);
      assert.ok(off[Math.floor(0.9 * off.length)] <= NEAR, `${kind}: ${off}`);
    }
  } finally {
    await browser.close();
  }
});
