// What stands behind the person, from an object of the page to the numbers of the module.

const BACKGROUNDS = { transparent: 0, color: 1, picture: 2, blur: 3, none: 4 };
const FITS = { fill: 0, fit: 1, center: 2 };

const oneOf = (table, name, what) => {
  if (Object.hasOwn(table, name)) return table[name];
  throw new Error(`no ${what} '${name}'; there are ${Object.keys(table).join(', ')}`);
};

function parseColor(text) {
  const digits = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(text);
  if (!digits) throw new Error(`the color is '${text}', need six digits such as '#00b140'`);
  return digits.slice(1).map((digit) => parseInt(digit, 16));
}

// { type, ... } checked and made whole. `picture` is an ImageData.
export function readEffect({ type, color = '#000000', fit = 'fill', radius = 0, lightWrap = 0, picture } = {}, reader) {
  const background = oneOf(BACKGROUNDS, type, 'effect');
  if (type === 'picture' && !picture) throw new Error("the effect 'picture' needs a picture");
  return {
    type,
    background,
    rgb: parseColor(color),
    fit: oneOf(FITS, fit, 'fit'),
    radius,
    lightWrap: type === 'color' || type === 'picture' ? lightWrap : 0,
    picture: type === 'picture' ? reader.imageData(picture) : null,
  };
}

export function openEffect(module, effect) {
  const { background, rgb, fit, radius, lightWrap, picture } = effect;
  let pixels = 0;
  if (picture) {
    pixels = module.block('picture', picture.data.byteLength);
    module.bytes(pixels, picture.data.byteLength).set(picture.data);
  }
  try {
    module.call('open_effect', background, ...rgb, fit, radius, lightWrap, pixels, picture?.width ?? 0, picture?.height ?? 0);
  } finally {
    if (!module.closed) module.release('picture'); // the module has its own copy now
  }
}
