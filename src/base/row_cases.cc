#include "base/row_cases.h"

#include <algorithm>
#include <array>
#include <limits>

#include "base/enlarge.h"

namespace selfieseg::core {

template <class T>
T* RowMemory::Allocate(size_t size) {
  const size_t bytes = (size + offset_) * sizeof(T);
  rows_.emplace_back(static_cast<std::byte*>(::operator new[](bytes, kAlignment)));
  return reinterpret_cast<T*>(rows_.back().get()) + offset_;
}

uint8_t RowMemory::RandomByte() {
  const uint32_t number = uint32_t(random_());
  return number % 4 == 0 ? 0 : number % 4 == 1 ? 255 : uint8_t(number >> 8);
}

uint8_t* RowMemory::Bytes(size_t size) {
  uint8_t* row = Allocate<uint8_t>(size);
  std::generate_n(row, size, [&] { return RandomByte(); });
  return row;
}

uint16_t* RowMemory::Words(size_t size) {
  uint16_t* row = Allocate<uint16_t>(size);
  std::generate_n(row, size, [&] { return uint16_t(RandomByte() * 256 + RandomByte()); });
  return row;
}

uint32_t* RowMemory::Integers(size_t size) {
  uint32_t* row = Allocate<uint32_t>(size);
  std::generate_n(row, size, [&] { return uint32_t(random_()) / 8; });
  return row;
}

int16_t* RowMemory::Sixteens(size_t size) {
  int16_t* row = Allocate<int16_t>(size);
  std::generate_n(row, size, [&] { return int16_t(RandomByte() * 128); });
  return row;
}

float* RowMemory::Floats(size_t size, float low, float high) {
  float* row = Allocate<float>(size);
  std::uniform_real_distribution<float> uniform(low, high);
  std::generate_n(row, size, [&] { return uniform(random_); });
  return row;
}

std::vector<std::byte> RowMemory::Results() const {
  std::vector<std::byte> all;
  for (const auto& result : results_) all.insert(all.end(), result.begin(), result.end());
  return all;
}

namespace {

constexpr size_t kFrame = 1920, kMask = 256;  // widths
constexpr int kShifts[] = {0, 6};             // of ten bits in words

RowCall SumRows(RowMemory& memory, size_t width) {
  const uint8_t* rows[] = {memory.Bytes(width), memory.Bytes(width), memory.Bytes(width)};
  uint16_t* sums = memory.Result(memory.Words(RowRoom(width)), width);
  return [=](const RowKernels& table) {
    const uint16_t weights[] = {1, 200, 55};
    table.sum_rows(rows, weights, 3, width, sums);
  };
}

RowCall SumWords(RowMemory& memory, size_t width, int shift) {
  const uint16_t* rows[] = {memory.Words(width), memory.Words(width), memory.Words(width)};
  uint16_t* sums = memory.Result(memory.Words(RowRoom(width)), width);
  return [=](const RowKernels& table) {
    const uint16_t weights[] = {1, 200, 55}, one[] = {256};
    table.sum_words(rows, shift, width % 2 ? one : weights, width % 2 ? 1 : 3, width, sums);
  };
}

struct SumColumnsCase {
  size_t taps, distance;  // columns from one output to the next
};
constexpr SumColumnsCase kSumColumnsCases[] = {{1, 1}, {2, 1}, {3, 1}, {8, 1}, {17, 1}, {9, 7}};

// planes: one or two, or 0: packed.
RowCall SumColumns(RowMemory& memory, size_t width, size_t step, const SumColumnsCase& c,
                   int planes) {
  const size_t taps = std::min(width, c.taps), outputs = (width - taps) / c.distance + 1;
  std::vector<uint16_t> weights;
  std::vector<int32_t> first;
  for (size_t i = 0; i < outputs; ++i) {
    first.push_back(int32_t(i * c.distance));
    for (size_t k = 0; k < TapColumns::Room(taps, step); ++k) {
      weights.push_back(k / step < taps ? uint16_t(65536 / taps - k / step * i) : 0);
    }
  }
  const uint16_t* sums = memory.Words(RowRoom(width * step));
  constexpr float kScale = 1 / 255.0f;
  if (planes == 0) {
    float* out = memory.CallersFloats(outputs * 3);
    return [=](const RowKernels& table) {
      const int channel[3] = {step > 2 ? 2 : 0, step > 1 ? 1 : 0, 0};
      const TapColumns columns = {first.data(), weights.data(), taps, outputs};
      table.sum_columns(sums, step, channel, columns, kScale, out);
    };
  }
  float* rows[2] = {};
  for (int plane = 0; plane < planes; ++plane) {
    rows[plane] = memory.Result(memory.Floats(RowRoom(outputs), 0, 1), outputs);
  }
  return [=](const RowKernels& table) {
    const int last = int(step) - 1, channel[2] = {last, step == 4 ? 1 : 0};
    const TapColumns columns = {first.data(), weights.data(), taps, outputs};
    table.sum_planes(sums, step, channel, columns, kScale, rows[0], rows[1]);
  };
}

Planes RandomPlanes(RowMemory& memory, size_t width, bool alpha) {
  const size_t room = RowRoom(width);
  return {memory.Bytes(room), memory.Bytes(room), memory.Bytes(room),
          alpha ? memory.Bytes(room) : nullptr};
}

RowCall Split(RowMemory& memory, size_t width, const PixelFormat& format) {
  const uint8_t* packed = memory.Bytes(width * size_t(format.bytes_per_pixel));
  const Planes planes = RandomPlanes(memory, width, false);
  for (uint8_t* plane : {planes.red, planes.green, planes.blue}) memory.Result(plane, width);
  return [=, &format](const RowKernels& table) { table.split(packed, format, width, planes); };
}

RowCall Join(RowMemory& memory, size_t width, const PixelFormat& format, bool alpha) {
  const Planes planes = RandomPlanes(memory, width, alpha);
  uint8_t* packed = memory.CallersBytes(width * size_t(format.bytes_per_pixel));
  return [=, &format](const RowKernels& table) { table.join(planes, format, width, packed); };
}

RowCall Copy(RowMemory& memory, size_t width, const PixelFormat& format) {
  const size_t bytes = width * size_t(format.bytes_per_pixel);
  const uint8_t* packed = memory.Bytes(bytes);
  uint8_t* out = memory.CallersBytes(bytes);
  return [=, &format](const RowKernels& table) { table.copy(packed, format, width, out); };
}

RowCall Luma(RowMemory& memory, size_t width) {
  const Planes planes = RandomPlanes(memory, width, false);
  uint8_t* luma = memory.Result(memory.Bytes(RowRoom(width)), width);
  return [=](const RowKernels& table) { table.luma(planes, width, luma); };
}

RowCall LumaFloats(RowMemory& memory, size_t width) {
  const float* rgb = memory.Floats(3 * width, 0, 1);
  float* luma = memory.CallersFloats(width);
  return [=](const RowKernels& table) { table.luma_floats(rgb, width, luma); };
}

RowCall ToRgb(RowMemory& memory, size_t width) {
  const float *y = memory.Floats(width, 0, 1), *cb = memory.Floats(width, 0, 1);
  const float* cr = memory.Floats(width, 0, 1);
  float *rgb = memory.CallersFloats(3 * width), *luma = memory.CallersFloats(width);
  return [=](const RowKernels& table) { table.to_rgb(y, cb, cr, YuvCoding(), width, rgb, luma); };
}

RowCall Ramp(RowMemory& memory, size_t width) {
  constexpr float kLow = 0.1f, kHigh = 0.9f;
  float* slope = memory.Floats(RowRoom(width), -1, 1);
  float* offset = memory.Floats(RowRoom(width), -0.5f, 1.5f);
  for (size_t x = 0; x < width; x += 3) {  // exactly at a bound
    slope[x] = 0;
    offset[x] = x % 2 == 0 ? kLow : kHigh;
  }
  const float* luma = memory.Floats(RowRoom(width), kDarkest, kBrightest);
  uint8_t* sure = memory.Result(memory.Bytes(RowRoom(width)), width);
  float* matte = memory.Result(memory.Floats(RowRoom(width), 0, 1), width);
  return [=](const RowKernels& table) {
    table.ramp(slope, offset, luma, kLow, kHigh, width, matte, sure);
  };
}

RowCall MixFit(RowMemory& memory, size_t width, bool guided) {
  const float* lines[4] = {};
  for (const float*& line : lines) line = memory.Floats(RowRoom(width), -1, 1);
  float* slopes = memory.Result(memory.Floats(RowRoom(width), 0, 1), guided ? width : 0);
  float* offsets = memory.Result(memory.Floats(RowRoom(width), 0, 1), width);
  return [=](const RowKernels& table) {
    const float* const slope[2] = {guided ? lines[0] : nullptr, guided ? lines[1] : nullptr};
    const float* const offset[2] = {lines[2], lines[3]};
    table.mix_fit(slope, offset, {0.3f, 0.1f, 300.0f, 1.2f, 7.0f}, width, slopes, offsets);
  };
}

// From so many samples, and the columns from `begin` on.
RowCall StretchNumbers(RowMemory& memory, size_t width, size_t channels, size_t samples,
                       size_t begin) {
  const auto cells =
      std::make_shared<Cells>(int(samples), int(width), double(samples) / double(width),
                              std::vector<double>(channels, 0.4));
  const int16_t* narrow = memory.Sixteens(channels * (samples + 2));
  int16_t* wide = memory.Sixteens(channels * RowRoom(width));
  memory.Result(wide + channels * begin, channels * (width - begin));
  return [=](const RowKernels& table) {
    table.stretch_numbers(narrow, cells->Columns(begin, width), channels, wide);
  };
}

// To words with their numbers `shift` bits up, or to bytes if that is negative.
RowCall Blend(RowMemory& memory, size_t width, int shift) {
  const int16_t *above = memory.Sixteens(RowRoom(width)), *below = memory.Sixteens(RowRoom(width));
  constexpr int16_t kShare = 12345;
  if (shift < 0) {
    uint8_t* row = memory.CallersBytes(width);
    return [=](const RowKernels& table) { table.blend(above, below, kShare, width, row); };
  }
  uint16_t* row = memory.Result(memory.Words(width + 64), width + 64);
  return
      [=](const RowKernels& table) { table.blend_words(above, below, kShare, shift, width, row); };
}

float* RandomRow(RowMemory& memory, size_t width) { return memory.Floats(RowRoom(width), 0, 1); }

GuideRows RandomGuide(RowMemory& memory, size_t width) {
  return {RandomRow(memory, width), RandomRow(memory, width), RandomRow(memory, width),
          RandomRow(memory, width)};
}

RowCall Guide(RowMemory& memory, size_t width) {
  const float* luma = RandomRow(memory, width);
  float* mask = memory.Floats(RowRoom(width), -0.5f, 1.5f);
  mask[0] = std::numeric_limits<float>::quiet_NaN();
  const GuideRows out = RandomGuide(memory, width);
  for (float* row : {out.luma, out.person, out.product, out.square}) memory.Result(row, width);
  return [=](const RowKernels& table) { table.guide(luma, mask, 0.2f, 1.5f, width, out); };
}

RowCall Box(RowMemory& memory, size_t width) {
  const GuideRows rows = RandomGuide(memory, width);
  const float* const lines[5] = {rows.luma, rows.person, rows.product, rows.square, rows.person};
  float* sums = RandomRow(memory, width);
  float* means = memory.Result(RandomRow(memory, width), width);
  return [=](const RowKernels& table) { table.box(lines, width, sums, means); };
}

RowCall Fit(RowMemory& memory, size_t width) {
  const GuideRows means = RandomGuide(memory, width);
  for (float* row : {means.luma, means.person}) memory.Result(row, width);
  return [=](const RowKernels& table) { table.fit(means, 0.01f, width); };
}

// The cells from `first` on, of so many samples.
template <class T>
RowCall Matte(RowMemory& memory, size_t width, size_t samples, size_t first, bool guided, T* matte,
              void (*RowKernels::*kernel)(const MatteRow&, T*)) {
  const auto cells = std::make_shared<Cells>(int(samples), int(width));
  const CellColumns columns = cells->OfCells(first, samples);
  const float most = sizeof(T) == 1 ? 255 : 1;
  const float* slope = memory.Floats(RowRoom(samples + 2), -most / 255, 2 * most / 255);
  const MatteRow row = {.slope = guided ? slope : nullptr,
                        .offset = memory.Floats(RowRoom(samples + 2), -most, 2 * most),
                        .columns = columns,
                        .luma = guided ? memory.Bytes(RowRoom(width)) : nullptr,
                        .room = width - columns.begin};
  return
      [=](const RowKernels& table) { (table.*kernel)(row, matte + (cells->width() - row.room)); };
}

RowCall Weigh(RowMemory& memory, size_t width, bool person) {
  const float* rows[3];
  for (const float*& row : rows) row = memory.Floats(RowRoom(width), 0, 1);
  float* shares = memory.Floats(RowRoom(width + 2), 0, 1);
  float* weights = memory.Result(memory.Floats(RowRoom(width), 0, 1), width);
  return [=](const RowKernels& table) { table.weigh(rows, person, width, shares, weights); };
}

RowCall PoolLines(RowMemory& memory, size_t width, size_t lines) {
  const float* rgb = memory.Floats(3 * width * lines, 0, 1);
  const float* weights = memory.Floats(RowRoom(width) * lines, 1, 255);
  float* sums = memory.Result(memory.Floats(RowRoom(width) * 4, 0, 1), 4 * width);
  return [=](const RowKernels& table) { table.pool_lines(rgb, weights, lines, width, sums); };
}

RowCall PoolColumns(RowMemory& memory, size_t width, size_t pool) {
  const float* sums = memory.Floats(4 * width, 0, 255 * 3);
  const size_t numbers = (width + pool - 1) / pool * 4;
  uint32_t* cells = memory.Result(memory.Integers(RowRoom(numbers)), numbers);
  return [=](const RowKernels& table) { table.pool_columns(sums, pool, 3, width, cells); };
}

RowCall AddRows(RowMemory& memory, size_t width, size_t count) {
  std::array<const uint32_t*, 5> rows;
  for (const uint32_t*& row : rows) row = memory.Integers(RowRoom(width));
  uint32_t* sums = memory.Result(memory.Integers(RowRoom(width)), width);
  return [=](const RowKernels& table) { table.add_rows(rows.data(), count, width, sums); };
}

// To RGB, Y'CbCr or gray, of eight or ten bits.
RowCall Divide(RowMemory& memory, size_t width, bool yuv, bool gray, bool ten_bits) {
  const uint8_t* random = memory.Bytes(4 * width);
  std::vector<uint32_t> cells(4 * width);
  for (size_t i = 0; i < cells.size(); ++i) {  // from the least weight to almost 2^32
    const uint32_t weight = 1 + random[i / 4 * 4 + 3] * (i / 4 % 3 == 0 ? 1u : 15625 * 255u);
    cells[i] = i % 4 == 3 ? weight : uint32_t(uint64_t(weight) * random[i] / (i % 4 == 0 ? 1 : 2));
  }
  std::array<int16_t*, 4> numbers;
  for (int16_t*& row : numbers) row = memory.Result(memory.Sixteens(RowRoom(width)), width);
  const auto coding = std::make_shared<YuvCoding>(SELFIESEG_BT709, SELFIESEG_FULL, ten_bits);
  return [=](const RowKernels& table) {
    const RowColour colour = {yuv ? coding.get() : nullptr, gray, ten_bits ? 255.75f : 255.0f,
                              int16_t(ten_bits ? 16 : 64)};
    table.divide(cells.data(), width, colour, numbers.data());
  };
}

// Of a part of a row, or all of it.
RowCall ChromaAlpha(RowMemory& memory, size_t width, bool centred, bool part) {
  const uint8_t *above = memory.Bytes(width), *below = memory.Bytes(width);
  const size_t groups = (width + 1) / 2, begin = part ? groups / 3 : 0;
  const size_t end = part ? std::max(groups - groups / 5, begin + 1) : groups;
  uint8_t* chroma = memory.Result(memory.Bytes(RowRoom(groups)), end - begin);
  return [=](const RowKernels& table) {
    table.chroma_alpha(above, below, begin, end, width, centred, chroma);
  };
}

// Of a matte of one value, but for one byte; `odd` is width where there is none.
RowCall Kinds(RowMemory& memory, size_t width, uint8_t value, size_t odd) {
  uint8_t* matte = memory.Bytes(width);
  for (size_t x = 0; x < width; ++x) matte[x] = x == odd ? matte[x] : value;
  uint8_t* kinds = memory.CallersBytes((width + kPartColumns - 1) / kPartColumns);
  return [=](const RowKernels& table) { table.kinds(matte, width, kinds); };
}

RowCall Clean(RowMemory& memory, size_t width) {
  const Planes planes = RandomPlanes(memory, width, true);
  memory.Result(planes.red, width);
  return [=](const RowKernels& table) {
    table.clean(planes.red, planes.alpha, planes.green, planes.blue, width);
  };
}

RowCall CleanWords(RowMemory& memory, size_t width, int shift) {
  const size_t room = RowRoom(width);
  uint16_t* colour = memory.Result(memory.Words(room), width);
  const uint8_t* alpha = memory.Bytes(room);
  const uint16_t *person = memory.Words(room), *background = memory.Words(room);
  return [=](const RowKernels& table) {
    table.clean_words(colour, alpha, person, background, shift, width);
  };
}

RowCall MixWords(RowMemory& memory, size_t width, int shift) {
  const size_t room = RowRoom(width);
  uint16_t* colour = memory.Result(memory.Words(room), width);
  const uint8_t* alpha = memory.Bytes(room);
  const uint16_t* background = memory.Words(room);
  return [=](const RowKernels& table) { table.mix_words(colour, alpha, background, shift, width); };
}

RowCall Mix(RowMemory& memory, size_t width) {
  const Planes planes = RandomPlanes(memory, width, true);
  memory.Result(planes.red, width);
  return [=](const RowKernels& table) { table.mix(planes.red, planes.alpha, planes.green, width); };
}

std::vector<RowCase> MakeRowCases() {
  using M = RowMemory;
  std::vector<RowCase> cases = {
      {"sum_rows", 4 * kFrame, SumRows},
      {"luma", kFrame, Luma},
      {"luma_floats", kMask, LumaFloats},
      {"to_rgb", kMask, ToRgb},
      {"ramp", kMask, Ramp},
      {"mix_fit", kMask, [](M& m, size_t width) { return MixFit(m, width, true); }},
      {"mix_fit/plain", kMask, [](M& m, size_t width) { return MixFit(m, width, false); }},
      {"blend", kFrame, [](M& m, size_t width) { return Blend(m, width, -1); }},
      {"guide", kMask, Guide},
      {"box", kMask, Box},
      {"fit", kMask, Fit},
      {"weigh", kMask, [](M& m, size_t width) { return Weigh(m, width, false); }},
      {"weigh/person", kMask, [](M& m, size_t width) { return Weigh(m, width, true); }},
      {"clean", kFrame, Clean},
      {"mix", kFrame, Mix},
  };
  const auto add = [&](const std::string& name, size_t bench_width, auto prepare) {
    cases.push_back({name, bench_width, prepare});
  };
  for (const size_t step : {1, 2, 3, 4}) {
    for (const SumColumnsCase& c : kSumColumnsCases) {
      const std::string name = std::to_string(step) + "x" + std::to_string(c.taps);
      add("sum_columns/" + name, kFrame,
          [=, &c](M& m, size_t width) { return SumColumns(m, width, step, c, 0); });
      if (step == 3) continue;
      for (int planes = 1; planes <= std::min(int(step), 2); ++planes) {
        add("sum_planes/" + name + "/" + std::to_string(planes), kFrame,
            [=, &c](M& m, size_t width) { return SumColumns(m, width, step, c, planes); });
      }
    }
  }
  for (const size_t channels : {1, 2, 4}) {
    const std::string name = "stretch_numbers/" + std::to_string(channels);
    add(name, kFrame, [=](M& m, size_t w) { return StretchNumbers(m, w, channels, kMask, 0); });
    add(name + "/5", kFrame,
        [=](M& m, size_t w) { return StretchNumbers(m, w, channels, 5, w / 3); });
  }
  for (const int shift : kShifts) {
    const std::string name = std::string("/") + std::to_string(shift);
    add("sum_words" + name, kFrame, [=](M& m, size_t w) { return SumWords(m, w, shift); });
    add("clean_words" + name, kFrame, [=](M& m, size_t w) { return CleanWords(m, w, shift); });
    add("mix_words" + name, kFrame, [=](M& m, size_t w) { return MixWords(m, w, shift); });
    add("blend_words" + name, kFrame, [=](M& m, size_t w) { return Blend(m, w, shift); });
  }
  for (const PixelFormat& format : PixelFormats()) {
    if (!format.frame || format.yuv) continue;
    const std::string name = std::string("/") + format.name;
    add("split" + name, kFrame, [&](M& m, size_t width) { return Split(m, width, format); });
    add("copy" + name, kFrame, [&](M& m, size_t width) { return Copy(m, width, format); });
    add("join" + name, kFrame, [&](M& m, size_t width) { return Join(m, width, format, false); });
    add("join" + name + "+alpha", kFrame,
        [&](M& m, size_t width) { return Join(m, width, format, true); });
  }
  for (const bool guided : {false, true}) {
    const std::string name = guided ? "/guided" : "/plain";
    for (const size_t samples : {kMask, size_t{5}}) {
      const std::string of = name + "/" + std::to_string(samples);
      add("matte_bytes" + of, kFrame, [=](M& m, size_t w) {
        return Matte(m, w, samples, samples / 3, guided, m.CallersBytes(w),
                     &RowKernels::matte_bytes);
      });
      add("matte_floats" + of, kFrame, [=](M& m, size_t w) {
        return Matte(m, w, samples, samples / 3, guided, m.CallersFloats(w),
                     &RowKernels::matte_floats);
      });
    }
  }
  for (size_t n = 1; n <= 5; ++n) {
    const std::string name = "/" + std::to_string(n);
    add("pool_lines" + name, kMask, [=](M& m, size_t w) { return PoolLines(m, w, n); });
    add("pool_columns" + name, kMask, [=](M& m, size_t w) { return PoolColumns(m, w, n); });
    add("add_rows" + name, kMask, [=](M& m, size_t w) { return AddRows(m, w, n); });
  }
  for (const bool yes : {false, true}) {
    const auto name = [=](const char* kernel, const char* when) {
      return std::string(kernel) + (yes ? when : "");
    };
    add(name("divide", "/gray"), kMask,
        [=](M& m, size_t w) { return Divide(m, w, false, yes, false); });
    add(name("divide/yuv", "-10"), kMask,
        [=](M& m, size_t w) { return Divide(m, w, true, false, yes); });
    for (const bool part : {false, true}) {
      add(name("chroma_alpha", "/centred") + (part ? "/part" : ""), kFrame,
          [=](M& m, size_t w) { return ChromaAlpha(m, w, yes, part); });
    }
  }
  for (const uint8_t value : {0, 255, 7}) {
    const std::string name = "kinds/" + std::to_string(value);
    add(name, kFrame, [=](M& m, size_t w) { return Kinds(m, w, value, w); });
    add(name + "-middle", kFrame, [=](M& m, size_t w) { return Kinds(m, w, value, w / 2); });
    add(name + "-last", kFrame, [=](M& m, size_t w) { return Kinds(m, w, value, w - 1); });
  }
  return cases;
}

}  // namespace

const std::vector<RowCase>& RowCases() {
  static const auto cases = MakeRowCases();
  return cases;
}

}  // namespace selfieseg::core
