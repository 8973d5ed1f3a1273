// Frame after frame of one stream, and segmenter after segmenter, take no more memory than the first.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openBrowser } from './browser.mjs';

test('the module does not grow from frame to frame', async () => {
  const browser = await openBrowser();
  try {
    const page = await browser.newPage();
    const [first, last] = await page.evaluate(async () => {
      const { Segmenter } = await import('/selfieseg/index.js');
      const segmenter = await Segmenter.create({ model: 'landscape', smoothing: 1 });
      const canvas = new OffscreenCanvas(640, 360);
      const context = canvas.getContext('2d', { willReadFrequently: true });
      const sizes = [];
      for (let i = 0; i < 200; ++i) {
        context.fillStyle = `hsl(${i} 50% 50%)`;
        context.fillRect(i, 50, 200, 310);
        if (i % 10 === 0) await segmenter.setEffect({ type: i % 20 === 0 ? 'blur' : 'picture', picture: canvas });
        await segmenter.process(canvas);
        sizes.push(segmenter.memoryBytes);
      }
      segmenter.close();
      return [sizes[30], sizes.at(-1)];
    });
    assert.ok(first > 1e6);
    assert.equal(last, first);
  } finally {
    await browser.close();
  }
});
