// The arithmetic on rows of pixels that input/, mask/ and compose/ are made of, as a table of
// functions: one table per instruction set, and a plain one (rows_reference.cc) that says what each
// must do. All of them give the same bits: integers, or floats that are multiplied and added in one
// order, never fused.
//
// Numbers are bytes, or ten bits in words that have them `shift` bits up; other bits of a word are
// ignored, and written as 0. A plane is a row of one byte per pixel. Rows that we own are as long
// as RowRoom(width): a function may read and write whole vectors past `width` there. `packed` and
// `matte` are the caller's: nothing beyond their pixels is touched. Outputs may be an input, where
// every element is read before it is written at the same place.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "base/image.h"

namespace selfieseg::core {

inline constexpr int kMostOfTen = 1023;    // of ten bits
inline constexpr size_t kRowPadding = 64;  // elements: one vector of bytes, of the widest used
inline constexpr size_t kPartColumns = 64;
inline constexpr size_t RowRoom(size_t width) { return width + kRowPadding; }

// Asks for bytes that will soon be read or written: rows of a frame are far apart in memory, and
// the processor does not guess the next one.
inline void Prefetch(const uint8_t* bytes, size_t count) {
  for (size_t i = 0; i < count; i += 64) __builtin_prefetch(bytes + i);
}

// Three colours and, where it is meant, alpha.
struct Planes {
  uint8_t* red;
  uint8_t* green;
  uint8_t* blue;
  const uint8_t* alpha = nullptr;  // null: opaque
};

// Where columns of a wide row lie in a narrow one. Cell c, of 0..samples, holds the columns
// begins[c]..begins[c+1]-1; they lie between the elements c and c+1 of a narrow row that has its
// first and last sample twice.
struct CellColumns {
  const int32_t* begins;
  const int32_t* cells;     // of each column
  const float* fractions;   // for each column, how far it is on the way to the second element
  const int16_t* elements;  // the same for each number of a column, in 1/32768
  size_t first, last;       // the cells of `begin` and `end - 1`
  size_t begin, end;        // the columns that are wanted; what follows may be overwritten
  bool enlarge;             // neighbouring columns are of the same cell, or of neighbouring ones
};

// A weighted sum of neighbouring columns for each output: sum i is of `taps` columns from column
// first[i].
struct TapColumns {
  const int32_t* first;
  // [outputs][Room(taps, step)]: each weight as often as a column has numbers.
  // Those beyond `taps` are 0, and their columns may lie in the row's padding. Shares of 65536; not
  // read when taps is 1.
  const uint16_t* weights;
  size_t taps;
  size_t outputs;

  static size_t Room(size_t taps, size_t step) {
    const size_t numbers = taps * step;
    return numbers <= 8 ? 8 : (numbers + 15) / 16 * 16;
  }
};

inline constexpr float kDarkest = -0.125f, kBrightest = 1.125f;  // luma, with codes out of range

// Whole cells of the matte's row: slope * luma + offset, both left + (right - left) * fraction,
// between the elements of a narrow row each, which has room for a vector more.
struct MatteRow {
  const float* slope;  // null: none, and luma is not read
  const float* offset;
  CellColumns columns;
  const uint8_t* luma;  // from the first column on
  size_t room;          // of what is written, which is the caller's: at least the columns
};
inline constexpr float kRounding = 1 << 23;  // a float to which this is added has no fraction left

// Rows of floats with room for whole vectors.
struct GuideRows {
  float *luma, *person, *product, *square;
};

// Between two lines of a fit: what its slopes and offsets become for luma in bytes.
struct FitMix {
  float fraction;  // of the way from the first line to the second
  float low, gain;
  float of_byte, of_zero;
};

// How a colour in bytes becomes a format's numbers: each 128 times, bounded, and half a step more.
// The fourth is opaque alpha.
struct RowColour {
  const YuvCoding* coding;  // null: RGB
  bool gray;                // the first is luma
  float most;
  int16_t half;
};

struct RowKernels {
  const char* name;  // "AVX2", "reference"

  // sums[i] = sum over rows of weight * byte i; weights add up to 256. `rows` are the caller's.
  void (*sum_rows)(const uint8_t* const* rows, const uint16_t* weights, size_t count, size_t width,
                   uint16_t* sums);
  // The same of words, whose numbers have four steps for one of a byte, in a byte's units; each
  // product is rounded down.
  void (*sum_words)(const uint16_t* const* rows, int shift, const uint16_t* weights, size_t count,
                    size_t width, uint16_t* sums);

  // out[3 * i + c] = scale * sum over taps of (weight * sums[column * step + channel[c]]) / 65536,
  // each rounded down. step is 1 to 4.
  void (*sum_columns)(const uint16_t* sums, size_t step, const int channel[3],
                      const TapColumns& taps, float scale, float* out);

  // The same of one or two of a column's 1, 2 or 4 numbers, to a row of our own for each: `second`
  // may be null. Of 4 numbers the two have one between them.
  void (*sum_planes)(const uint16_t* sums, size_t step, const int channel[2],
                     const TapColumns& taps, float scale, float* first, float* second);

  void (*split)(const uint8_t* packed, const PixelFormat& format, size_t width, const Planes& out);
  void (*join)(const Planes& planes, const PixelFormat& format, size_t width, uint8_t* packed);

  // (77 red + 150 green + 29 blue + 128) / 256, the weights of BT.601.
  void (*luma)(const Planes& planes, size_t width, uint8_t* luma);

  // Of rows of a tensor: luma of RGB by the weights of BT.601.
  void (*luma_floats)(const float* rgb, size_t width, float* luma);
  // Of rows of codes in [0, 1]: RGB clamped to [0, 1], and luma not clamped.
  void (*to_rgb)(const float* y, const float* cb, const float* cr, const YuvCoding& coding,
                 size_t width, float* rgb, float* luma);

