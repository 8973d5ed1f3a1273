// The effect as a transform of a stream of VideoFrames, on the thread that makes it: take it in a worker of
// your own. BackgroundProcessor is the same with a worker around it.
import { Segmenter } from './segmenter.js';

export class BackgroundTransform {
  #segmenter;
  #frames = 0;
  #milliseconds = 0; // of the last frame, from frame to frame

  // effect: as of setEffect(); everything else: as of Segmenter.create(). Masks are calmed over time.
  static async create({ effect = { type: 'blur' }, ...options } = {}) {
    const transform = new BackgroundTransform();
    const smoothing = options.quality === 'best' ? 0 : 1;
    transform.#segmenter = await Segmenter.create({ smoothing, ...options });
    try {
      await transform.#segmenter.setEffect(effect);
    } catch (error) {
      transform.close();
      throw error;
    }
    return transform;
  }

  constructor() {
    const { readable, writable } = this.stream();
    this.readable = readable;
    this.writable = writable;
  }

  // Another pair of streams. What fails ends it: better no picture than that of the room.
  stream() {
    return new TransformStream({
      transform: async (frame, controller) => {
        try {
          controller.enqueue(await this.process(frame));
        } finally {
          frame.close();
        }
      },
    });
  }

  // One image outside of the stream.
  async process(image) {
    const start = performance.now();
    const result = await this.#segmenter.process(image);
    this.#milliseconds = performance.now() - start;
    ++this.#frames;
    this.onprocess?.();
    return result;
  }

  // From the next frame on; one that is refused changes nothing.
  setEffect(effect) {
    return this.#segmenter.setEffect(effect);
  }

  setPicture(image) {
    return this.#segmenter.setPicture(image);
  }

  // Forgets the images before, as for another camera.
  reset() {
    return this.#segmenter.reset();
  }

  get stats() {
    const { timings, memoryBytes, compositor } = this.#segmenter;
    return { frames: this.#frames, milliseconds: this.#milliseconds, ...timings, memoryBytes, compositor };
  }

  close() {
    this.#segmenter.close();
  }
}
