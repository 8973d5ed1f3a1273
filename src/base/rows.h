// The arithmetic on rows of pixels that input/, mask/ and compose/ are made of, as a table of
// functions: one table per instruction set, and a plain one (rows_reference.cc) that says what each
// must do. All of them give the same bits: integers, or floats that are multiplied and added in one
// order, never fused.
//
// A plane is a row of one byte per pixel. Rows that we own are as long as RowRoom(width): a
// function may read and write whole vectors past `width` there. `packed` and `matte` are the
// caller's: nothing beyond their pixels is touched. Outputs may be an input, where every element is
// read before it is written at the same place.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "base/image.h"

namespace selfieseg::core {

inline constexpr size_t kRowPadding = 64;  // elements: one vector of bytes, of the widest used
inline constexpr size_t RowRoom(size_t width) { return width + kRowPadding; }

// Three colours and, where it is meant, alpha.
struct Planes {
  uint8_t* red;
  uint8_t* green;
  uint8_t* blue;
  const uint8_t* alpha = nullptr;  // null: opaque
};

// Two rows of a small picture, each as wide as the frame, and how far between them a row lies.
struct RowPair {
  const float* above;
  const float* below;
  float fraction;  // [0, 1) of the way to `below`

  RowPair From(size_t x) const { return {above + x, below + x, fraction}; }
};

// Where the columns of a wide row lie in a narrow one. Cell c, of 0..cells-1, holds the columns
// begins[c]..begins[c+1]-1; they lie between the samples c-1 and c, clamped to the row.
struct CellColumns {
  const int32_t* begins;
  size_t cells;
  const float* fractions;  // for each column, how far it is on the way to sample c
};

// A weighted sum of neighbouring columns for each output: sum i is of `taps` columns from column
// first[i].
struct TapColumns {
  const int32_t* first;
  // [outputs][taps made even][4]: each weight four times; a tap that makes them even has weight 0,
  // and may lie in the row's padding. Shares of 65536; not read when taps is 1.
  const uint16_t* weights;
  size_t taps;
  size_t outputs;
};

// The matte's row: clamp((slope * luma / 255 + offset - low) * gain).
struct MatteRow {
  RowPair slope;  // above == null: none, and luma is not read
  RowPair offset;
  const uint8_t* luma;
  float low, gain;
  size_t width;
};

struct RowKernels {
  const char* name;  // "AVX2", "reference"

  // sums[i] = sum over rows of weight * byte i; weights add up to 256. `rows` are the caller's.
  void (*sum_rows)(const uint8_t* const* rows, const uint16_t* weights, size_t count, size_t width,
                   uint16_t* sums);

  // out[3 * i + c] = scale * sum over taps of (weight * sums[column * step + channel[c]]) / 65536,
  // each rounded down. step is 1, 3 or 4.
  void (*sum_columns)(const uint16_t* sums, size_t step, const int channel[3],
                      const TapColumns& taps, float scale, float* out);

  void (*split)(const uint8_t* packed, const PixelFormat& format, size_t width, const Planes& out);
  void (*join)(const Planes& planes, const PixelFormat& format, size_t width, uint8_t* packed);

  // (77 red + 150 green + 29 blue + 128) / 256, the weights of BT.601.
  void (*luma)(const Planes& planes, size_t width, uint8_t* luma);

  // wide[x] = left + (right - left) * fraction, between the samples of its cell.
  void (*stretch)(const float* narrow, const CellColumns& columns, float* wide);

  // bytes[x] = above + (below - above) * fraction, to nearest, clamped.
  void (*between)(const RowPair& rows, size_t width, uint8_t* bytes);

  void (*matte_bytes)(const MatteRow& row, uint8_t* matte);  // times 255, to nearest
  void (*matte_floats)(const MatteRow& row, float* matte);

  // sums[x] += colour[x] * weight[x].
  void (*add_weighted)(const uint8_t* colour, const uint8_t* weight, size_t width, uint32_t* sums);

  // The person's own colour, of a pixel that shows alpha of it and the rest of the old background,
  // from estimates of both: person + alpha * (colour - mix(person, background)); 0 where alpha is
  // 0. In place over `colour`.
  void (*clean)(uint8_t* colour, const uint8_t* alpha, const uint8_t* person,
                const uint8_t* background, size_t width);

  // colour = (alpha * colour + (255 - alpha) * background) / 255, to nearest.
  void (*mix)(uint8_t* colour, const uint8_t* alpha, const uint8_t* background, size_t width);
};

const RowKernels& ReferenceRows();
const std::vector<const RowKernels*>& SimdRows();  // best first

// Of "simd", "simd:AVX2", "reference", as the session's network names itself; the best for others.
const RowKernels& FindRows(std::string_view backend);

}  // namespace selfieseg::core
