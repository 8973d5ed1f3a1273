// What each row function must compute, as plain loops. Compiled without fused multiply-add, so that
// its floats are those of every machine.
#include <algorithm>

#include "base/rows.h"

namespace selfieseg::core {
namespace {

uint8_t Div255(int product) {  // to nearest, of 0..255 * 255
  const int x = product + 128;
  return uint8_t((x + (x >> 8)) >> 8);
}

// NaN counts as 0.
uint8_t ToByte(float value) {
  const float bounded = value > 0.0f ? std::min(value, 255.0f) : 0.0f;
  return uint8_t(bounded + 0.5f);
}

void SumRows(const uint8_t* const* rows, const uint16_t* weights, size_t count, size_t width,
             uint16_t* sums) {
  for (size_t i = 0; i < width; ++i) {
    uint32_t sum = 0;
    for (size_t row = 0; row < count; ++row) sum += uint32_t(weights[row]) * rows[row][i];
    sums[i] = uint16_t(sum);
  }
}

void SumColumns(const uint16_t* sums, size_t step, const int channel[3], const TapColumns& taps,
                float scale, float* out) {
  const size_t even = taps.taps + taps.taps % 2;
  for (size_t i = 0; i < taps.outputs; ++i) {
    for (int c = 0; c < 3; ++c) {
      const uint16_t* column = sums + size_t(taps.first[i]) * step + channel[c];
      uint32_t sum = taps.taps == 1 ? column[0] : 0;
      for (size_t tap = 0; taps.taps > 1 && tap < taps.taps; ++tap) {
        sum += (uint32_t(taps.weights[(i * even + tap) * 4]) * column[tap * step]) >> 16;
      }
      out[3 * i + c] = scale * float(sum);
    }
  }
}

void Split(const uint8_t* packed, const PixelFormat& format, size_t width, const Planes& out) {
  for (size_t x = 0; x < width; ++x, packed += format.bytes_per_pixel) {
    out.red[x] = packed[format.red];
    out.green[x] = packed[format.green];
    out.blue[x] = packed[format.blue];
  }
}

uint8_t Luma(int red, int green, int blue) {
  return uint8_t((77 * red + 150 * green + 29 * blue + 128) >> 8);
}

void Join(const Planes& planes, const PixelFormat& format, size_t width, uint8_t* packed) {
  for (size_t x = 0; x < width; ++x, packed += format.bytes_per_pixel) {
    if (format.bytes_per_pixel == 1) {
      packed[0] = Luma(planes.red[x], planes.green[x], planes.blue[x]);
      continue;
    }
    packed[format.red] = planes.red[x];
    packed[format.green] = planes.green[x];
    packed[format.blue] = planes.blue[x];
    if (format.alpha >= 0) packed[format.alpha] = planes.alpha ? planes.alpha[x] : 255;
  }
}

void LumaRow(const Planes& planes, size_t width, uint8_t* luma) {
  for (size_t x = 0; x < width; ++x) luma[x] = Luma(planes.red[x], planes.green[x], planes.blue[x]);
}

void Stretch(const float* narrow, const CellColumns& columns, float* wide) {
  for (size_t c = 0; c < columns.cells; ++c) {
    const float left = narrow[c == 0 ? 0 : c - 1];
    const float right = narrow[c + 1 == columns.cells ? c - 1 : c];
    for (int x = columns.begins[c]; x < columns.begins[c + 1]; ++x) {
      wide[x] = left + (right - left) * columns.fractions[x];
    }
  }
}

float At(const RowPair& rows, size_t x) {
  return rows.above[x] + (rows.below[x] - rows.above[x]) * rows.fraction;
}

void BetweenRows(const RowPair& rows, size_t width, uint8_t* bytes) {
  for (size_t x = 0; x < width; ++x) bytes[x] = ToByte(At(rows, x));
}

float Matte(const MatteRow& row, size_t x) {
  float value = At(row.offset, x);
  if (row.slope.above != nullptr) {
    value = At(row.slope, x) * (float(row.luma[x]) * (1.0f / 255.0f)) + value;
  }
  value = (value - row.low) * row.gain;
  return value > 0.0f ? std::min(value, 1.0f) : 0.0f;
}

void MatteBytes(const MatteRow& row, uint8_t* matte) {
  for (size_t x = 0; x < row.width; ++x) matte[x] = ToByte(Matte(row, x) * 255.0f);
}

void MatteFloats(const MatteRow& row, float* matte) {
  for (size_t x = 0; x < row.width; ++x) matte[x] = Matte(row, x);
}

void AddWeighted(const uint8_t* colour, const uint8_t* weight, size_t width, uint32_t* sums) {
  for (size_t x = 0; x < width; ++x) sums[x] += uint32_t(colour[x]) * weight[x];
}

uint8_t Mix(uint8_t colour, uint8_t background, uint8_t alpha) {
  return Div255(alpha * colour + (255 - alpha) * background);
}

void Clean(uint8_t* colour, const uint8_t* alpha, const uint8_t* person, const uint8_t* background,
           size_t width) {
  for (size_t x = 0; x < width; ++x) {
    const int expected = Mix(person[x], background[x], alpha[x]);
    const int change = Div255(alpha[x] * std::abs(colour[x] - expected));
    const int cleaned = colour[x] >= expected ? person[x] + change : person[x] - change;
    colour[x] = alpha[x] == 0 ? 0 : uint8_t(std::clamp(cleaned, 0, 255));
  }
}

void MixRow(uint8_t* colour, const uint8_t* alpha, const uint8_t* background, size_t width) {
  for (size_t x = 0; x < width; ++x) colour[x] = Mix(colour[x], background[x], alpha[x]);
}

}  // namespace

const RowKernels& ReferenceRows() {
  static constexpr RowKernels kTable = {
      .name = "reference",
      .sum_rows = SumRows,
      .sum_columns = SumColumns,
      .split = Split,
      .join = Join,
      .luma = LumaRow,
      .stretch = Stretch,
      .between = BetweenRows,
      .matte_bytes = MatteBytes,
      .matte_floats = MatteFloats,
      .add_weighted = AddWeighted,
      .clean = Clean,
      .mix = MixRow,
  };
  return kTable;
}

}  // namespace selfieseg::core
