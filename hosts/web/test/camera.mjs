// The clip that Chromium's fake camera shows: a still picture as YUV4MPEG2, 4:2:0, BT.601, limited range.
import { writeFile } from 'node:fs/promises';

export async function makeCamera(path, { width, height, rgb }, frames = 4) {
  const luma = Buffer.alloc(width * height);
  const chroma = [Buffer.alloc((width * height) / 4), Buffer.alloc((width * height) / 4)];
  for (let y = 0; y < height; ++y) {
    for (let x = 0; x < width; ++x) {
      const [r, g, b] = rgb(x, y);
      luma[y * width + x] = Math.round(16 + 0.257 * r + 0.504 * g + 0.098 * b);
      if (x % 2 !== 0 || y % 2 !== 0) continue;
      const at = (y / 2) * (width / 2) + x / 2;
      chroma[0][at] = Math.round(128 - 0.148 * r - 0.291 * g + 0.439 * b);
      chroma[1][at] = Math.round(128 + 0.439 * r - 0.368 * g - 0.071 * b);
    }
  }
  const frame = [Buffer.from('FRAME\n'), luma, ...chroma];
  const header = Buffer.from(`YUV4MPEG2 W${width} H${height} F30:1 Ip A1:1 C420\n`);
  await writeFile(path, Buffer.concat([header, ...Array(frames).fill(frame).flat()]));
  return path;
}
