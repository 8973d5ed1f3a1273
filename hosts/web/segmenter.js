// Finds the person, and puts something else behind them: one network, one stream of pictures.
import { Module, instructionSet } from './module.js';
import { openEffect, readEffect } from './effect.js';
import { Compositor } from './compositor.js';
import { Reader, RGBA, areAlike, isVideoFrame, orientationOf, refuseClosed, swapsSides } from './pixels.js';

const BT601_SPACE = { matrix: 'smpte170m', primaries: 'smpte170m', transfer: 'smpte170m', fullRange: false };
const COMPOSITORS = ['auto', 'webgl2', 'wasm'];
const CLIP_BLOCKS = ['clip, even', 'clip, odd'];

export class Segmenter {
  #module;
  #reader = new Reader();
  #effect = null;
  #pictures = 0;
  #smoothing = 0;
  #wanted = 'wasm'; // of COMPOSITORS
  #compositor = null; // where WebGL2 is wanted and there; opened for the first VideoFrame
  #trusted = false; // made this effect as WASM does
  #timings = null; // of the last image, where the compositor made it
  #last = Promise.resolve(); // calls follow one another: they share the module's memory

  static async create({ model = 'general', wasm = null, ...options } = {}) {
    const segmenter = new Segmenter();
    segmenter.#module = await Module.load(wasm, model);
    try {
      segmenter.#open(options);
    } catch (error) {
      segmenter.close();
      throw error;
    }
    return segmenter;
  }

