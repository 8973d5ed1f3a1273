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

void SumRows(const uint8_t* const* rows, const uint16_t* weights, size_t count, size_t width,
             uint16_t* sums) {
  for (size_t i = 0; i < width; ++i) {
    uint32_t sum = 0;
    for (size_t row = 0; row < count; ++row) sum += uint32_t(weights[row]) * rows[row][i];
    sums[i] = uint16_t(sum);
  }
}

int TenBits(uint16_t word, int shift) { return (word >> shift) & kMostOfTen; }

uint16_t ToWord(int value, int shift) {
  return uint16_t(std::clamp(value, 0, kMostOfTen) << shift);
}

void SumWords(const uint16_t* const* rows, int shift, const uint16_t* weights, size_t count,
              size_t width, uint16_t* sums) {
  for (size_t i = 0; i < width; ++i) {
    uint32_t sum = 0;
    for (size_t row = 0; row < count; ++row) {
      const uint32_t number = uint32_t(TenBits(rows[row][i], shift)) << 6;
      sum += (number * std::min(weights[row] * 256u, 65535u)) >> 16;
    }
    sums[i] = uint16_t(sum);
  }
}

// One number of the columns that output i is made of.
float SumTaps(const uint16_t* sums, size_t step, int channel, const TapColumns& taps, size_t i) {
  const uint16_t* column = sums + size_t(taps.first[i]) * step + channel;
  if (taps.taps == 1) return column[0];
  const uint16_t* weights = taps.weights + i * TapColumns::Room(taps.taps, step);
  uint32_t sum = 0;
  for (size_t tap = 0; tap < taps.taps; ++tap) {
    sum += (uint32_t(weights[tap * step]) * column[tap * step]) >> 16;
  }
  return float(sum);
}

void SumColumns(const uint16_t* sums, size_t step, const int channel[3], const TapColumns& taps,
                float scale, float* out) {
  for (size_t i = 0; i < taps.outputs; ++i) {
    for (int c = 0; c < 3; ++c) *out++ = scale * SumTaps(sums, step, channel[c], taps, i);
  }
}

