// The figures of bench.mjs as Markdown, in the place that docs/benchmarks.md keeps for them.
import { readFile, writeFile } from 'node:fs/promises';

const START = '<!-- browser: from here on written by ./dev bench-web -->';
const END = '<!-- browser: until here -->';
const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
const table = (head, rows) =>
  [head, head.map((_, i) => (i === 0 ? '---' : '--:')), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n');
const ms = (value) => value.toFixed(value < 100 ? 2 : 0);
const kb = (bytes) => Math.round(bytes / 1000).toString();

function timesTable(times, withDifference) {
  const ours = times.selfieseg;
  const head = ['solution', 'best, ms', 'median, ms', 'best / ours', 'median / ours', ...(withDifference ? ['mask differs by'] : [])];
  const rows = Object.entries(times).map(([name, { best, median, differs }]) => [
    name, ms(best), ms(median), (best / ours.best).toFixed(1), (median / ours.median).toFixed(1),
    ...(withDifference ? [differs.toExponential(0)] : []),
  ]);
  return table(head, rows);
}

function coldTable(cold) {
  const ours = cold.selfieseg;
  const rows = Object.entries(cold).map(([name, { times, own, size }]) => [
    name, ms(Math.min(...times)), ms(median(times)), (median(times) / median(ours.times)).toFixed(1),
    ms(median(own)), (median(own) / median(ours.own)).toFixed(1), kb(size.raw), kb(size.compressed),
  ]);
  const head = ['solution', 'best, ms', 'median, ms', 'median / ours', 'less the page, ms', 'of that / ours', 'fetched, kB', 'with brotli 11, kB'];
  return table(head, rows);
}

export async function writeTables(results, path) {
  const parts = [
    `\`./dev bench-web\` on ${new Date().toISOString().slice(0, 10)}, ${results.processor}, load before ${results.load}, Chromium ${results.chromium}.`,
  ];
  for (const [name, times] of Object.entries(results.networks)) {
    parts.push(`### The network alone in the browser, ${name}, one thread`, timesTable(times, true));
  }
  for (const [name, { size, times }] of Object.entries(results.blur)) {
    parts.push(`### A camera's frame of ${size.join('x')} with a blurred background on a canvas, ${name}`, timesTable(times, false));
  }
  for (const [name, cold] of Object.entries(results.cold)) {
    parts.push(`### From the start of a page to the first mask, ${name}`, coldTable(cold));
  }
  const text = parts.join('\n\n');
  const page = await readFile(path, 'utf8');
  const from = page.indexOf(START);
  const to = page.indexOf(END);
  if (from < 0 || to < from) throw new Error(`${path} has no place for the tables: '${START}' and '${END}'`);
  await writeFile(path, `${page.slice(0, from)}${START}\n\n${text}\n\n${page.slice(to)}`);
  return text;
}
