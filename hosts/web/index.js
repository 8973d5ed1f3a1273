// The package's names. See README.md, and index.d.ts for what each takes.
export { Segmenter } from './segmenter.js';
export { BackgroundProcessor } from './processor.js';
export { BackgroundTransform } from './transform.js';
export { openCamera } from './camera.js';
