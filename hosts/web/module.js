// Fetches, compiles and starts the WebAssembly module, and moves bytes in and out of it. One Module
// belongs to one Segmenter; dropping it frees its memory.

// (module (func (param v128 v128 v128) (result v128) local.get 0..2, f32x4.relaxed_madd))
const RELAXED_SIMD = new Uint8Array([
  0, 97, 115, 109, 1, 0, 0, 0, 1, 8, 1, 96, 3, 123, 123, 123, 1, 123, 3, 2, 1, 0, 10, 13, 1, 11, 0, 32, 0, 32, 1, 32, 2,
  253, 133, 2, 11,
]);

// "relaxed" where multiply-add is fused, else "simd".
export const instructionSet = () => (WebAssembly.validate(RELAXED_SIMD) ? 'relaxed' : 'simd');

const FILES = {
  relaxed: new URL('./selfieseg-relaxed.wasm', import.meta.url),
  simd: new URL('./selfieseg-simd.wasm', import.meta.url),
  general: new URL('./general.tflite', import.meta.url),
  landscape: new URL('./landscape.tflite', import.meta.url),
};

async function fetchFile(url, what) {
  let response;
  try {
    response = await fetch(url);
  } catch (error) {
    throw new Error(`cannot fetch the ${what} '${url}': ${error.message}`);
  }
  if (!response.ok) throw new Error(`cannot fetch the ${what} '${url}': the server says ${response.status}`);
  return response;
}

const compiled = new Map(); // instruction set -> promise of a WebAssembly.Module, for all segmenters

async function compileFetched(set) {
  const response = await fetchFile(FILES[set], 'module');
  const type = response.headers.get('content-type') ?? '';
  // A server that does not know .wasm costs the head start of compiling while loading, no more.
  if (type.startsWith('application/wasm')) return WebAssembly.compileStreaming(response);
  return WebAssembly.compile(await response.arrayBuffer());
}

// What Module.load() takes, ready for it and for a worker.
export async function fetchParts(wasm, model) {
  const [code, network] = await Promise.all([compile(wasm), networkBytes(model)]);
  return { wasm: code, model: network };
}

function compile(wasm) {
  if (wasm instanceof WebAssembly.Module) return wasm;
  if (wasm) return WebAssembly.compile(wasm);
  const set = instructionSet();
  if (!compiled.has(set)) {
    compiled.set(set, compileFetched(set));
    compiled.get(set).catch(() => compiled.delete(set)); // so that another try may succeed
  }
  return compiled.get(set);
}

async function networkBytes(model) {
  if (model instanceof ArrayBuffer || ArrayBuffer.isView(model)) {
    return ArrayBuffer.isView(model) ? new Uint8Array(model.buffer, model.byteOffset, model.byteLength) : new Uint8Array(model);
  }
  const url = model instanceof URL ? model : ['general', 'landscape'].includes(model) ? FILES[model] : undefined;
  if (!url) throw new Error(`no built-in network '${model}'; there are general, landscape`);
  return new Uint8Array(await (await fetchFile(url, 'network')).arrayBuffer());
}

// WASI's functions that are left in the module: its clock, and a standard error that nobody reads.
const BAD_DESCRIPTOR = 8;
function imports(memory) {
  const refuse = () => BAD_DESCRIPTOR;
  return {
    wasi_snapshot_preview1: {
      clock_time_get: (clock, precision, result) => {
        const nanoseconds = BigInt(Math.round(performance.now() * 1e6));
        new DataView(memory().buffer).setBigUint64(result, nanoseconds, true);
        return 0;
      },
      fd_close: refuse,
      fd_seek: refuse,
      fd_write: refuse,
    },
  };
}

export class Module {
  #exports;
  #blocks = new Map(); // name -> { pointer, size }, kept from frame to frame

  // wasm: null, or the bytes of the module or a compiled one; model: name, URL or bytes.
  static async load(wasm, model) {
    const coming = networkBytes(model);
    coming.catch(() => {}); // it is awaited below
    const module = new Module();
    const instance = await WebAssembly.instantiate(await compile(wasm), imports(() => module.#exports.memory));
    module.#exports = instance.exports;
    module.#exports._initialize();
    const network = await coming;
    const bytes = module.block('network', network.length);
    module.bytes(bytes, network.length).set(network);
    module.call('open_model', bytes, network.length);
    module.release('network');
    return module;
  }

  // Calls a function that returns a status; throws the library's sentence when that is not 0.
  call(name, ...values) {
    if (this.run(name, ...values) !== 0) throw new Error(this.text(this.run('last_error')));
  }

  // Calls a function that returns a value.
  run(name, ...values) {
    if (!this.#exports) throw new Error('the segmenter is closed');
    try {
      return this.#exports[name](...values);
    } catch (error) {
      // There are no exceptions in the module: where memory ends, it stops for good.
      if (!(error instanceof WebAssembly.RuntimeError)) throw error;
      this.close();
      throw new Error(`out of memory, and the segmenter is closed (${error.message})`);
    }
  }

  // At least `size` bytes under a name. What was in them is lost when they grow.
  block(name, size) {
    const before = this.#blocks.get(name);
    if (before && before.size >= size) return before.pointer;
    this.release(name);
    const pointer = this.run('take', size);
    if (pointer === 0) throw new Error(`out of memory for ${size} bytes`);
    this.#blocks.set(name, { pointer, size });
    return pointer;
  }

  release(name) {
    const block = this.#blocks.get(name);
    if (!block) return;
    this.run('give', block.pointer);
    this.#blocks.delete(name);
  }

  // Views of the module's memory: any call may grow that, which makes them useless.
  bytes(pointer, size) {
    return new Uint8Array(this.#exports.memory.buffer, pointer, size);
  }
  floats(pointer, size) {
    return new Float32Array(this.#exports.memory.buffer, pointer, size);
  }
  doubles(pointer, size) {
    return new Float64Array(this.#exports.memory.buffer, pointer, size);
  }

  text(pointer) {
    const bytes = new Uint8Array(this.#exports.memory.buffer, pointer, 1024);
    return new TextDecoder().decode(bytes.slice(0, bytes.indexOf(0)));
  }

  // Writes a string into a block and returns that.
  string(name, text) {
    const bytes = new TextEncoder().encode(`${text}\0`);
    const pointer = this.block(name, bytes.length);
    this.bytes(pointer, bytes.length).set(bytes);
    return pointer;
  }

  get closed() {
    return this.#exports === null;
  }
  get memoryBytes() {
    return this.#exports ? this.#exports.memory.buffer.byteLength : 0;
  }
  close() {
    this.#exports = null;
    this.#blocks.clear();
  }
}
