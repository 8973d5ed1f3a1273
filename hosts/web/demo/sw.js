// Keeps the demo for when there is no network. The build writes in its files and a hash of them all: another version is
// another cache, and is taken whole or not at all.
const CACHE = 'selfieseg-demo-@VERSION@';
const FILES = '@FILES@'.split(' ');
const set = new URL(self.location).searchParams.get('set'); // which of the two modules this browser takes

async function keep() {
  const wanted = FILES.filter((file) => !file.endsWith('.wasm') || file.endsWith(`-${set}.wasm`));
  const cache = await caches.open(CACHE);
  await cache.addAll(wanted.map((file) => new Request(file === 'index.html' ? './' : file, { cache: 'no-cache' })));
  await self.skipWaiting();
}

async function forget() {
  for (const name of await caches.keys()) if (name.startsWith('selfieseg-demo-') && name !== CACHE) await caches.delete(name);
}

async function answer(request) {
  const cache = await caches.open(CACHE);
  return (await cache.match(request, { ignoreSearch: true })) ?? fetch(request);
}

self.addEventListener('install', (event) => event.waitUntil(keep()));
self.addEventListener('activate', (event) => event.waitUntil(forget()));
self.addEventListener('fetch', (event) => event.respondWith(answer(event.request)));
