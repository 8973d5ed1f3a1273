// The thread of a BackgroundProcessor. Messages are { id, call, value }, answers { id, value } or { id, error }.
import { BackgroundTransform } from './transform.js';

let transform = null;
let clip = null; // behind the person: { port, asked }
let stream = null; // of frames that goes on: { ended, stop() }
let last = Promise.resolve();

// One after another, so that no picture of a clip comes into the effect after it.
function inTurn(work) {
  const turn = last.then(work);
  last = turn.catch(() => {});
  return turn;
}

// Asks the page for the picture after the one that was just used.
function askClip() {
  if (!clip || clip.asked) return;
  clip.asked = true;
  clip.port.postMessage(null);
}

function showClip(port) {
  clip?.port.close();
  clip = port && { port, asked: false };
  if (!port) return;
  const shown = clip;
  port.onmessage = async ({ data: frame }) => {
    // One that fails leaves the picture before.
    if (frame) await inTurn(() => clip === shown && transform.setPicture(frame)).catch(() => {});
    frame?.close();
    shown.asked = false;
  };
}

const calls = {
  async open({ port = null, ...options }) {
    transform = await BackgroundTransform.create(options);
    transform.onprocess = askClip;
    showClip(port);
  },
  setEffect: ({ port = null, effect }) =>
    inTurn(async () => {
      await transform.setEffect(effect);
      showClip(port);
    }),
  sleep: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
  stats: () => transform.stats,
  // Goes on until the stream ends, and says why it did.
  stream({ readable, writable }) {
    const abort = new AbortController();
    const ended = readable.pipeThrough(transform.stream(), { signal: abort.signal }).pipeTo(writable);
    stream = { ended, stop: () => abort.abort() };
    return ended;
  },
  // Closes the frames that are under way, and forgets those before.
  async stop() {
    stream?.stop();
    await stream?.ended.catch(() => {});
    stream = null;
    await transform?.reset();
  },
  // For browsers that make no streams of tracks: a VideoFrame to another, or an ImageBitmap to an ImageData.
  async picture(image) {
    try {
      return await transform.process(image);
    } finally {
      image.close();
    }
  },
};

self.onmessage = async ({ data: { id, call, value } }) => {
  try {
    const result = await calls[call](value);
    self.postMessage({ id, value: result }, call === 'picture' ? [result.data?.buffer ?? result] : []);
  } catch (error) {
    self.postMessage({ id, error: error.message });
  }
};
