// Composites VideoFrames by WebGL2: the frame goes up, the network's small one comes down, its mask goes up, and the result
// is a canvas. No full-size pixel comes back. What fails throws, and then there is no result.
import { orientationOf, swapsSides } from './pixels.js';
import { WebGL } from './webgl.js';

const [PICTURE, BLUR] = [2, 3]; // selfieseg_background
const [BACKGROUND, PERSON, ALL] = [0, 1, 2]; // layers

// The numbers of compose/effect.cc and compose/colors.cc.
const CLEAN_RADIUS = 7, CLEAN_SAMPLES = 256, WRAP_SHARE = 1 / 48, BLUR_SHARE = 1 / 32, BLUR_SAMPLES = 2;
const BLUR_CELLS = 1.1, ESTIMATE_CELLS = 1.4;

// Three boxes of two neighbouring sizes whose variance comes closest.
function chooseBoxes(deviation) {
  const smaller = Math.min(Math.trunc((Math.sqrt(4 * deviation ** 2 + 1) - 1) / 2), 1);
  const variance = (radius) => 4 * radius * (radius + 1);
  const miss = (count) => Math.abs((3 - count) * variance(smaller) + count * variance(smaller + 1) - 12 * deviation ** 2);
  let larger = 0;
  for (const count of [1, 2, 3]) if (miss(count) < miss(larger)) larger = count;
  if (smaller === 0) larger = Math.max(larger, 1);
  return [0, 1, 2].map((i) => smaller + Number(i < larger));
}

// How samples of one axis become cells, for a blur of so many pixels.
function gridAxis(samples, pixels, radius, finest) {
  const deviation = ((radius / 2) * samples) / pixels;
  const pool = Math.trunc(Math.min(Math.max(deviation / finest, 1), samples));
  return { pool, cells: Math.ceil(samples / pool), perPixel: samples / pixels / pool, radii: chooseBoxes(deviation / pool) };
}
const gridOf = (small, size, radius, finest) => [
  gridAxis(small.width, size.width, radius, finest),
  gridAxis(small.height, size.height, radius, finest),
];
const scaleOf = ([across, down]) => [across.perPixel, down.perPixel, across.cells, down.cells];

// Of frames smaller than some 30 pixels the rim is narrower than WASM's.
function rimRadius(deviation) {
  return Math.min(Math.max(1, Math.round((Math.sqrt(6 * deviation ** 2 + 1) - 1) / 2)), 8);
}

const wholeOf = ({ width, height }) => [0, 0, width, height];
function uprightSize(frame) {
  const { width, height } = frame.visibleRect;
  return swapsSides(orientationOf(frame)) ? { width: height, height: width } : { width, height };
}

// Along one side: which pixels of the picture are shown, and where.
function span(picture, frame, scale) {
  const bound = (value, most) => Math.min(Math.max(Math.round(value), 1), most);
  const shown = bound(picture * scale, frame);
  const used = bound(shown / scale, picture);
  return { from: (picture - used) >> 1, used, at: (frame - shown) >> 1, shown };
}

// From a pixel of the canvas, whose first line is the lowest, to the frame as it is shown; both from their middle.
function turnOf({ rotation = 0, flip = false }) {
  const [cosine, sine] = [[1, 0], [0, 1], [-1, 0], [0, -1]][rotation / 90];
  const mirror = flip ? -1 : 1;
  return [mirror * cosine, sine, mirror * sine, -cosine];
}

export class Compositor {
  #webgl;
  #effect = null;
  #pictureSize = null;
  #fitted = ''; // the size that the picture was fitted to

  // Null where there is no WebGL2, or, unless `software` will do, no graphics processor.
  static open(software) {
    const webgl = WebGL.open(software);
    return webgl && new Compositor(webgl);
  }

  constructor(webgl) {
    this.#webgl = webgl;
  }

  // effect: of readEffect(). One that is clear is never composed here.
  setEffect(effect) {
    this.#effect = effect;
    if (effect.picture) this.setPicture(effect.picture);
  }

  // An ImageData or VideoFrame.
  setPicture(picture) {
    this.#webgl.uploadImage('picture', picture);
    this.#pictureSize = picture.visibleRect ? uprightSize(picture) : { width: picture.width, height: picture.height };
    this.#fitted = '';
  }

  // Whether the network's samples are fine enough for the effect.
  suits(frame, small) {
    const size = uprightSize(frame);
    const ratio = Math.max(size.width / small.width, size.height / small.height);
    return this.#effect.background !== BLUR || this.#blurRadius(size) >= BLUR_SAMPLES * ratio;
  }

