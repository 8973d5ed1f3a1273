// For browsers that make no streams of tracks: a hidden video, a picture at a time to the worker and back, a canvas
// whose stream is the result. A hidden tab hears of no frames, so that it looks by itself, woken by the worker: a page's
// own timers are slowed there.
import { grab } from './pixels.js';

const HIDDEN_MS = 33;
const AT_MOST_MS = 250; // without a frame; a tab may be hidden meanwhile

export class CanvasPump {
  dropped = 0; // frames that came while one was worked on
  #video = document.createElement('video');
  #context = document.createElement('canvas').getContext('2d');
  #busy = false;
  #closed = false;

  // work: from a VideoFrame or ImageBitmap to a promise of a VideoFrame or ImageData; sleep: from milliseconds to a promise;
  // onend(error): error is null for the track's end
  constructor(track, { work, sleep, onend }) {
    Object.assign(this, { work, sleep, onend });
    this.#video.muted = true;
    this.#video.playsInline = true;
    this.#video.srcObject = new MediaStream([track]);
    this.#video.play().catch((error) => this.#end(error));
    track.addEventListener('ended', () => this.#end(null));
    this.track = this.#context.canvas.captureStream().getVideoTracks()[0];
    this.#run().catch((error) => this.#end(error));
  }

  async #run() {
    while (!this.#closed) {
      await Promise.race([this.#shown(), this.sleep(document.hidden ? HIDDEN_MS : AT_MOST_MS)]);
      if (this.#busy) ++this.dropped;
      else if (this.#video.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA) this.#frame();
    }
  }

  #shown() {
    return new Promise((resolve) => {
      if ('requestVideoFrameCallback' in this.#video) this.#video.requestVideoFrameCallback(resolve);
      else requestAnimationFrame(resolve);
    });
  }

  async #frame() {
    this.#busy = true;
    try {
      const result = await this.work(await grab(this.#video));
      if (!this.#closed) this.#draw(result);
      result.close?.();
    } catch (error) {
      this.#end(error);
    } finally {
      this.#busy = false;
    }
  }

  #draw(result) {
    const { canvas } = this.#context;
    const { displayWidth: width = result.width, displayHeight: height = result.height } = result;
    if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
    if (result instanceof ImageData) return this.#context.putImageData(result, 0, 0);
    this.#context.globalCompositeOperation = 'copy'; // with what is clear
    this.#context.drawImage(result, 0, 0, width, height);
  }

  #end(error) {
    if (this.#closed) return;
    this.close();
    this.onend(error);
  }

  close() {
    this.#closed = true;
    this.#video.srcObject = null;
    this.track.stop();
  }
}
