// The demo without a network, and in a new version.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { serve } from '../serve.mjs';
import { goldenPicture, openBrowser } from './browser.mjs';
import { PACKAGE } from './setup.mjs';

const DEMO = `${PACKAGE}/../demo`;

test('the demo works without a network once it was loaded, and takes a new version', async () => {
  let version = null; // null: as it is
  const site = async (name) => {
    const bytes = await readFile(`${DEMO}/${name}`);
    if (!version || !['index.html', 'sw.js'].includes(name)) return bytes;
    return Buffer.from(bytes.toString().replace('<h1>selfieseg', `$&, ${version}`).replace(/selfieseg-demo-\w+/, `selfieseg-demo-${version}`));
  };
  const browser = await openBrowser({ camera: await goldenPicture('hand_call') });
  let server = await serve({ '/': site });
  try {
    const page = await browser.newPage();
    await page.goto(`${server.url}/`);
    await page.evaluate(() => navigator.serviceWorker.ready);
    server.close();
    await page.reload();
    assert.equal(await page.evaluate(() => fetch('/absent').then(() => 'there', () => 'not there')), 'not there');
    for (const network of ['landscape', 'general']) {
      await page.selectOption('#model', network);
      await page.click('#start');
      await page.waitForFunction(() => Number(document.getElementById('network').textContent) > 0);
      await page.click('#start');
    }

    version = 'newer';
    server = await serve({ '/': site }, { port: new URL(server.url).port });
    await page.reload();
    await page.waitForFunction(() => document.querySelector('h1').textContent === 'selfieseg, newer');
    assert.deepEqual(await page.evaluate(() => caches.keys()), ['selfieseg-demo-newer']);
    server.close();
    await page.reload();
    assert.equal(await page.textContent('h1'), 'selfieseg, newer');
  } finally {
    server.close();
    await browser.close();
  }
});
