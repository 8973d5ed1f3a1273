// How far two lists of RGB are apart: for each pixel the largest difference of a channel, in ascending order.
export const differences = (found, expected) =>
  found.map((rgb, i) => Math.max(...rgb.map((value, channel) => Math.abs(value - expected[i][channel])))).sort((a, b) => a - b);
