// The networks in node against LiteRT's masks, on both modules: node --test hosts/web/test/golden.test.mjs
import assert from 'node:assert/strict';
import { readFile, readdir } from 'node:fs/promises';
import { test } from 'node:test';
import { PACKAGE, NETWORKS, TESTDATA, compare, openSegmenter, readFloats } from './setup.mjs';

const { Segmenter } = await import(`${PACKAGE}/index.js`);

for (const set of ['simd', 'relaxed']) {
  for (const { name, input, mask } of NETWORKS) {
    const skip = set === 'relaxed' && Segmenter.instructionSet === 'simd' ? 'node needs --experimental-wasm-relaxed-simd' : false;
    test(`${name} masks match LiteRT's, ${set}`, { skip }, async () => {
      const segmenter = await openSegmenter(set, name);
      const pictures = (await readdir(TESTDATA, { withFileTypes: true })).filter((entry) => entry.isDirectory());
      assert.ok(pictures.length >= 5, `test data in ${TESTDATA}`);
      for (const { name: picture } of pictures) {
        const expected = await readFloats(`${TESTDATA}/${picture}/${mask}`);
        const found = await segmenter.runNetwork(await readFloats(`${TESTDATA}/${picture}/${input}`));
        const { largest, mean } = compare(found, expected);
        // The bounds of tests/golden_test.cc.
        assert.ok(largest <= 1e-3, `${picture}: max abs ${largest}`);
        assert.ok(mean <= 1e-5, `${picture}: mean abs ${mean}`);
      }
      segmenter.close();
    });
  }
}

test('the module fetches nothing and knows no files', async () => {
  for (const set of ['simd', 'relaxed']) {
    const bytes = await readFile(`${PACKAGE}/selfieseg-${set}.wasm`);
    if (!WebAssembly.validate(bytes)) continue; // relaxed SIMD in an old node
    const names = WebAssembly.Module.imports(new WebAssembly.Module(bytes)).map((entry) => entry.name);
    assert.deepEqual(names.sort(), ['clock_time_get', 'fd_close', 'fd_seek', 'fd_write'], set);
  }
});

const refusals = [
  ['an unknown network', { model: 'portrait' }, /no built-in network 'portrait'; there are general, landscape/],
  ['bytes that are no network', { model: new Uint8Array(100) }, /./],
  ['an unknown quality', { quality: 'great' }, /no quality 'great'; there are balanced, fast, best, mediapipe/],
  ['an unknown compositor', { compositor: 'webgpu' }, /no compositor 'webgpu'; there are auto, webgl2, wasm/],
  ['an unknown option', { qualty: 'fast' }, /no option 'qualty'/],
  ['smoothing out of range', { smoothing: 2 }, /smoothing is 2.000000, need 0..1/],
];
for (const [what, options, sentence] of refusals) {
  test(`create() refuses ${what}`, async () => {
    await assert.rejects(openSegmenter('simd', 'general', options), sentence);
  });
}

test('a closed segmenter refuses calls', async () => {
  const segmenter = await openSegmenter('simd', 'general');
  segmenter.close();
  await assert.rejects(segmenter.runNetwork(new Float32Array(3)), /the segmenter is closed/);
});

test('an input of the wrong size is refused, and the next one is taken', async () => {
  const segmenter = await openSegmenter('simd', 'landscape');
  await assert.rejects(segmenter.runNetwork(new Float32Array(9)), /takes 110592 floats and makes 36864, not 9 and 3/);
  assert.equal((await segmenter.runNetwork(new Float32Array(110592))).length, 36864);
});
