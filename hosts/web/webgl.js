// WebGL2 as the compositor needs it: programs that fill a texture or the canvas, and textures by name.
import { SHADERS, VERTEX } from './shaders.js';

const SOFTWARE = /swiftshader|llvmpipe|softpipe|software|basic render/i;

export class WebGL {
  #gl;
  #programs = {}; // name -> { program, uniforms }
  #setters;
  #textures = new Map(); // name -> { texture, framebuffer, width, height }

  // Null where there is none. software: one that no graphics processor draws will do.
  static open(software) {
    if (typeof OffscreenCanvas === 'undefined') return null;
    const options = { alpha: false, antialias: false, depth: false, failIfMajorPerformanceCaveat: !software };
    const gl = new OffscreenCanvas(1, 1).getContext('webgl2', options);
    if (!gl) return null;
    const webgl = new WebGL(gl);
    try {
      const renderer = gl.getExtension('WEBGL_debug_renderer_info')?.UNMASKED_RENDERER_WEBGL ?? gl.RENDERER;
      const fits = software || !SOFTWARE.test(gl.getParameter(renderer)); // not all browsers heed the caveat
      if (fits && gl.getExtension('EXT_color_buffer_float')) return webgl.#link();
    } catch {
      // A shader that does not compile here.
    }
    webgl.close();
    return null;
  }

  constructor(gl) {
    this.#gl = gl;
    this.#setters = {
      [gl.FLOAT]: 'uniform1fv', [gl.FLOAT_VEC2]: 'uniform2fv', [gl.FLOAT_VEC3]: 'uniform3fv', [gl.FLOAT_VEC4]: 'uniform4fv',
      [gl.INT]: 'uniform1iv', [gl.INT_VEC2]: 'uniform2iv', [gl.INT_VEC4]: 'uniform4iv', [gl.BOOL]: 'uniform1iv',
    };
  }

  #link() {
    const gl = this.#gl;
    const compile = (type, source) => {
      const shader = gl.createShader(type);
      gl.shaderSource(shader, source);
      gl.compileShader(shader);
      return shader;
    };
    const vertex = compile(gl.VERTEX_SHADER, VERTEX);
    for (const [name, source] of Object.entries(SHADERS)) {
      const program = gl.createProgram();
      gl.attachShader(program, vertex);
      gl.attachShader(program, compile(gl.FRAGMENT_SHADER, source));
      gl.linkProgram(program);
      this.#programs[name] = { program, uniforms: [] };
    }
    // Asked when all are under way: browsers compile beside one another.
    for (const { program, uniforms } of Object.values(this.#programs)) {
      if (!gl.getProgramParameter(program, gl.LINK_STATUS)) throw new Error(gl.getProgramInfoLog(program));
      for (let i = 0; i < gl.getProgramParameter(program, gl.ACTIVE_UNIFORMS); ++i) {
        const { name, type } = gl.getActiveUniform(program, i);
        uniforms.push({ name, type, location: gl.getUniformLocation(program, name) });
      }
    }
    return this;
  }

  // Fills a texture with what a program computes. values: for each uniform a number, numbers, or a texture's name.
  draw(program, name, size, values, format = this.#gl.RGBA16F) {
    this.#fill(program, this.#target(name, size, format), values);
  }

  // The same to the canvas, which is returned: whole, or not at all.
  drawCanvas(program, { width, height }, values) {
    const gl = this.#gl;
    const { canvas } = gl;
    if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
    if (gl.drawingBufferWidth !== width || gl.drawingBufferHeight !== height) throw new Error('the canvas is too small');
    this.#fill(program, { framebuffer: null, width, height }, values);
    // Of this call and all before it.
    const error = gl.getError();
    if (error !== gl.NO_ERROR || gl.isContextLost()) throw new Error(`WebGL's error ${error}`);
    return canvas;
  }

  #fill(program, { framebuffer, width, height }, values) {
    const gl = this.#gl;
    const { program: linked, uniforms } = this.#programs[program];
    gl.useProgram(linked);
    gl.bindFramebuffer(gl.FRAMEBUFFER, framebuffer);
    gl.viewport(0, 0, width, height);
    let unit = 0;
    for (const { name, type, location } of uniforms) {
      const value = values[name] ?? 0;
      if (type === gl.SAMPLER_2D) {
        gl.activeTexture(gl.TEXTURE0 + unit);
        gl.bindTexture(gl.TEXTURE_2D, this.#textures.get(value)?.texture ?? null);
        gl.uniform1i(location, unit++);
      } else if (type === gl.FLOAT_MAT2) {
        gl.uniformMatrix2fv(location, false, value);
      } else {
        gl[this.#setters[type]](location, [value].flat());
      }
    }
    gl.drawArrays(gl.TRIANGLES, 0, 3);
  }

  // Made once for a size.
  #target(name, { width, height }, format) {
    const gl = this.#gl;
    const before = this.#textures.get(name);
    if (before && before.width === width && before.height === height) return before;
    if (before) {
      gl.deleteFramebuffer(before.framebuffer);
      gl.deleteTexture(before.texture);
    }
    const made = { texture: this.#texture(gl.LINEAR), framebuffer: gl.createFramebuffer(), width, height };
    this.#textures.set(name, made);
    gl.texStorage2D(gl.TEXTURE_2D, 1, format, width, height);
    gl.bindFramebuffer(gl.FRAMEBUFFER, made.framebuffer);
    gl.framebufferTexture2D(gl.FRAMEBUFFER, gl.COLOR_ATTACHMENT0, gl.TEXTURE_2D, made.texture, 0);
    return made;
  }

  #texture(filter) {
    const gl = this.#gl;
    const texture = gl.createTexture();
    gl.bindTexture(gl.TEXTURE_2D, texture);
    for (const side of [gl.TEXTURE_WRAP_S, gl.TEXTURE_WRAP_T]) gl.texParameteri(gl.TEXTURE_2D, side, gl.CLAMP_TO_EDGE);
    for (const way of [gl.TEXTURE_MIN_FILTER, gl.TEXTURE_MAG_FILTER]) gl.texParameteri(gl.TEXTURE_2D, way, filter);
    return texture;
  }

  // Of an ImageData or VideoFrame: as it is shown, upright.
  uploadImage(name, image) {
    const gl = this.#gl;
    this.#upload(name, gl.RGBA8, gl.RGBA, gl.UNSIGNED_BYTE, image);
  }
  uploadFloats(name, { width, height }, floats) {
    const gl = this.#gl;
    this.#upload(name, gl.R32F, width, height, 0, gl.RED, gl.FLOAT, floats);
  }
  #upload(name, ...pixels) {
    const gl = this.#gl;
    if (!this.#textures.has(name)) this.#textures.set(name, { texture: this.#texture(gl.NEAREST) });
    gl.bindTexture(gl.TEXTURE_2D, this.#textures.get(name).texture);
    gl.texImage2D(gl.TEXTURE_2D, 0, ...pixels);
  }

  // Of the texture that was drawn last, as RGBA.
  read({ width, height }, bytes) {
    this.#gl.readPixels(0, 0, width, height, this.#gl.RGBA, this.#gl.UNSIGNED_BYTE, bytes);
  }

  get bytesFormat() {
    return this.#gl.RGBA8;
  }

  close() {
    this.#gl.getExtension('WEBGL_lose_context')?.loseContext();
  }
}