  // small: the network's size. find: from a function that reads the small frame into bytes, to its mask.
  compose(frame, small, find) {
    const webgl = this.#webgl;
    const size = uprightSize(frame);
    webgl.uploadImage('frame', frame);
    this.#shrink('small', 'frame', size, small);
    const mask = find((bytes) => webgl.read(small, bytes));
    webgl.uploadFloats('mask', small, mask);
    webgl.draw('guide', 'windows', small, { small: 'small', mask: 'mask' });
    webgl.draw('mean', 'fit', small, { small: 'small', source: 'windows' });
    const surroundings = this.#surroundings(size, small);
    const { width, height } = frame.visibleRect;
    return webgl.drawCanvas('compose', { width, height }, {
      ...surroundings, frame: 'frame', fit: 'fit', stored: [width, height], turn: turnOf(frame),
    });
  }

  #blurRadius({ width, height }) {
    return this.#effect.radius || BLUR_SHARE * Math.min(width, height);
  }

  // What stands around the person, as uniforms.
  #surroundings(size, small) {
    const { background, lightWrap, rgb } = this.#effect;
    const color = rgb.map((value) => value / 255);
    const sample = Math.max(1, Math.max(size.width, size.height) / CLEAN_SAMPLES);
    const grid = background === BLUR
      ? gridOf(small, size, this.#blurRadius(size), BLUR_CELLS)
      : gridOf(small, size, CLEAN_RADIUS * sample, ESTIMATE_CELLS);
    this.#estimate('background', BACKGROUND, 'small', small, grid);
    if (background !== BLUR) this.#estimate('person', PERSON, 'small', small, grid);
    const rim = Math.max(2, WRAP_SHARE * Math.min(size.width, size.height));
    const lightGrid = gridOf(small, size, rim, BLUR_CELLS);
    if (background === PICTURE) this.#fitPicture(size, small, color, lightGrid);
    if (lightWrap > 0) {
      const radius = [small.width / size.width, small.height / size.height].map((ratio) => rimRadius((rim / 2) * ratio));
      this.#blur('rim', 'fit', small, [radius, radius], { bounded: true });
    }
    return {
      background: 'background', person: 'person', backdrop: 'backdrop', light: 'light', rim: 'rim',
      grid: scaleOf(grid), lightGrid: scaleOf(lightGrid), color, effect: background, wrap: lightWrap,
    };
  }

  #shrink(name, source, size, small) {
    const values = { source, part: wholeOf(size), place: wholeOf(small), around: [0, 0, 0] };
    this.#webgl.draw('area', name, small, values, this.#webgl.bytesFormat);
  }

  #estimate(name, layer, source, small, [across, down]) {
    const cells = { width: across.cells, height: down.cells };
    this.#webgl.draw('pool', `${name}, cells`, cells, { small: source, fit: 'fit', layer, cell: [across.pool, down.pool] });
    this.#blur(name, `${name}, cells`, cells, across.radii.map((radius, i) => [radius, down.radii[i]]), { divided: true });
  }

  // Boxes one after another.
  #blur(name, source, size, radii, { bounded = false, divided = false }) {
    radii.forEach((radius, i) => {
      const last = i === radii.length - 1;
      const to = last ? name : `${name}, box ${i}`;
      this.#webgl.draw('box', to, size, { source, radius, bounded, divided: divided && last });
      source = to;
    });
  }

  // And its colours for light wrap.
  #fitPicture(size, small, color, lightGrid) {
    const fitted = `${size.width}x${size.height}`;
    if (this.#fitted === fitted) return;
    const { width, height } = this.#pictureSize;
    const [across, down] = [size.width / width, size.height / height];
    const scale = [Math.max(across, down), Math.min(across, down), 1][this.#effect.fit];
    const x = span(width, size.width, scale);
    const y = span(height, size.height, scale);
    const values = { source: 'picture', part: [x.from, y.from, x.used, y.used], place: [x.at, y.at, x.shown, y.shown], around: color };
    this.#webgl.draw('area', 'backdrop', size, values, this.#webgl.bytesFormat);
    if (this.#effect.lightWrap > 0) {
      this.#shrink('small picture', 'backdrop', size, small);
      this.#estimate('light', ALL, 'small picture', small, lightGrid);
    }
    this.#fitted = fitted;
  }

  close() {
    this.#webgl.close();
  }
}