  #open({ quality = 'balanced', smoothing = 0, tracking = false, grow = 0, invert = false, compositor = 'auto', ...rest }) {
    const unknown = Object.keys(rest)[0];
    if (unknown) throw new Error(`no option '${unknown}'; there are model, quality, smoothing, tracking, grow, invert, compositor, wasm`);
    if (!COMPOSITORS.includes(compositor)) throw new Error(`no compositor '${compositor}'; there are ${COMPOSITORS.join(', ')}`);
    const name = this.#module.string('text', quality);
    this.#module.call('open_session', name, smoothing, Number(tracking), grow, Number(invert));
    // It makes mattes of its own, and no others.
    this.#wanted = quality === 'balanced' && !tracking && grow === 0 && !invert ? compositor : 'wasm';
    this.#smoothing = smoothing;
  }

  // What `work` makes with the compositor, or null where there is none. From one that fails on WASM does all.
  #composed(work) {
    try {
      return this.#compositor && work(this.#compositor);
    } catch (error) {
      this.#closeCompositor();
      if (this.#module.closed) throw error;
      return null;
    }
  }

  #openCompositor() {
    if (this.#wanted === 'wasm' || this.#compositor) return;
    this.#compositor = Compositor.open(this.#wanted === 'webgl2');
    if (!this.#compositor) this.#wanted = 'wasm';
    this.#composed((compositor) => {
      this.#module.call('open_mask_session', this.#smoothing);
      compositor.setEffect(this.#effect);
    });
  }

  #closeCompositor() {
    this.#wanted = 'wasm';
    this.#compositor?.close();
    this.#compositor = null;
    this.#timings = null;
  }

  #inTurn(work) {
    const turn = this.#last.then(work);
    this.#last = turn.catch(() => {});
    return turn;
  }

  // The person's mask, one byte a pixel: 0 background .. 255 person. As the image is shown.
  segment(image) {
    return this.#inTurn(async () => {
      this.#timings = null;
      const { pointer, width, height, format, matrix, range, orientation } = await this.#reader.load(this.#module, image);
      let matte = this.#module.block('matte', width * height);
      this.#module.call('segment', format, width, height, matrix, range, orientation, pointer, matte);
      if (orientation !== 1) {
        const upright = this.#module.block('upright', width * height);
        this.#module.call('turn', width, height, orientation, matte, upright);
        matte = upright;
      }
      const mask = this.#module.bytes(matte, width * height).slice();
      return swapsSides(orientation) ? { mask, width: height, height: width } : { mask, width, height };
    });
  }

  // What stands behind the person from the next process() on. One that is refused changes nothing.
  setEffect(effect) {
    return this.#inTurn(() => {
      const read = readEffect(effect, this.#reader);
      openEffect(this.#module, read);
      this.#effect = read;
      this.#trusted = false;
      this.#composed((compositor) => compositor.setEffect(read));
      for (const block of CLIP_BLOCKS) this.#module.release(block);
    });
  }

  // Another picture behind the person, such as the next one of a clip, in place of the effect's.
  setPicture(image) {
    return this.#inTurn(async () => {
      if (this.#effect?.type !== 'picture') throw new Error("the effect is no 'picture'");
      if (isVideoFrame(image)) {
        // WASM does without: where it takes over it shows the one that it had last, until the next.
        refuseClosed(image);
        this.#openCompositor();
        this.#composed((compositor) => compositor.setPicture(image));
        if (this.#compositor) return;
      }
      const picture = isVideoFrame(image) ? image : this.#reader.imageData(image);
      // By turns: where the new one is refused, that before is still whole.
      const block = CLIP_BLOCKS[++this.#pictures % 2];
      const { pointer, width, height } = await this.#reader.load(this.#module, picture, { rgba: true, upright: true, block });
      this.#module.call('set_picture', pointer, width, height);
      if (isVideoFrame(image)) return;
      this.#effect.picture = picture;
      this.#composed((compositor) => compositor.setPicture(picture));
    });
  }

  // The image with the effect: a VideoFrame for a VideoFrame, of the same time, else an ImageData.
  process(image) {
    return this.#inTurn(async () => {
      if (!this.#effect) throw new Error('there is no effect yet: call setEffect() first');
      if (!isVideoFrame(image)) return this.#make(image);
      refuseClosed(image);
      this.#openCompositor();
      const result = this.#composed((compositor) => this.#composite(compositor, image));
      if (result && this.#trusted) return result;
      const timings = this.#timings;
      const made = await this.#make(image);
      return result ? this.#choose(result, timings, made) : made;
    });
  }

  // Of an effect's first frame, made by both: graphics processors and their drivers are many.
  #choose(result, timings, made) {
    this.#trusted = areAlike(result, made);
    if (this.#trusted) {
      this.#timings = timings;
    } else {
      this.#closeCompositor();
    }
    (this.#trusted ? made : result).close();
    return this.#trusted ? result : made;
  }

  async #make(image) {
    this.#timings = null;
    const transparent = this.#effect.type === 'transparent';
    const loaded = await this.#reader.load(this.#module, image, { rgba: transparent });
    const { pointer, width, height, format, matrix, range, orientation, size } = loaded;
    this.#module.call('process', format, format, width, height, matrix, range, orientation, pointer, pointer);
    const pixels = this.#module.bytes(pointer, size);
    if (isVideoFrame(image)) return frameOfPixels(image, pixels, loaded, transparent);
    return new ImageData(new Uint8ClampedArray(pixels), width, height);
  }

  // Null where WASM must. A canvas's alpha is premultiplied and a VideoFrame's is not: what is clear is left to WASM.
  #composite(compositor, frame) {
    const network = this.networkSize;
    if (this.#effect.type === 'transparent' || !compositor.suits(frame, network)) return null;
    const start = performance.now();
    let read;
    let found;
    const canvas = compositor.compose(frame, network, (readPixels) => {
      const samples = network.width * network.height;
      const pixels = this.#module.block('small', 4 * samples);
      const mask = this.#module.block('mask', 4 * samples);
      readPixels(this.#module.bytes(pixels, 4 * samples));
      read = performance.now();
      this.#module.call('find_mask', network.width, network.height, pixels, mask);
      found = performance.now();
      return this.#module.floats(mask, samples);
    });
    const result = new VideoFrame(canvas, likeFrame(frame));
    const { sample, ...inner } = this.#moduleTimings();
    this.#timings = { ...inner, sample: sample + read - start, compose: performance.now() - found };
    return result;
  }

  // The bare network: height x width x 3 floats, RGB in 0..1, to height x width confidences.
  runNetwork(input) {
    return this.#inTurn(() => {
      const pixels = Math.floor(input.length / 3);
      const from = this.#module.block('input', 4 * input.length);
      const to = this.#module.block('output', 4 * pixels);
      this.#module.floats(from, input.length).set(input);
      this.#module.call('run_network', from, input.length, to, pixels);
      return this.#module.floats(to, pixels).slice();
    });
  }

  // Milliseconds that the stages of the last image took.
  get timings() {
    return this.#timings ?? this.#moduleTimings();
  }

  #moduleTimings() {
    const [sample, network, mask, compose] = this.#module.doubles(this.#module.run('timings'), 4);
    return { sample, network, mask, compose };
  }

  // Which one made the last image.
  get compositor() {
    return this.#timings ? 'webgl2' : 'wasm';
  }

  get networkSize() {
    return { width: this.#module.run('model_width'), height: this.#module.run('model_height') };
  }

  get memoryBytes() {
    return this.#module.memoryBytes;
  }

  // Forgets the images before, as at a cut.
  reset() {
    return this.#inTurn(() => this.#module.call('reset'));
  }

  // Frees everything; every later call is refused. Calls that wait for their turn are refused too.
  close() {
    this.#module.close();
    this.#closeCompositor();
    this.#reader = new Reader();
    this.#effect = null;
  }

  static get instructionSet() {
    return instructionSet();
  }
  static version = '0.1.0';
}

// What a frame in its place has of it, besides pixels.
function likeFrame(frame) {
  const orientation = orientationOf(frame);
  const init = {
    timestamp: frame.timestamp,
    // Those before it is turned.
    displayWidth: swapsSides(orientation) ? frame.displayHeight : frame.displayWidth,
    displayHeight: swapsSides(orientation) ? frame.displayWidth : frame.displayHeight,
  };
  if (orientation !== 1) Object.assign(init, { rotation: frame.rotation, flip: frame.flip });
  if (frame.duration !== null) init.duration = frame.duration;
  return init;
}

function frameOfPixels(frame, pixels, { width, height, format, videoFormat }, transparent) {
  const opaque = { RGBA: 'RGBX', BGRA: 'BGRX' }[videoFormat] ?? videoFormat;
  const init = { ...likeFrame(frame), format: transparent ? videoFormat : opaque, codedWidth: width, codedHeight: height };
  // Said aloud: of a frame that is made without it, Firefox takes BT.709 for granted, of a camera's BT.601.
  if (format !== RGBA) init.colorSpace = frame.colorSpace.matrix ? frame.colorSpace : BT601_SPACE;
  return new VideoFrame(pixels, init);
}
