// The thread of a BackgroundProcessor. Messages are { id, call, value }, answers { id, value } or { id, error }.
import { BackgroundTransform } from './transform.js';

let transform = null;

const calls = {
  async open(options) {
    transform = await BackgroundTransform.create(options);
  },
  setEffect: (effect) => transform.setEffect(effect),
  stats: () => transform.stats,
  // Goes on until the stream ends, and says why it did.
  async stream({ readable, writable }) {
    await readable.pipeThrough(transform, { preventCancel: false }).pipeTo(writable);
  },
  // For browsers that make no streams of tracks: one ImageBitmap to the bytes of one RGBA picture.
  async picture(bitmap) {
    try {
      const { data, width, height } = await transform.process(bitmap);
      return { buffer: data.buffer, width, height };
    } finally {
      bitmap.close();
    }
  },
};

self.onmessage = async ({ data: { id, call, value } }) => {
  try {
    const result = await calls[call](value);
    self.postMessage({ id, value: result }, result?.buffer ? [result.buffer] : []);
  } catch (error) {
    self.postMessage({ id, error: error.message });
  }
};
