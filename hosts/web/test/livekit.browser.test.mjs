// A track of LiveKit's own client with our processor, given to it as it is: set, restarted with another picture, muted and stopped.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { goldenPicture, openBrowser } from './browser.mjs';
import { differences } from './colors.mjs';
import { MODULES } from './setup.mjs';

const camera = await goldenPicture('hand_call');
const places = { person: camera.sure.person.filter((_, i) => i % 16 === 0), background: camera.sure.background.filter((_, i) => i % 16 === 0) };
let browser;
before(async () => {
  browser = await openBrowser({ camera, mounts: { '/livekit/': `${MODULES}/node_modules/livekit-client/dist` } });
});
after(() => browser.close());

const near = (found, expected) => differences(found, expected)[Math.floor(0.9 * found.length)] <= 12;
const room = places.background.map(({ rgb }) => rgb);
const green = places.background.map(() => [0, 0xb1, 0x40]);

for (const canvas of [false, true]) {
  test(`livekit-client takes the processor, ${canvas ? 'by a canvas' : 'by streams of frames'}`, { timeout: 60000 }, async () => {
    const page = await browser.newPage();
    await page.evaluate(async (canvas) => {
      const { createLocalVideoTrack } = await import('/livekit/livekit-client.esm.mjs');
      const { BackgroundProcessor } = await import('/selfieseg/index.js');
      globalThis.track = await createLocalVideoTrack({ resolution: { width: 640, height: 480 } });
      globalThis.processor = await BackgroundProcessor.create({ effect: { type: 'color', color: '#00b140' }, canvas });
      globalThis.element = track.attach();
      document.body.append(element);
      await track.setProcessor(processor);
    }, canvas);
    // What LiveKit shows and would send, some pictures later, at places of a picture of 640x480.
    const look = () => page.evaluate(async (places) => {
      for (let i = 0; i < 3; ++i) await new Promise((resolve) => element.requestVideoFrameCallback(resolve));
      const { videoWidth, videoHeight } = element;
      const context = new OffscreenCanvas(640, 480).getContext('2d', { willReadFrequently: true });
      context.drawImage(element, 0, 0, 640, 480);
      const { data } = context.getImageData(0, 0, 640, 480);
      const rgb = ({ x, y }) => [...data.slice(4 * (640 * y + x), 4 * (640 * y + x) + 3)];
      return {
        size: [videoWidth, videoHeight],
        person: places.person.map(rgb),
        background: places.background.map(rgb),
        ours: track.mediaStreamTrack === processor.processedTrack,
        state: track.mediaStreamTrack.readyState,
      };
    }, places);
    // The element shows nothing at first; the room it never shows.
    const check = async (size) => {
      let found = await look();
      for (let i = 0; i < 50 && !near(found.background, green); ++i) {
        assert.ok(!near(found.background, room), 'the room is seen');
        found = await look();
      }
      assert.deepEqual([found.size, found.ours, found.state], [size, true, 'live']);
      assert.ok(near(found.background, green), `the background: ${found.background[0]}`);
      assert.ok(near(found.person, places.person.map(({ rgb }) => rgb)), 'the person');
    };
    await check([640, 480]);

    await page.evaluate(() => track.restartTrack({ resolution: { width: 320, height: 240 } }));
    await check([320, 240]);
    await page.evaluate(() => track.restartTrack({ resolution: { width: 640, height: 480 } }));
    await check([640, 480]);

    await page.evaluate(async () => {
      await track.mute(); // stops the camera
      await track.unmute();
    });
    await check([640, 480]);

    await page.evaluate(() => track.stopProcessor());
    const { ours, state, background } = await look();
    assert.deepEqual([ours, state], [false, 'live']);
    assert.ok(near(background, room), 'the camera itself');
    const late = await page.evaluate(() => processor.setEffect({ type: 'none' }).catch((error) => error.message));
    assert.equal(late, 'the processor is closed');
    await page.evaluate(() => track.stop());
    await page.close();
  });
}

test('pages wrote no errors', () => assert.deepEqual(browser.complaints, []));
