// Cameras that may not be used, and those that are not there.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { goldenPicture, openBrowser } from './browser.mjs';

const ask = (page, constraints) =>
  page.evaluate(async (constraints) => {
    const { openCamera } = await import('/selfieseg/index.js');
    return openCamera(constraints).then((stream) => stream.getVideoTracks()[0].kind, (error) => error.message);
  }, constraints);

test('a camera that is not allowed', async () => {
  const browser = await openBrowser({ deny: true });
  try {
    const page = await browser.newPage();
    assert.match(await ask(page), /the camera is not allowed here: allow it in the address bar/);
  } finally {
    await browser.close();
  }
});

test('a camera that is allowed, and one that cannot do it', async () => {
  const browser = await openBrowser({ camera: await goldenPicture('portrait') });
  try {
    const page = await browser.newPage();
    assert.equal(await ask(page, { width: 640 }), 'video');
    assert.match(await ask(page, { width: { exact: 12345 } }), /no camera here can do what was asked of it/);
  } finally {
    await browser.close();
  }
});
