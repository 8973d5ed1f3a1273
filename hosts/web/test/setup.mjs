// Where the tests find the built package and the goldens, and how they open a segmenter in node.
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../../', import.meta.url));
export const PACKAGE = process.env.SELFIESEG_WEB_PACKAGE ?? `${root}build-wasm/package`;
// Where run.sh has put the packages of package-lock.json.
export const MODULES = process.env.SELFIESEG_WEB_MODULES ?? `${root}build-wasm/node`;
export const TESTDATA = `${process.env.SELFIESEG_TESTDATA ?? `${root}../shared`}/golden/masks`;

export const NETWORKS = [
  { name: 'general', input: 'in_256x256x3.f32', mask: 'out_general_256x256.f32', width: 256, height: 256 },
  { name: 'landscape', input: 'in_144x256x3.f32', mask: 'out_landscape_144x256.f32', width: 256, height: 144 },
];

export async function readFloats(path) {
  const bytes = await readFile(path);
  return new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
}

export function compare(found, expected) {
  if (found.length !== expected.length) throw new Error(`${found.length} floats, need ${expected.length}`);
  let largest = 0;
  let sum = 0;
  for (let i = 0; i < found.length; ++i) {
    const error = Math.abs(found[i] - expected[i]);
    if (Number.isNaN(error)) throw new Error(`float ${i} is no number`);
    largest = Math.max(largest, error);
    sum += error;
  }
  return { largest, mean: sum / found.length };
}

// node's fetch() reads no files, so the bytes are handed over.
export async function openSegmenter(set, network, options = {}) {
  const { Segmenter } = await import(`${PACKAGE}/index.js`);
  const wasm = await readFile(`${PACKAGE}/selfieseg-${set}.wasm`);
  return Segmenter.create({ wasm, model: await readFile(`${PACKAGE}/${network}.tflite`), ...options });
}
