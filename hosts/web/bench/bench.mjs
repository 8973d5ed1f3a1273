// Measures the package beside other solutions in one run of the same Chromium, and writes the tables into
// docs/benchmarks.md. node bench.mjs [--quick] [--json]; ./dev bench-web calls it.
import { brotliCompressSync, constants } from 'node:zlib';
import { cpus, loadavg } from 'node:os';
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

process.env.SELFIESEG_WEB_MODULES ??= fileURLToPath(new URL('../../../build-wasm/node-bench', import.meta.url));
const { goldenPicture, openBrowser } = await import('../test/browser.mjs');
const { MODULES, NETWORKS, PACKAGE } = await import('../test/setup.mjs');
const { withMetadata } = await import('./metadata.mjs');
const { writeTables } = await import('./tables.mjs');

const quick = process.argv.includes('--quick');
const NETWORK_SOLUTIONS = [
  'selfieseg', 'selfieseg, SIMD128', 'LiteRT.js, compat', 'LiteRT.js, relaxed', 'LiteRT.js, threaded, 1 thread',
];
const BLUR_SOLUTIONS = ['selfieseg', 'tasks-vision, CPU', 'selfie_segmentation, CPU', 'selfie_segmentation'];
const COLD_SOLUTIONS = ['selfieseg', 'LiteRT.js, relaxed', 'tasks-vision, CPU', 'selfie_segmentation, CPU', 'selfie_segmentation'];

const fetched = new Map(); // path -> bytes, of what pages asked for since it was emptied
const camera = await goldenPicture('hand_call', 1280, 720);
const browser = await openBrowser({
  camera,
  onfile: (path, bytes) => fetched.set(path, bytes),
  policy: null, // some of the others need eval
  mounts: {
    '/bench/': fileURLToPath(new URL('./', import.meta.url)),
    '/modules/': `${MODULES}/node_modules`,
    '/with_metadata/': async (name) => withMetadata(await readFile(`${PACKAGE}/${name}`)),
  },
});

const say = (text) => process.stderr.write(`${text}\n`);
const inPage = async (path, work) => {
  const page = await browser.newPage(path);
  try {
    return await work(page);
  } finally {
    await page.close();
  }
};

// What such a page writes to its console: nobody asks it meanwhile, as that would run scripts of the asker's in it.
async function coldStart(path) {
  const page = await browser.context.newPage();
  try {
    const told = page.waitForEvent('console', (message) => message.text().startsWith('{"cold"'));
    await page.goto(`${browser.server.url}${path}`);
    return JSON.parse((await told).text()).cold;
  } finally {
    await page.close();
  }
}

// Sizes are of what the page fetched, less its own HTML and this benchmark's scripts.
const compressed = new Map(); // path -> bytes
function brotli(path, bytes) {
  const params = { [constants.BROTLI_PARAM_QUALITY]: 11 };
  if (!compressed.has(path)) compressed.set(path, brotliCompressSync(bytes, { params }).length);
  return compressed.get(path);
}
function sizeOf(files) {
  const theirs = [...files].filter(([path]) => !path.startsWith('/bench/') && path !== '/');
  const sum = (size) => theirs.reduce((all, [path, bytes]) => all + size(path, bytes), 0);
  return { raw: sum((_, bytes) => bytes.length), compressed: sum(brotli) };
}

const results = { networks: {}, blur: {}, cold: {}, load: loadavg()[0].toFixed(1) };
try {
  results.chromium = browser.context.browser()?.version() ?? (await inPage('/', (page) => page.evaluate(() => navigator.userAgent)));
  results.processor = cpus()[0].model;
  for (const { name, input } of NETWORKS) {
    say(`== The network alone, ${name}`);
    results.networks[name] = await inPage('/bench/bench.html', async (page) => {
      await page.evaluate(([names, network]) => openAll(names, network), [NETWORK_SOLUTIONS, name]);
      return page.evaluate((args) => benchNetworks(...args), [`/golden/hand_call/${input}`, quick ? 3 : 20, 10]);
    });
  }
  for (const { name } of NETWORKS) {
    say(`== A camera's frame of 1280x720 with a blurred background, ${name}`);
    results.blur[name] = await inPage('/bench/bench.html', async (page) => {
      await page.evaluate(([names, network]) => openAll(names, network), [BLUR_SOLUTIONS, name]);
      return page.evaluate((args) => benchBlur(...args), [quick ? 2 : 10, quick ? 2 : 4]);
    });
    for (const [solution, times] of Object.entries(results.blur[name].times)) {
      await writeFile(`${PACKAGE}/../bench-${name}-${solution.replace(/\W+/g, '_')}.jpg`, Buffer.from(times.picture.split(',')[1], 'base64'));
      delete times.picture;
    }
  }
  for (const { name } of NETWORKS) {
    say(`== From a page's start to the first mask, ${name}`);
    results.cold[name] = Object.fromEntries(COLD_SOLUTIONS.map((solution) => [solution, { times: [], own: [] }]));
    for (let round = 0; round < (quick ? 2 : 7); ++round) {
      for (const solution of COLD_SOLUTIONS) {
        fetched.clear();
        const { milliseconds, page, error } = await coldStart(`/bench/cold.html#${encodeURIComponent(solution)}/${name}`);
        if (error) throw new Error(`${solution}: ${error}`);
        results.cold[name][solution].times.push(milliseconds);
        results.cold[name][solution].own.push(milliseconds - page);
        results.cold[name][solution].size ??= sizeOf(fetched);
      }
    }
  }
} finally {
  await browser.close();
}
if (process.argv.includes('--json')) console.log(JSON.stringify(results, null, 1));
else console.log(await writeTables(results, fileURLToPath(new URL('../../../docs/benchmarks.md', import.meta.url))));
