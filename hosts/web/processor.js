// A camera's track in, the same with another background out, computed in a worker. Also a track processor as
// LiveKit wants it: name, init(), restart(), destroy(), processedTrack.
import { Clip } from './clip.js';
import { fetchParts } from './module.js';
import { CanvasPump } from './canvas_pump.js';
import { Reader } from './pixels.js';

const canStream = () => 'MediaStreamTrackProcessor' in globalThis && 'MediaStreamTrackGenerator' in globalThis;

export class BackgroundProcessor {
  name = 'selfieseg';
  processedTrack = undefined;
  #worker;
  #waiting = new Map(); // id -> { resolve, reject }
  #lastId = 0;
  #pump = null;
  #clip = null; // that is shown
  #effects = 0; // set or tried
  #onend = null;

  // options: those of Segmenter.create(), `effect`, and canvas: true to do without streams of frames.
  static async create({ canvas = !canStream(), effect = { type: 'blur' }, wasm = null, model = 'general', ...options } = {}) {
    const processor = new BackgroundProcessor();
    processor.canvas = canvas;
    processor.#start();
    try {
      // While the worker starts.
      await processor.#apply('open', effect, { ...options, ...(await fetchParts(wasm, model)) });
    } catch (error) {
      processor.close();
      throw error;
    }
    return processor;
  }

  #start() {
    this.#worker = new Worker(new URL('./worker.js', import.meta.url), { type: 'module' });
    this.#worker.onmessage = ({ data: { id, value, error } }) => {
      const call = this.#waiting.get(id);
      this.#waiting.delete(id);
      error === undefined ? call?.resolve(value) : call?.reject(new Error(error));
    };
    this.#worker.onerror = (event) => {
      event.preventDefault();
      this.#refuseAll(`the worker cannot run: ${event.message || 'its file could not be loaded'}`);
    };
  }

  #refuseAll(sentence) {
    for (const { reject } of this.#waiting.values()) reject(new Error(sentence));
    this.#waiting.clear();
  }

  #call(call, value, transfer = []) {
    if (!this.#worker) return Promise.reject(new Error('the processor is closed'));
    const id = ++this.#lastId;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#worker.postMessage({ id, call, value }, transfer);
    });
  }

  // The processed track. It ends when `track` does. onend(error) hears of that; error is null if all went well.
  process(track, onend = () => {}) {
    if (!this.#worker) throw new Error('the processor is closed');
    if (this.processedTrack) throw new Error('the processor has a track already: close it, and create another one');
    if (track?.kind !== 'video') throw new Error('the track must be a MediaStreamTrack of video');
    this.#onend = onend;
    if (this.canvas) {
      this.#pump = new CanvasPump(track, {
        work: (image) => this.#call('picture', image, [image]),
        sleep: (milliseconds) => this.#call('sleep', milliseconds),
        onend: (error) => this.#end(error),
      });
      this.processedTrack = this.#pump.track;
      return this.processedTrack;
    }
    const { readable } = new MediaStreamTrackProcessor({ track });
    const generator = new MediaStreamTrackGenerator({ kind: 'video' });
    const { writable } = generator;
    const ended = (error) => this.processedTrack === generator && this.#end(error);
    this.#call('stream', { readable, writable }, [readable, writable]).then(() => ended(null), ended);
    this.processedTrack = generator;
    return generator;
  }

  #end(error) {
    this.processedTrack?.stop();
    this.#onend?.(error);
    this.#onend = null;
  }

  // From the next frame on; one that is refused changes nothing.
  setEffect(effect) {
    return this.#apply('setEffect', effect);
  }

  async #apply(call, effect, options) {
    const number = ++this.#effects;
    const clip = effect?.type === 'video' ? await Clip.open(effect.video) : null;
    try {
      if (number !== this.#effects) throw new Error('another effect was set before the clip could be played');
      const port = clip?.connect();
      await this.#call(call, { ...options, effect: portable(effect, clip), port }, port ? [port] : []);
    } catch (error) {
      clip?.close();
      throw error;
    }
    this.#clip?.close();
    this.#clip = clip;
  }

  // { frames, milliseconds, sample, network, mask, compose, memoryBytes, compositor, dropped? }
  async stats() {
    const stats = await this.#call('stats');
    return this.#pump ? { ...stats, dropped: this.#pump.dropped } : stats;
  }

  // Ends the processed track and frees everything. The camera's own track is the caller's.
  close() {
    if (!this.#worker) return;
    this.#endTrack();
    this.#clip?.close();
    this.#worker.terminate();
    this.#worker = null;
    this.#refuseAll('the processor is closed');
  }

  #endTrack() {
    this.#onend = null;
    this.#pump?.close();
    this.#pump = null;
    this.processedTrack?.stop();
    this.processedTrack = undefined;
  }

  // LiveKit's names.
  async init({ track }) {
    this.process(track);
  }
  async restart({ track }) {
    this.#endTrack();
    await this.#call('stop');
    this.process(track);
  }
  async destroy() {
    this.close();
  }
}

// A worker takes no img, video or canvas: the picture goes there as pixels, the first of a clip, too.
function portable({ video, picture, ...effect } = {}, clip) {
  const image = clip?.video ?? picture;
  if (image) effect.picture = new Reader().imageData(image);
  if (clip) effect.type = 'picture';
  return effect;
}
