// In a page: frames of a golden picture in any format and orientation, and how far two pictures are apart.

export async function readPicture(name, width, height) {
  const img = new Image();
  img.src = `/golden/${name}/rgb.png`;
  await img.decode();
  const context = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true });
  const scale = Math.max(width / img.width, height / img.height);
  context.imageSmoothingQuality = 'high';
  context.translate((width - scale * img.width) / 2, (height - scale * img.height) / 2);
  context.drawImage(img, 0, 0, scale * img.width, scale * img.height);
  return context.getImageData(0, 0, width, height);
}

const KR_KB = { smpte170m: [0.299, 0.114], bt709: [0.2126, 0.0722] };

// 4:2:0 of limited range; chroma is the mean of its pixels.
function toYuv({ data, width, height }, format, matrix) {
  const [kr, kb] = KR_KB[matrix];
  const across = (width + 1) >> 1;
  const cells = across * ((height + 1) >> 1);
  const sums = new Float32Array(3 * cells); // Cb, Cr, pixels
  const bytes = new Uint8Array(width * height + 2 * cells);
  for (let i = 0; i < width * height; ++i) {
    const [red, green, blue] = data.subarray(4 * i);
    const luma = kr * red + (1 - kr - kb) * green + kb * blue;
    bytes[i] = Math.round(16 + (219 * luma) / 255);
    const cell = 3 * ((Math.floor(i / width) >> 1) * across + ((i % width) >> 1));
    sums[cell] += (blue - luma) / (1 - kb);
    sums[cell + 1] += (red - luma) / (1 - kr);
    ++sums[cell + 2];
  }
  for (let cell = 0; cell < cells; ++cell) {
    for (const c of [0, 1]) {
      const at = format === 'NV12' ? 2 * cell + c : c * cells + cell;
      bytes[width * height + at] = Math.round(128 + ((112 / 255) * sums[3 * cell + c]) / sums[3 * cell + 2]);
    }
  }
  return bytes;
}

export function show(frame) {
  const { displayWidth: width, displayHeight: height } = frame;
  const context = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true });
  context.drawImage(frame, 0, 0, width, height);
  return context.getImageData(0, 0, width, height);
}

// A frame that shows the picture.
export function frameOf(picture, { format = 'I420', matrix = 'smpte170m', rotation = 0, flip = false, ...init } = {}) {
  if (rotation !== 0 || flip) {
    // What is stored is what the browser's own turn undoes; a turn and a mirror undo themselves.
    const upright = frameOf(picture, { format: 'RGBA' });
    const turned = new VideoFrame(upright, { rotation: flip ? rotation : (360 - rotation) % 360, flip });
    picture = show(turned);
    upright.close();
    turned.close();
  }
  const { width, height, data } = picture;
  const common = { format, codedWidth: width, codedHeight: height, timestamp: 1234, duration: 33, rotation, flip, ...init };
  if (format === 'I420' || format === 'NV12') {
    const colorSpace = { matrix, primaries: matrix, transfer: matrix, fullRange: false };
    return new VideoFrame(toYuv(picture, format, matrix), { ...common, colorSpace });
  }
  const swapped = (i) => (i % 4 === 3 ? i : i - (i % 4) + 2 - (i % 4));
  return new VideoFrame(format.startsWith('BGR') ? data.map((_, i) => data[swapped(i)]) : data, common);
}

// Levels of 255: the mean difference of a number, and the share of pixels of which one is more than 8 off.
export function difference(found, expected) {
  if (found.width !== expected.width || found.height !== expected.height) throw new Error('pictures of two sizes');
  let sum = 0;
  let far = 0;
  for (let i = 0; i < found.data.length; i += 4) {
    const levels = [0, 1, 2].map((c) => Math.abs(found.data[i + c] - expected.data[i + c]));
    sum += levels[0] + levels[1] + levels[2];
    if (Math.max(...levels) > 8) ++far;
  }
  const pixels = found.width * found.height;
  return { mean: sum / pixels / 3, far: far / pixels };
}