void SumPlanes(const uint16_t* sums, size_t step, const int channel[2], const TapColumns& taps,
               float scale, float* first, float* second) {
  for (size_t i = 0; i < taps.outputs; ++i) {
    first[i] = scale * SumTaps(sums, step, channel[0], taps, i);
    if (second != nullptr) second[i] = scale * SumTaps(sums, step, channel[1], taps, i);
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

// (a * b) / 32768, to nearest.
int Share(int a, int b) { return (a * b + 16384) >> 15; }

void StretchNumbers(const int16_t* narrow, const CellColumns& columns, size_t channels,
                    int16_t* wide) {
  size_t c = columns.first;
  for (size_t x = columns.begin; x < columns.end; ++x) {
    while (x >= size_t(columns.begins[c + 1])) ++c;
    const int16_t* left = narrow + channels * c;
    for (size_t i = 0; i < channels; ++i) {
      const size_t at = channels * x + i;
      wide[at] = int16_t(left[i] + Share(left[i + channels] - left[i], columns.elements[at]));
    }
  }
}

int Blended(int above, int below, int share) { return above + Share(below - above, share); }

void Blend(const int16_t* above, const int16_t* below, int16_t share, size_t count, uint8_t* row) {
  for (size_t i = 0; i < count; ++i) row[i] = uint8_t(Blended(above[i], below[i], share) >> 7);
}

void BlendWords(const int16_t* above, const int16_t* below, int16_t share, int shift, size_t count,
                uint16_t* row) {
  for (size_t i = 0; i < count; ++i) {
    row[i] = ToWord(Blended(above[i], below[i], share) >> 5, shift);
  }
}

void LumaFloats(const float* rgb, size_t width, float* luma) {
  for (size_t x = 0; x < width; ++x, rgb += 3) {
    luma[x] = (77.0f * rgb[0] + 150.0f * rgb[1] + 29.0f * rgb[2]) * (1.0f / 256.0f);
  }
}

float Bounded(float value) { return value > 0.0f ? std::min(value, 1.0f) : 0.0f; }

void ToRgb(const float* y, const float* cb, const float* cr, const YuvCoding& coding, size_t width,
           float* rgb, float* luma) {
  for (size_t x = 0; x < width; ++x, rgb += 3) {
    luma[x] = (y[x] - coding.luma_zero) * coding.luma_gain;
    const float blue = cb[x] - coding.chroma_zero, red = cr[x] - coding.chroma_zero;
    rgb[0] = Bounded(luma[x] + red * coding.cr_red);
    rgb[1] = Bounded(luma[x] - (blue * coding.cb_green + red * coding.cr_green));
    rgb[2] = Bounded(luma[x] + blue * coding.cb_blue);
  }
}

void Guide(const float* luma, const float* mask, float low, float gain, size_t width,
           const GuideRows& out) {
  for (size_t x = 0; x < width; ++x) {
    out.luma[x] = luma[x];
    out.person[x] = Bounded((mask[x] - low) * gain);
    out.product[x] = luma[x] * out.person[x];
    out.square[x] = luma[x] * luma[x];
  }
}

void Box(const float* const lines[5], size_t width, float* sums, float* means) {
  for (size_t x = 0; x < width; ++x) {
    sums[x + 2] = ((lines[0][x] + lines[1][x]) + (lines[2][x] + lines[3][x])) + lines[4][x];
  }
  sums[0] = sums[1] = sums[2];
  sums[width + 2] = sums[width + 3] = sums[width + 1];
  for (size_t x = 0; x < width; ++x) {
    const float* s = sums + x;
    means[x] = (((s[0] + s[1]) + (s[2] + s[3])) + s[4]) * (1.0f / 25.0f);
  }
}

void Fit(const GuideRows& means, float epsilon, size_t width) {
  for (size_t x = 0; x < width; ++x) {
    const float luma = means.luma[x], person = means.person[x];
    const float covariance = means.product[x] - luma * person;
    const float variance = means.square[x] - luma * luma;
    const float slope = covariance / ((variance > 0.0f ? variance : 0.0f) + epsilon);
    means.luma[x] = slope;
    means.person[x] = person - slope * luma;
  }
}

void RampRow(const float* slope, const float* offset, const float* luma, float low, float high,
             size_t width, float* matte, uint8_t* sure) {
  const float gain = 1.0f / (high - low);
  for (size_t x = 0; x < width; ++x) {
    matte[x] = Bounded((offset[x] + slope[x] * luma[x] - low) * gain);
    const float dark = offset[x] + slope[x] * kDarkest, bright = offset[x] + slope[x] * kBrightest;
    sure[x] = std::max(dark, bright) <= low ? 1 : std::min(dark, bright) >= high ? 2 : 0;
  }
}

void MixFit(const float* const slope[2], const float* const offset[2], const FitMix& mix,
            size_t count, float* slopes, float* offsets) {
  const auto mixed = [&](const float* const lines[2], size_t i) {
    return lines[0][i] + (lines[1][i] - lines[0][i]) * mix.fraction;
  };
  for (size_t i = 0; i < count; ++i) {
    offsets[i] = (mixed(offset, i) - mix.low) * mix.gain;
    if (slope[0] == nullptr) continue;
    const float way = mixed(slope, i);
    slopes[i] = way * mix.of_byte;
    offsets[i] -= way * mix.of_zero;
  }
}

template <class Store>
void ForMatte(const MatteRow& row, float most, const Store& store) {
  const CellColumns& columns = row.columns;
  size_t c = columns.first;
  for (size_t x = columns.begin; x < columns.end; ++x) {
    while (x >= size_t(columns.begins[c + 1])) ++c;
    const auto between = [&](const float* narrow) {
      return narrow[c] + (narrow[c + 1] - narrow[c]) * columns.fractions[x];
    };
    const size_t i = x - columns.begin;
    float value = between(row.offset);
    if (row.slope != nullptr) value = between(row.slope) * float(row.luma[i]) + value;
    store(i, std::min(value > 0 ? value : 0.0f, most));
  }
}

void MatteBytes(const MatteRow& row, uint8_t* matte) {
  ForMatte(row, 255,
           [&](size_t i, float value) { matte[i] = uint8_t(value + kRounding - kRounding); });
}

void MatteFloats(const MatteRow& row, float* matte) {
  ForMatte(row, 1, [&](size_t i, float value) { matte[i] = value; });
}

void Weigh(const float* const rows[3], bool person, size_t width, float*, float* weights) {
  for (size_t x = 0; x < width; ++x) {
    float least = 1;
    for (size_t i = x > 0 ? x - 1 : 0; i < std::min(x + 2, width); ++i) {
      for (size_t line = 0; line < 3; ++line) {
        const float share = person ? rows[line][i] : 1.0f - rows[line][i];
        least = share < least ? share : least;
      }
    }
    weights[x] = std::max(1.0f, 255.0f * (2.0f * least - 1.0f));
  }
}

void PoolLines(const float* rgb, const float* weights, size_t lines, size_t width, float* sums) {
  std::fill_n(sums, 4 * width, 0.0f);
  for (size_t line = 0; line < lines; ++line, weights += RowRoom(width)) {
    for (size_t x = 0; x < width; ++x, rgb += 3) {
      for (size_t c = 0; c < 3; ++c) sums[4 * x + c] += rgb[c] * weights[x];
      sums[4 * x + 3] += weights[x];
    }
  }
}

void PoolColumns(const float* sums, size_t pool, size_t lines, size_t width, uint32_t* cells) {
  for (size_t x = 0; x < width; x += pool) {
    const size_t end = std::min(x + pool, width);
    const float share = 1.0f / float((end - x) * lines);
    for (size_t c = 0; c < 4; ++c) {
      float sum = 0;
      for (size_t i = x; i < end; ++i) sum += sums[4 * i + c];
      const float mean = sum * (c < 3 ? 255.0f * share : share) + 0.5f;
      *cells++ = uint32_t(c < 3 ? mean : std::max(mean, 1.0f));
    }
  }
}

void AddRows(const uint32_t* const* rows, size_t count, size_t width, uint32_t* sums) {
  for (size_t i = 0; i < width; ++i) {
    uint32_t sum = 0;
    for (size_t row = 0; row < count; ++row) sum += rows[row][i];
    sums[i] = sum;
  }
}

void Divide(const uint32_t* cells, size_t count, const RowColour& colour,
            int16_t* const numbers[4]) {
  for (size_t i = 0; i < count; ++i, cells += 4) {
    const float share = 1.0f / float(cells[3]);
    const float rgb[3] = {float(cells[0]) * share, float(cells[1]) * share,
                          float(cells[2]) * share};
    float components[4] = {rgb[0], rgb[1], rgb[2], 255};
    if (colour.coding != nullptr) colour.coding->FromRgb(rgb, components);
    if (colour.gray) components[0] = (77 * rgb[0] + 150 * rgb[1] + 29 * rgb[2]) * (1.0f / 256);
    for (size_t c = 0; c < 4; ++c) {
      const float bounded = std::clamp(components[c], 0.0f, colour.most);
      numbers[c][i] = int16_t(int16_t(bounded * 128 + 0.5f) + colour.half);
    }
  }
}

void ChromaAlpha(const uint8_t* above, const uint8_t* below, size_t begin, size_t end, size_t width,
                 bool centred, uint8_t* chroma) {
  const auto both = [&](size_t x) { return above[x] + below[x]; };
  for (size_t group = begin; group < end; ++group) {
    const size_t x = 2 * group, left = x > 0 ? x - 1 : 0, right = std::min(x + 1, width - 1);
    const int sides = centred ? 2 * both(right) : both(left) + both(right);
    *chroma++ = uint8_t((2 * both(x) + sides + 4) / 8);
  }
}

void Kinds(const uint8_t* matte, size_t width, uint8_t* kinds) {
  for (size_t x = 0; x < width; x += kPartColumns, ++kinds) {
    const uint8_t* end = matte + std::min(x + kPartColumns, width);
    const bool even = std::all_of(matte + x, end, [&](uint8_t alpha) { return alpha == matte[x]; });
    *kinds = even && (matte[x] == 0 || matte[x] == 255) ? matte[x] : 1;
  }
}

void Copy(const uint8_t* packed, const PixelFormat& format, size_t width, uint8_t* out) {
  for (size_t i = 0; i < width * size_t(format.bytes_per_pixel); ++i) out[i] = packed[i];
  for (size_t x = 0; format.alpha >= 0 && x < width; ++x) out[4 * x + size_t(format.alpha)] = 255;
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

// The share alpha / 255 of a difference of ten bits, by the products that vectors have.
int ShareOfTen(int difference, uint8_t alpha) {
  return (Share(difference * 32, alpha * 257 / 2) + 16) >> 5;
}

void CleanWords(uint16_t* colour, const uint8_t* alpha, const uint16_t* person,
                const uint16_t* background, int shift, size_t width) {
  for (size_t x = 0; x < width; ++x) {
    const int own = TenBits(person[x], shift), old = TenBits(background[x], shift);
    const int expected = old + ShareOfTen(own - old, alpha[x]);
    const int change = ShareOfTen(TenBits(colour[x], shift) - expected, alpha[x]);
    colour[x] = alpha[x] == 0 ? 0 : ToWord(own + change, shift);
  }
}

void MixWords(uint16_t* colour, const uint8_t* alpha, const uint16_t* background, int shift,
              size_t width) {
  for (size_t x = 0; x < width; ++x) {
    const int old = TenBits(background[x], shift);
    colour[x] = ToWord(old + ShareOfTen(TenBits(colour[x], shift) - old, alpha[x]), shift);
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
      .sum_words = SumWords,
      .sum_columns = SumColumns,
      .sum_planes = SumPlanes,
      .split = Split,
      .join = Join,
      .luma = LumaRow,
      .luma_floats = LumaFloats,
      .to_rgb = ToRgb,
      .ramp = RampRow,
      .mix_fit = MixFit,
      .stretch_numbers = StretchNumbers,
      .blend = Blend,
      .blend_words = BlendWords,
      .guide = Guide,
      .box = Box,
      .fit = Fit,
      .matte_bytes = MatteBytes,
      .matte_floats = MatteFloats,
      .weigh = Weigh,
      .pool_lines = PoolLines,
      .pool_columns = PoolColumns,
      .add_rows = AddRows,
      .divide = Divide,
      .chroma_alpha = ChromaAlpha,
      .kinds = Kinds,
      .copy = Copy,
      .clean = Clean,
      .clean_words = CleanWords,
      .mix = MixRow,
      .mix_words = MixWords,
  };
  return kTable;
}

}  // namespace selfieseg::core
