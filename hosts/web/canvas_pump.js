// For browsers that make no streams of tracks: a hidden video, a picture at a time to the worker and back, a canvas
// whose stream is the result. A hidden tab shows no frames, so it makes none.
export class CanvasPump {
  dropped = 0; // frames that came while one was worked on
  #video = document.createElement('video');
  #context = document.createElement('canvas').getContext('2d');
  #busy = false;
  #closed = false;

  // work: from an ImageBitmap to a promise of { buffer, width, height }; onend(error): error is null for the track's end
  constructor(track, work, onend) {
    this.work = work;
    this.onend = onend;
    this.#video.muted = true;
    this.#video.playsInline = true;
    this.#video.srcObject = new MediaStream([track]);
    this.#video.play().catch((error) => this.#end(error));
    track.addEventListener('ended', () => this.#end(null));
    this.track = this.#context.canvas.captureStream().getVideoTracks()[0];
    this.#next();
  }

  #next() {
    if (this.#closed) return;
    const wait = (then) =>
      'requestVideoFrameCallback' in this.#video ? this.#video.requestVideoFrameCallback(then) : requestAnimationFrame(then);
    wait(() => {
      this.#next();
      if (this.#busy) ++this.dropped;
      else if (this.#video.videoWidth > 0) this.#frame();
    });
  }

  async #frame() {
    this.#busy = true;
    try {
      const { buffer, width, height } = await this.work(await createImageBitmap(this.#video));
      if (this.#closed) return;
      const { canvas } = this.#context;
      if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
      this.#context.putImageData(new ImageData(new Uint8ClampedArray(buffer), width, height), 0, 0);
    } catch (error) {
      this.#end(error);
    } finally {
      this.#busy = false;
    }
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
