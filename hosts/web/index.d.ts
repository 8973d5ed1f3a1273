// selfieseg: finds the person in pictures and video. All promises are rejected with an Error whose message is one sentence.

export type Source =
  | HTMLImageElement
  | HTMLVideoElement
  | HTMLCanvasElement
  | OffscreenCanvas
  | ImageBitmap
  | ImageData
  | VideoFrame;

export interface SegmenterOptions {
  /** A built-in network ('general' for any picture, 'landscape' for wide video), or a .tflite: its URL or its bytes. Default 'general'. */
  model?: 'general' | 'landscape' | URL | ArrayBuffer | ArrayBufferView;
  /** Default 'balanced'. 'best' is for pictures: several runs of the network for each. */
  quality?: 'balanced' | 'fast' | 'best' | 'mediapipe';
  /** 0..1, for video: masks are calmed where the picture stands still. Default 0; in the background classes 1. */
  smoothing?: number;
  /** For video: the network looks at the box of the persons, found from the frames before. Default false. */
  tracking?: boolean;
  /** Pixels by which the outline is moved out, or in if negative; -64..64. Default 0. */
  grow?: number;
  /** Masks are those of the background. Default false. */
  invert?: boolean;
  /**
   * What puts a VideoFrame and its background together. 'auto', the default: WebGL2 where there is a graphics processor, else
   * WASM; 'webgl2' takes one in software, too. For quality 'balanced' without tracking, grow and invert; WASM does all else, the
   * effect 'transparent', blurs finer than the network sees, and every image that is no VideoFrame. Where WebGL2 fails WASM takes
   * over, from that same frame on.
   */
  compositor?: 'auto' | 'webgl2' | 'wasm';
  /** The module's bytes, or a compiled one, instead of the file beside the package. */
  wasm?: WebAssembly.Module | BufferSource;
}

export interface Mask {
  /** One byte a pixel, row by row: 0 background .. 255 person. Of the size of the image, and upright, as a turned VideoFrame is shown. */
  mask: Uint8Array;
  width: number;
  height: number;
}

export type Effect =
  /** radius: in pixels of the image; 0, the default: 1/32 of its shorter side. */
  | { type: 'blur'; radius?: number }
  /** color: '#rrggbb'; lightWrap: 0..1, default 0. */
  | { type: 'color'; color: string; lightWrap?: number }
  /** color: where the picture does not reach. It is copied. */
  | { type: 'picture'; picture: Source; fit?: 'fill' | 'fit' | 'center'; color?: string; lightWrap?: number }
  | { type: 'transparent' }
  /** The image as it is. */
  | { type: 'none' };

/** video: an element, which you play, or a clip that is played muted and without end. Where it stalls its last picture stays. */
export type VideoEffect = {
  type: 'video';
  video: HTMLVideoElement | URL | string | Blob;
  fit?: 'fill' | 'fit' | 'center';
  color?: string;
  lightWrap?: number;
};

/** Milliseconds that the stages of the last image took. */
export interface Timings {
  sample: number;
  network: number;
  mask: number;
  compose: number;
}

export class Segmenter {
  static create(options?: SegmenterOptions): Promise<Segmenter>;
  /** 'relaxed' where the browser fuses multiply-add, else 'simd'. */
  static readonly instructionSet: 'relaxed' | 'simd';
  static readonly version: string;
  segment(image: Source): Promise<Mask>;
  /** What stands behind the person from the next process() on. One that is refused changes nothing. */
  setEffect(effect: Effect): Promise<void>;
  /** In place of the picture of the effect 'picture', such as the next one of a clip. */
  setPicture(picture: Source): Promise<void>;
  /** The image with the effect. A VideoFrame must be closed by the caller, as must the image; it has that one's rotation and flip. */
  process(image: VideoFrame): Promise<VideoFrame>;
  process(image: Exclude<Source, VideoFrame>): Promise<ImageData>;
  /** height x width x 3 floats, RGB in 0..1, to height x width confidences. */
  runNetwork(input: Float32Array): Promise<Float32Array>;
  readonly networkSize: { width: number; height: number };
  readonly timings: Timings;
  /** Which one made the last image. */
  readonly compositor: 'webgl2' | 'wasm';
  readonly memoryBytes: number;
  /** Forgets the images before, as at a cut. */
  reset(): Promise<void>;
  /** Frees everything. */
  close(): void;
}

export interface Stats extends Timings {
  frames: number;
  /** All that the last frame took. */
  milliseconds: number;
  memoryBytes: number;
  /** Which one made the last frame. */
  compositor: 'webgl2' | 'wasm';
  /** Frames that came too soon; only with a canvas. */
  dropped?: number;
}

/** A TransformStream of VideoFrames on the thread that makes it; for a worker of your own. */
export class BackgroundTransform {
  static create(options?: SegmenterOptions & { effect?: Effect }): Promise<BackgroundTransform>;
  readonly readable: ReadableStream<VideoFrame>;
  readonly writable: WritableStream<VideoFrame>;
  setEffect(effect: Effect): Promise<void>;
  setPicture(picture: Source): Promise<void>;
  /** Another pair of streams. */
  stream(): TransformStream<VideoFrame, VideoFrame>;
  /** Forgets the images before, as for another camera. */
  reset(): Promise<void>;
  readonly stats: Stats;
  close(): void;
}

/** A camera's track in, the same with another background out, in a worker. Also a track processor for LiveKit. */
export class BackgroundProcessor {
  static create(options?: SegmenterOptions & { effect?: Effect | VideoEffect; canvas?: boolean }): Promise<BackgroundProcessor>;
  readonly name: string;
  processedTrack?: MediaStreamTrack;
  /** Ends when `track` does; onend hears of it, with null if all went well. */
  process(track: MediaStreamTrack, onend?: (error: Error | null) => void): MediaStreamTrack;
  setEffect(effect: Effect | VideoEffect): Promise<void>;
  stats(): Promise<Stats>;
  /** Ends the processed track and frees everything. The camera's own track is the caller's. */
  close(): void;
  init(options: { track: MediaStreamTrack }): Promise<void>;
  restart(options: { track: MediaStreamTrack }): Promise<void>;
  destroy(): Promise<void>;
}

/** A MediaStream of video; rejects with a sentence that says what to do. constraints: those of getUserMedia() for video. */
export function openCamera(constraints?: MediaTrackConstraints): Promise<MediaStream>;
