// A clip as a background: the page plays it, and the worker asks for a picture when it has used the one before.
// So no more go there than are shown, and a clip that stalls or ends leaves its last one standing.

import { grab } from './pixels.js';

const isUrl = (source) => typeof source === 'string' || source instanceof URL;

// Resolves when it has.
async function hasPicture(video) {
  if (video.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA) return;
  await new Promise((resolve, reject) => {
    video.addEventListener('loadeddata', resolve, { once: true });
    video.addEventListener('error', () => reject(video.error), { once: true });
    if (video.error) reject(video.error);
  });
}

export class Clip {
  #file = null; // a URL of ours
  #ours = false;
  #port = null;

  // source: an HTMLVideoElement, which its owner plays, or a URL or Blob, which is played without end
  static async open(source) {
    const clip = new Clip();
    clip.#ours = isUrl(source) || source instanceof Blob;
    if (!clip.#ours && !(source instanceof HTMLVideoElement)) throw new Error("the effect 'video' needs a video: an element, a URL or a Blob");
    clip.video = clip.#ours ? document.createElement('video') : source;
    try {
      if (clip.#ours) clip.#load(source);
      await hasPicture(clip.video);
      if (clip.video.videoWidth === 0) throw new Error('there is no picture in it');
    } catch (error) {
      const name = isUrl(source) ? source : source.name ?? source.currentSrc ?? 'without a name';
      const reason = clip.video.error?.message || error.message;
      clip.close();
      throw new Error(`cannot play the clip '${name}': ${reason}`);
    }
    return clip;
  }

  #load(source) {
    if (source instanceof Blob) this.#file = URL.createObjectURL(source);
    Object.assign(this.video, { muted: true, loop: true, playsInline: true, crossOrigin: 'anonymous', src: this.#file ?? source });
    this.#play();
  }

  // A browser may pause it in a hidden tab, to save power: it is asked again for every picture.
  #play() {
    if (this.#ours && this.video.paused) this.video.play().catch(() => {});
  }

  // The worker's end: any message asks, the answer is a frame, or null where there is none.
  connect() {
    const { port1, port2 } = new MessageChannel();
    this.#port = port1;
    port1.onmessage = async () => {
      const frame = await this.#frame().catch(() => null);
      port1.postMessage(frame, frame ? [frame] : []);
    };
    return port2;
  }

  async #frame() {
    this.#play();
    return grab(this.video);
  }

  close() {
    this.#port?.close();
    if (!this.#ours) return;
    this.video.removeAttribute('src');
    this.video.load();
    if (this.#file) URL.revokeObjectURL(this.#file);
  }
}
