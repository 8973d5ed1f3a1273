// Chromium by its own protocol: Playwright tells every tab that it is in front. { open(url), close() }; a tab can
// evaluate(function, ...values), send(method) and come to the front().
import { spawn } from 'node:child_process';

export function openTabs(folder, args = []) {
  const flags = ['--headless', '--no-sandbox', '--disable-gpu', '--no-first-run', '--remote-debugging-pipe', `--user-data-dir=${folder}`];
  const child = spawn(process.env.CHROMIUM ?? '/usr/bin/chromium', [...flags, ...args, 'about:blank'], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'],
  });
  const waiting = new Map();
  const loaded = new Map(); // session -> whom to tell
  let received = '';
  let lastId = 0;
  child.stdio[4].on('data', (data) => {
    const messages = (received + data).split('\0');
    received = messages.pop();
    for (const { id, method, sessionId, ...message } of messages.map(JSON.parse)) {
      waiting.get(id)?.(message);
      if (method === 'Page.loadEventFired') loaded.get(sessionId)?.();
    }
  });
  const send = (method, params, sessionId) =>
    new Promise((resolve, reject) => {
      const id = ++lastId;
      waiting.set(id, ({ result, error }) => (error ? reject(new Error(`${method}: ${error.message}`)) : resolve(result)));
      child.stdio[3].write(`${JSON.stringify({ id, method, params, sessionId })}\0`);
    });
  return {
    send,
    async open(url) {
      const { targetId } = await send('Target.createTarget', { url: 'about:blank' });
      const { sessionId } = await send('Target.attachToTarget', { targetId, flatten: true });
      const evaluate = async (work, ...values) => {
        const expression = `(${work})(...${JSON.stringify(values)})`;
        const { result, exceptionDetails } = await send('Runtime.evaluate', { expression, awaitPromise: true, returnByValue: true }, sessionId);
        if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
        return result.value;
      };
      await send('Page.enable', {}, sessionId);
      const shown = new Promise((resolve) => loaded.set(sessionId, resolve));
      await send('Page.navigate', { url }, sessionId);
      await shown;
      return { evaluate, send: (method, params = {}) => send(method, params, sessionId), front: () => send('Page.bringToFront', {}, sessionId) };
    },
    async close() {
      const ended = new Promise((resolve) => child.once('exit', resolve));
      send('Browser.close').catch(() => {});
      await ended;
    },
  };
}
