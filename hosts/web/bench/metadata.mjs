// tasks-vision refuses a network that does not say how its input is scaled. This adds that, as MediaPipe's own metadata:
// pixels are divided by 255. The network's bytes stay; new tables are put before them, for offsets only point forward.

// A few FlatBuffers tables, written back to front as one does. All parts are multiples of 4 bytes long.
class Writer {
  #parts = []; // in reverse order
  size = 0; // bytes from the start of the newest part to the end

  // A part of 32-bit words; a word is a number, or { to } a place that offset() has given before.
  put(words) {
    const view = new DataView(new ArrayBuffer(4 * words.length));
    const start = this.size + 4 * words.length;
    words.forEach((word, i) => {
      if (typeof word === 'object') view.setUint32(4 * i, start - 4 * i - word.to, true);
      else if (Number.isInteger(word)) view.setInt32(4 * i, word, true);
    });
    this.#parts.unshift(new Uint8Array(view.buffer));
    this.size = start;
    return { to: start };
  }

  // A table of 32-bit fields; undefined ones are absent. Its vtable stands before it.
  table(fields) {
    const words = [0];
    const places = fields.map((field) => (field === undefined ? 0 : 4 * words.push(field) - 4));
    if (places.length % 2 === 1) places.push(0); // so that the vtable is a multiple of 4 bytes
    const shorts = [4 + 2 * places.length, 4 * words.length, ...places];
    const vtable = [];
    for (let i = 0; i < shorts.length; i += 2) vtable.push(shorts[i] | (shorts[i + 1] << 16));
    words[0] = 4 * vtable.length;
    const table = this.put(words);
    this.put(vtable);
    return table;
  }

  vector(words) {
    return this.put([words.length, ...words]);
  }

  bytes(data) {
    const padded = new Uint8Array(Math.ceil((data.length + 1) / 4) * 4);
    padded.set(data);
    this.#parts.unshift(padded);
    this.size += padded.length;
    return this.put([data.length]);
  }

  finish(root, identifier) {
    this.put([root, new DataView(new TextEncoder().encode(identifier).buffer).getInt32(0, true)]);
    return Buffer.concat(this.#parts);
  }
}

const float = (value) => new Int32Array(new Float32Array([value]).buffer)[0];

function normalisation() {
  const w = new Writer();
  const options = w.table([w.vector([float(0)]), w.vector([float(255)])]);
  const unit = w.table([1, options]); // NormalizationOptions is the union's first; a byte, of which the rest is zero
  const input = w.table([, , , , w.vector([unit])]);
  const graph = w.table([, , w.vector([input]), w.vector([w.table([])])]);
  return w.finish(w.table([, , , w.vector([graph])]), 'M001');
}

// tflite: a Buffer. Fields of Model: version, operator_codes, subgraphs, description, buffers, metadata_buffer, metadata.
export function withMetadata(tflite) {
  const at = (place) => place + tflite.readUInt32LE(place); // where an offset points to
  const root = at(0);
  const vtable = root - tflite.readInt32LE(root);
  const field = (i) => {
    const place = vtable + 4 + 2 * i < vtable + tflite.readUInt16LE(vtable) ? tflite.readUInt16LE(vtable + 4 + 2 * i) : 0;
    return place === 0 ? undefined : root + place;
  };
  // The old bytes come last: a place in them counts from the end.
  const old = (place) => (place === undefined ? undefined : { to: tflite.length - place });
  const w = new Writer();
  w.size = tflite.length;
  const buffers = at(field(4));
  const kept = Array.from({ length: tflite.readUInt32LE(buffers) }, (_, i) => old(at(buffers + 4 + 4 * i)));
  const added = w.table([w.bytes(normalisation())]);
  const metadata = w.table([w.bytes(Buffer.from('TFLITE_METADATA')), kept.length]);
  const offsetOf = (i) => (field(i) === undefined ? undefined : old(at(field(i))));
  const model = w.table([
    tflite.readUInt32LE(field(0)), offsetOf(1), offsetOf(2), offsetOf(3), w.vector([...kept, added]), , w.vector([metadata]),
  ]);
  // Weights stay aligned to 16 bytes.
  const before = w.size - tflite.length + 8;
  w.put(Array((16 - (before % 16)) / 4 % 4).fill(0));
  return Buffer.concat([w.finish(model, 'TFL3'), tflite]);
}