  // What a ramp makes of slope * luma + offset: matte = clamp((it - low) / (high - low)); and what
  // is sure of it whatever the luma in [kDarkest, kBrightest] is: 1 that it is at most `low`, 2
  // that it is at least `high`, 0 neither.
  void (*ramp)(const float* slope, const float* offset, const float* luma, float low, float high,
               size_t width, float* matte, uint8_t* sure);

  // slopes[i] = slope * of_byte; offsets[i] = (offset - low) * gain - slope * of_zero, where slope
  // and offset lie between elements i of two lines. Lines of slopes may be null: then it is 0, and
  // no slopes are written.
  void (*mix_fit)(const float* const slope[2], const float* const offset[2], const FitMix& mix,
                  size_t count, float* slopes, float* offsets);

  // For each column, of 1, 2 or 4 numbers that are not negative: left + (right - left) * element /
  // 32768, between the elements of its cell; to nearest.
  void (*stretch_numbers)(const int16_t* narrow, const CellColumns& columns, size_t channels,
                          int16_t* wide);

  // row[i] = (above + (below - above) * share / 32768, to nearest) / 128, rounded down. Both are
  // not negative. `row` is the caller's.
  void (*blend)(const int16_t* above, const int16_t* below, int16_t share, size_t count,
                uint8_t* row);
  // The same to words; their numbers are 1/32.
  void (*blend_words)(const int16_t* above, const int16_t* below, int16_t share, int shift,
                      size_t count, uint16_t* row);

  // The three steps of a guided filter, on rows of floats (mask/guided.h).
  // steep = clamp((mask - low) * gain), NaN is 0; and two products.
  void (*guide)(const float* luma, const float* mask, float low, float gain, size_t width,
                const GuideRows& out);
  // means[x] = mean of 5 x 5 values around line[2][x]; edges clamped. `sums` has room for
  // width + 4 and whole vectors.
  void (*box)(const float* const lines[5], size_t width, float* sums, float* means);
  // The line that fits best: in place, `luma` becomes its slope and `person` its offset.
  void (*fit)(const GuideRows& means, float epsilon, size_t width);

  // To the matte's first column: clamped to 0..255, and the nearest whole number, or to 0..1. What
  // lies behind the last one, within `room`, may be overwritten.
  void (*matte_bytes)(const MatteRow& row, uint8_t* matte);
  void (*matte_floats)(const MatteRow& row, float* matte);

  // The steps of a grid of colours (compose/colors.h).
  // weights[x] = max(1, 255 * (2 * least - 1)), of the least share in the 3 x 3 around column x of
  // three rows of a matte: of the person or of the background. `shares` has room for width + 2 and
  // whole vectors.
  void (*weigh)(const float* const rows[3], bool person, size_t width, float* shares,
                float* weights);
  // Sums of colour * weight, and of weight, of each column: four numbers. Lines of `rgb` have no
  // padding, those of `weights` are RowRoom(width) apart.
  void (*pool_lines)(const float* rgb, const float* weights, size_t lines, size_t width,
                     float* sums);
  // Of each `pool` columns, the last ones perhaps fewer, the mean: times 255, and the weight's at
  // least 1; to nearest.
  void (*pool_columns)(const float* sums, size_t pool, size_t lines, size_t width, uint32_t* cells);
  // The sum of up to 5 rows.
  void (*add_rows)(const uint32_t* const* rows, size_t count, size_t width, uint32_t* sums);
  // Of cells of four numbers, RGB * weight and weight, to rows of our own, as RowColour says.
  void (*divide)(const uint32_t* cells, size_t count, const RowColour& colour,
                 int16_t* const numbers[4]);

  // The share of the person in the chroma of the groups begin..end-1 of two columns, of the matte's
  // rows above and below it. centred: chroma lies between the columns, not at the left one. Nothing
  // beyond `width` is read.
  void (*chroma_alpha)(const uint8_t* above, const uint8_t* below, size_t begin, size_t end,
                       size_t width, bool centred, uint8_t* chroma);

  // For each kPartColumns of a row of the matte, the last ones perhaps fewer: 0 or 255 if all are
  // that, or else 1. `matte` is the caller's.
  void (*kinds)(const uint8_t* matte, size_t width, uint8_t* kinds);

  // The pixels as they are, but opaque. `packed` may be `out`; both are the caller's.
  void (*copy)(const uint8_t* packed, const PixelFormat& format, size_t width, uint8_t* out);

  // The person's own colour, of a pixel that shows alpha of it and the rest of the old background,
  // from estimates of both: person + alpha * (colour - mix(person, background)); 0 where alpha is
  // 0. In place over `colour`.
  void (*clean)(uint8_t* colour, const uint8_t* alpha, const uint8_t* person,
                const uint8_t* background, size_t width);
  void (*clean_words)(uint16_t* colour, const uint8_t* alpha, const uint16_t* person,
                      const uint16_t* background, int shift, size_t width);

  // colour = (alpha * colour + (255 - alpha) * background) / 255, to nearest.
  void (*mix)(uint8_t* colour, const uint8_t* alpha, const uint8_t* background, size_t width);
  // Within 0.55 of a step; exact where alpha is 0 or 255.
  void (*mix_words)(uint16_t* colour, const uint8_t* alpha, const uint16_t* background, int shift,
                    size_t width);
};

const RowKernels& ReferenceRows();
const std::vector<const RowKernels*>& SimdRows();  // best first

// Of "simd", "simd:AVX2", "reference", as the session's network names itself; the best for others.
const RowKernels& FindRows(std::string_view backend);

}  // namespace selfieseg::core
