// Any picture that a page can have, to bytes that the module reads: frames of a camera as they are,
// in their own Y'CbCr, everything else as RGBA by way of a canvas.

export const RGBA = 2;

// Of VideoFrame's formats those that the library reads, with the bytes of a picture.
const rgbaSize = (width, height) => 4 * width * height;
const size420 = (width, height) => width * height + 2 * ((width + 1) >> 1) * ((height + 1) >> 1);
const FORMATS = {
  I420: { id: 8, size: size420 },
  NV12: { id: 6, size: size420 },
  RGBA: { id: RGBA, size: rgbaSize },
  RGBX: { id: RGBA, size: rgbaSize },
  BGRA: { id: 3, size: rgbaSize },
  BGRX: { id: 3, size: rgbaSize },
};
const MATRICES = { smpte170m: 1, bt470bg: 1, bt709: 2, 'bt2020-ncl': 3 };
// Of a frame that its camera stored as it lay: EXIF's number for quarter turns to the right, and for those before a mirror.
const TURNED = [1, 6, 3, 8];
const MIRRORED = [2, 5, 4, 7];
export const orientationOf = ({ rotation = 0, flip = false }) => (flip ? MIRRORED : TURNED)[rotation / 90];
export const swapsSides = (orientation) => orientation >= 5;
const BT601 = 1; // a camera's frames may say nothing of colours, and browsers show them so whatever their size

export function refuseClosed(frame) {
  if (frame.format === null && frame.codedWidth === 0) throw new Error('the frame is closed');
}
export const isVideoFrame = (source) => typeof VideoFrame !== 'undefined' && source instanceof VideoFrame;
// A video's picture now, for another thread: only where there are no VideoFrames this one has to convert it.
export const grab = (video) => (typeof VideoFrame === 'undefined' ? createImageBitmap(video) : new VideoFrame(video));
const isImageData = (source) => ArrayBuffer.isView(source?.data) && source.width > 0 && source.height > 0;

function sizeOf(source) {
  const width = source?.videoWidth ?? source?.naturalWidth ?? source?.displayWidth ?? source?.width;
  const height = source?.videoHeight ?? source?.naturalHeight ?? source?.displayHeight ?? source?.height;
  if (width > 0 && height > 0) return { width, height };
  if (width === 0 || height === 0) throw new Error('the image has no pixels yet: wait until it has loaded');
  throw new Error('the image must be an img, video, canvas, ImageBitmap, ImageData or VideoFrame');
}

function makeCanvas(width, height) {
  if (typeof OffscreenCanvas !== 'undefined') return new OffscreenCanvas(width, height);
  const canvas = document.createElement('canvas');
  canvas.width = width;
  canvas.height = height;
  return canvas;
}

// Whether two frames show the same, but for edges and roundings.
export function areAlike(one, other) {
  const side = 64;
  const context = makeCanvas(side, side).getContext('2d', { willReadFrequently: true });
  const [these, those] = [one, other].map((frame) => {
    context.drawImage(frame, 0, 0, side, side);
    return context.getImageData(0, 0, side, side).data;
  });
  return these.reduce((sum, value, i) => sum + Math.abs(value - those[i]), 0) <= 4 * these.length;
}

// Draws pictures to read them back; keeps its canvas from one to the next.
export class Reader {
  #context = null;

  imageData(source) {
    if (isImageData(source)) return source;
    const { width, height } = sizeOf(source);
    if (!this.#context) {
      // Without `willReadFrequently` every frame would wait for a graphics processor.
      this.#context = makeCanvas(width, height).getContext('2d', { willReadFrequently: true });
    }
    const canvas = this.#context.canvas;
    if (canvas.width !== width || canvas.height !== height) {
      canvas.width = width;
      canvas.height = height;
    } else {
      this.#context.clearRect(0, 0, width, height);
    }
    try {
      this.#context.drawImage(source, 0, 0, width, height);
      return this.#context.getImageData(0, 0, width, height);
    } catch (error) {
      throw new Error(`the image cannot be read: ${error.message}`);
    }
  }

  // Copies `source` into a block of the module, as it is stored: `orientation` says how that lies. rgba: as RGBA; upright: turned.
  async load(module, source, { rgba = false, upright = false, block = 'frame' } = {}) {
    if (isVideoFrame(source)) {
      refuseClosed(source);
      const loaded = upright && orientationOf(source) !== 1 ? null : await loadFrame(module, source, rgba, block);
      if (loaded) return loaded;
    }
    const { data, width, height } = this.imageData(source);
    const pointer = module.block(block, data.byteLength);
    module.bytes(pointer, data.byteLength).set(data);
    return { pointer, width, height, format: RGBA, size: data.byteLength, matrix: 0, range: 0, orientation: 1, videoFormat: 'RGBA' };
  }
}

// Null where the browser cannot hand out this frame's bytes, as of some decoders.
async function loadFrame(module, frame, rgba, block) {
  const videoFormat = rgba ? 'RGBA' : frame.format;
  const format = FORMATS[videoFormat];
  if (!format) return null;
  const { width, height } = frame.visibleRect;
  const size = format.size(width, height);
  const pointer = module.block(block, size);
  try {
    await frame.copyTo(module.bytes(pointer, size), rgba ? { format: 'RGBA' } : { layout: layoutOf(videoFormat, width, height) });
  } catch {
    return null;
  }
  const space = frame.colorSpace;
  const matrix = MATRICES[space?.matrix] ?? BT601;
  const range = space?.fullRange ? 1 : 0;
  return { pointer, width, height, format: format.id, size, matrix, range, orientation: orientationOf(frame), videoFormat };
}

// Planes one after another, without gaps.
function layoutOf(videoFormat, width, height) {
  const half = (width + 1) >> 1;
  const luma = { offset: 0, stride: width };
  if (videoFormat === 'NV12') return [luma, { offset: width * height, stride: 2 * half }];
  if (videoFormat !== 'I420') return [{ offset: 0, stride: 4 * width }];
  const chroma = half * ((height + 1) >> 1);
  return [luma, { offset: width * height, stride: half }, { offset: width * height + chroma, stride: half }];
}
