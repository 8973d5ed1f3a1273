// What the compositor's passes compute: the library's mask/ and compose/ once more, for a graphics processor. Textures have
// their first line on top. `fit` holds the guided filter's slope and offset, and the small matte.

const HEAD = `#version 300 es
precision highp float;
precision highp sampler2D;
float luma(vec3 rgb) { return dot(rgb, vec3(77, 150, 29) / 256.0); }
`;

export const VERTEX = `${HEAD}
void main() { gl_Position = vec4(4 * (gl_VertexID & 1) - 1, 2 * (gl_VertexID & 2) - 1, 0, 1); }`;

// Means of what a pixel covers; bilinear, which is a box one pixel wide, where it enlarges.
const area = `${HEAD}
uniform sampler2D source;
uniform ivec4 part, place;  // x, y, width, height, of the source and of the target
uniform vec3 around;
out vec4 result;
void main() {
  ivec2 at = ivec2(gl_FragCoord.xy) - place.xy;
  result = vec4(around, 1);
  if (any(lessThan(at, ivec2(0))) || any(greaterThanEqual(at, place.zw))) return;
  vec2 ratio = vec2(part.zw) / vec2(place.zw), width = max(ratio, 1.0);
  vec2 begin = (vec2(at) + 0.5) * ratio - 0.5 * width, end = begin + width;
  vec3 sum = vec3(0);
  for (float y = floor(begin.y); y < end.y; ++y) {
    for (float x = floor(begin.x); x < end.x; ++x) {
      vec2 covered = min(end, vec2(x, y) + 1.0) - max(begin, vec2(x, y));
      sum += covered.x * covered.y * texelFetch(source, part.xy + clamp(ivec2(x, y), ivec2(0), part.zw - 1), 0).rgb;
    }
  }
  result.rgb = sum / (width.x * width.y);
}`;

// Least squares in every window, and then their means: mask/guided.cc, with the same numbers.
const WINDOW = `
ivec2 near(int i, ivec2 size) { return clamp(ivec2(gl_FragCoord.xy) + ivec2(i % 5, i / 5) - 2, ivec2(0), size - 1); }`;
const guide = `${HEAD}${WINDOW}
uniform sampler2D small, mask;
out vec4 result;
void main() {
  vec4 mean = vec4(0);
  for (int i = 0; i < 25; ++i) {
    ivec2 at = near(i, textureSize(small, 0));
    float light = luma(texelFetch(small, at, 0).rgb);
    float person = clamp((texelFetch(mask, at, 0).r - 0.2) / 0.6, 0.0, 1.0);
    mean += vec4(light, person, light * person, light * light) / 25.0;
  }
  float slope = (mean.z - mean.x * mean.y) / (max(mean.w - mean.x * mean.x, 0.0) + 0.03);
  result = vec4(slope, mean.y - slope * mean.x, 0, 1);
}`;
const RAMP = `
float matte(vec2 fit, vec3 rgb) { return clamp((fit.x * luma(rgb) + fit.y - 0.1) / 0.8, 0.0, 1.0); }`;
const mean = `${HEAD}${WINDOW}${RAMP}
uniform sampler2D small, source;
out vec4 result;
void main() {
  vec2 sum = vec2(0);
  for (int i = 0; i < 25; ++i) sum += texelFetch(source, near(i, textureSize(source, 0)), 0).xy;
  result = vec4(sum / 25.0, matte(sum / 25.0, texelFetch(small, ivec2(gl_FragCoord.xy), 0).rgb), 1);
}`;

// Colours of one layer, and their weight, by cells of samples; the last `box` divides: compose/colors.h.
const pool = `${HEAD}
uniform sampler2D small, fit;
uniform int layer;  // 0: background, 1: person, 2: all
uniform ivec2 cell;
out vec4 result;
void main() {
  ivec2 size = textureSize(small, 0), begin = ivec2(gl_FragCoord.xy) * cell, end = min(begin + cell, size);
  vec4 sum = vec4(0);
  for (int y = begin.y; y < end.y; ++y) {
    for (int x = begin.x; x < end.x; ++x) {
      float least = 1.0;
      for (int i = 0; i < 9 && layer < 2; ++i) {
        float share = texelFetch(fit, clamp(ivec2(x, y) + ivec2(i % 3, i / 3) - 1, ivec2(0), size - 1), 0).z;
        least = min(least, layer == 1 ? share : 1.0 - share);
      }
      sum += vec4(texelFetch(small, ivec2(x, y), 0).rgb, 1) * max(1.0 / 255.0, 2.0 * least - 1.0);
    }
  }
  ivec2 samples = end - begin;
  result = sum / float(samples.x * samples.y);
}`;
const box = `${HEAD}
uniform sampler2D source;
uniform ivec2 radius;
uniform bool bounded, divided;  // edges go on outside; else there is nothing
out vec4 result;
void main() {
  vec4 sum = vec4(0);
  for (int y = -radius.y; y <= radius.y; ++y) {
    for (int x = -radius.x; x <= radius.x; ++x) {
      ivec2 at = ivec2(gl_FragCoord.xy) + ivec2(x, y), inside = clamp(at, ivec2(0), textureSize(source, 0) - 1);
      if (bounded || at == inside) sum += texelFetch(source, inside, 0);
    }
  }
  result = sum / (divided ? sum.a : float((2 * radius.x + 1) * (2 * radius.y + 1)));
}`;

// A pixel of the result, as the frame is stored: `turn` finds it in the upright one. See compose/painter.cc.
const compose = `${HEAD}${RAMP}
uniform sampler2D frame, fit, background, person, backdrop, light, rim;
uniform mat2 turn;
uniform vec2 stored;           // pixels of the result
uniform vec4 grid, lightGrid;  // cells of a pixel, and of the grid
uniform vec3 color;
uniform int effect;            // as selfieseg_background
uniform float wrap;
out vec4 result;
vec3 enlarged(sampler2D cells, vec4 scale, vec2 at) { return texture(cells, at * scale.xy / scale.zw).rgb; }
void main() {
  vec2 size = vec2(textureSize(frame, 0)), at = turn * (gl_FragCoord.xy - 0.5 * stored) + 0.5 * size;
  vec3 rgb = texelFetch(frame, ivec2(at), 0).rgb;
  result = vec4(rgb, 1);
  if (effect == 4) return;
  float alpha = matte(texture(fit, at / size).xy, rgb);
  vec3 old = enlarged(background, grid, at), behind = old;
  if (effect != 3) {
    behind = effect == 1 ? color : texelFetch(backdrop, ivec2(at), 0).rgb;
    vec3 own = enlarged(person, grid, at);
    rgb = clamp(own + alpha * (rgb - mix(old, own, alpha)), 0.0, 1.0);
    float around = wrap > 0.0 ? wrap * (1.0 - texture(rim, at / size).z) : 0.0;
    rgb = mix(rgb, effect == 1 ? color : enlarged(light, lightGrid, at), around);
  }
  result.rgb = mix(behind, rgb, alpha);
}`;

export const SHADERS = { area, guide, mean, pool, box, compose };
