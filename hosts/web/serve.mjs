// A static server for localhost with the headers that the package is made for: the demo, tests and benchmarks use it.
// node serve.mjs [PORT]: shows the demo in build-wasm/demo.
import { createServer } from 'node:http';
import { readFile } from 'node:fs/promises';
import { extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';

const TYPES = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.wasm': 'application/wasm',
  '.webmanifest': 'application/manifest+json',
};

// Nothing inline, no eval, nothing from elsewhere; 'wasm-unsafe-eval' lets WebAssembly be compiled, and no more than that.
export const STRICT_POLICY =
  "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; connect-src 'self'; style-src 'self'; " +
  "img-src 'self' blob: data:; media-src 'self' blob:; manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

// mounts: { '/prefix/': folder, or a function from the rest of the path to a Buffer }; the longest prefix that fits counts.
// Returns { url, close() }. onfile(path, bytes) hears of every file that is sent.
export async function serve(mounts, { port = 0, policy = STRICT_POLICY, isolated = true, onfile = () => {} } = {}) {
  const prefixes = Object.keys(mounts).sort((a, b) => b.length - a.length);
  const find = async (path) => {
    const prefix = prefixes.find((start) => path.startsWith(start));
    const rest = normalize(path.slice(prefix.length) || 'index.html');
    if (rest.startsWith('..') || rest.includes('\0')) throw new Error('outside');
    const from = mounts[prefix];
    return typeof from === 'function' ? from(rest) : readFile(join(from, rest));
  };
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url, 'http://localhost');
    response.setHeader('X-Content-Type-Options', 'nosniff');
    response.setHeader('Cache-Control', 'no-store');
    if (policy) response.setHeader('Content-Security-Policy', policy);
    if (isolated) {
      response.setHeader('Cross-Origin-Opener-Policy', 'same-origin');
      response.setHeader('Cross-Origin-Embedder-Policy', 'require-corp');
    }
    try {
      const bytes = await find(decodeURIComponent(pathname));
      const name = pathname.endsWith('/') ? '.html' : extname(pathname);
      response.setHeader('Content-Type', TYPES[name] ?? 'application/octet-stream');
      onfile(pathname, bytes);
      response.end(bytes);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise((resolve, reject) => server.on('error', reject).listen(port, '127.0.0.1', resolve));
  const close = () => {
    server.close();
    server.closeAllConnections();
  };
  return { url: `http://127.0.0.1:${server.address().port}`, close };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const demo = fileURLToPath(new URL('../../build-wasm/demo', import.meta.url));
  const { url } = await serve({ '/': demo }, { port: Number(process.argv[2] ?? 8080) });
  console.log(`The demo is at ${url}/ until you press Ctrl-C.`);
}
