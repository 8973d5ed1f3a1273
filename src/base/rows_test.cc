// Every row function of every instruction set this machine has gives the bits of the plain loops,
// at widths around the vectors', and touches nothing beyond the caller's rows.
#include "base/rows.h"

#include <gtest/gtest.h>

#include <cstring>
#include <random>

#include "base/enlarge.h"
#include "base/targets.h"

namespace selfieseg::core {
namespace {

constexpr size_t kWidths[] = {1, 2, 3, 7, 8, 15, 16, 17, 31, 33, 63, 64, 65, 127, 200, 257};
constexpr uint8_t kGuard = 0xA5;

// Rows of random bytes and floats, always the same ones. Extremes are frequent.
class Rows {
 public:
  std::vector<uint8_t> Bytes(size_t size) {
    std::vector<uint8_t> bytes(size);
    for (uint8_t& byte : bytes) {
      const uint32_t number = random_();
      byte = number % 4 == 0 ? 0 : number % 4 == 1 ? 255 : uint8_t(number >> 8);
    }
    return bytes;
  }
  std::vector<int16_t> Sixteens(size_t size) {  // of 128 times a byte
    std::vector<int16_t> values;
    for (const uint8_t byte : Bytes(size)) values.push_back(int16_t(byte * 128));
    return values;
  }
  std::vector<float> Floats(size_t size, float low, float high) {
    std::vector<float> floats(size);
    std::uniform_real_distribution<float> uniform(low, high);
    for (float& value : floats) value = uniform(random_);
    return floats;
  }

 private:
  std::mt19937 random_{7};
};

// What `run(table, width, rows)` returns must be the same bytes for every table.
template <class Run>
void ExpectSameBits(const Run& run) {
  for (const size_t width : kWidths) {
    Rows rows;
    const auto expected = run(ReferenceRows(), width, rows);
    for (const RowKernels* table : SimdRows()) {
      Rows again;
      const auto actual = run(*table, width, again);
      ASSERT_EQ(actual.size(), expected.size());
      const size_t bytes = expected.size() * sizeof(expected[0]);
      ASSERT_EQ(std::memcmp(actual.data(), expected.data(), bytes), 0)
          << table->name << ", width " << width;
    }
  }
}

TEST(Targets, AreThoseThatHighwayKnows) {
  for (const int64_t target : {HWY_AVX3, HWY_AVX2, HWY_SSE4, HWY_SSSE3}) {
    EXPECT_EQ(RunsHere(target), (hwy::SupportedTargets() & target) != 0) << hwy::TargetName(target);
  }
}

TEST(Rows, SumRows) {
  ExpectSameBits([](const RowKernels& table, size_t width, Rows& rows) {
    const std::vector<uint8_t> bytes[] = {rows.Bytes(width), rows.Bytes(width), rows.Bytes(width)};
    const uint8_t* const pointers[] = {bytes[0].data(), bytes[1].data(), bytes[2].data()};
    const uint16_t weights[] = {1, 200, 55};
    std::vector<uint16_t> sums(RowRoom(width));
    table.sum_rows(pointers, weights, 3, width, sums.data());
    sums.resize(width);
    return sums;
  });
}

TEST(Rows, SumColumns) {
  for (const size_t step : {1, 2, 3, 4}) {
    for (const size_t most : {1, 2, 3, 8, 17}) {
      ExpectSameBits([&](const RowKernels& table, size_t width, Rows& rows) {
        const int channel[3] = {step > 2 ? 2 : 0, step > 1 ? 1 : 0, 0};
        std::vector<uint16_t> sums(RowRoom(width * step));
        for (uint8_t* at = reinterpret_cast<uint8_t*>(sums.data());
             const uint8_t byte : rows.Bytes(sums.size() * 2)) {
          *at++ = byte;
        }
        const size_t taps = std::min(width, most), outputs = width - taps + 1;
        std::vector<uint16_t> weights;
        std::vector<int32_t> first(outputs);
        for (size_t i = 0; i < outputs; ++i) {
          first[i] = int32_t(i);
          const size_t repeat = TapColumns::Repeat(step);
          for (size_t k = 0; k < TapColumns::Room(taps, step); ++k) {
            weights.push_back(k / repeat < taps ? uint16_t(65536 / taps - k / repeat * i) : 0);
          }
        }
        std::vector<float> out(outputs * 3);
        table.sum_columns(sums.data(), step, channel, {first.data(), weights.data(), taps, outputs},
                          1 / 255.0f, out.data());
        return out;
      });
    }
  }
}

TEST(Rows, SplitAndJoin) {
  for (const PixelFormat& format : PixelFormats()) {
    if (!format.frame || format.yuv) continue;
    for (const bool alpha : {false, true}) {
      ExpectSameBits([&](const RowKernels& table, size_t width, Rows& rows) {
        const size_t bytes = width * format.bytes_per_pixel, room = RowRoom(width);
        const auto packed = rows.Bytes(bytes);  // exactly as long as it is: a sanitizer watches
        std::vector<uint8_t> planes = rows.Bytes(4 * room);
        Planes view = {&planes[0], &planes[room], &planes[2 * room],
                       alpha ? &planes[3 * room] : nullptr};
        table.split(packed.data(), format, width, view);
        std::vector<uint8_t> joined(bytes + 16, kGuard);
        table.join(view, format, width, joined.data());
        for (int i = 0; i < 3; ++i) {
          joined.insert(joined.end(), &planes[i * room], &planes[i * room + width]);
        }
        return joined;
      });
    }
  }
}

TEST(Rows, Luma) {
  ExpectSameBits([](const RowKernels& table, size_t width, Rows& rows) {
    const size_t room = RowRoom(width);
    auto planes = rows.Bytes(4 * room);
    table.luma({&planes[0], &planes[room], &planes[2 * room]}, width, &planes[3 * room]);
    return std::vector<uint8_t>(&planes[3 * room], &planes[3 * room + width]);
  });
}

// Columns of `width` in five cells, the last ones narrow; only those after the first third.
struct SomeCells {
  explicit SomeCells(size_t width, size_t channels = 1)
      : cells(5, int(width), 5.0 / double(width), std::vector<double>(channels, 0.4)),
        wanted(cells.Columns(width / 3, width)) {}
  Cells cells;
  CellColumns wanted;
};

TEST(Rows, ToRgb) {
  ExpectSameBits([](const RowKernels& table, size_t width, Rows& rows) {
    const auto chroma = rows.Floats(3 * width, 0, 1);
    auto rgb = rows.Floats(3 * width, 0, 1);
    std::vector<float> luma(RowRoom(width)), of_rgb(width);
    table.luma_floats(rgb.data(), width, of_rgb.data());
    table.to_rgb(chroma.data(), chroma.data(), YuvCoding(), width, rgb.data(), luma.data());
    rgb.insert(rgb.end(), luma.begin(), luma.begin() + long(width));
    rgb.insert(rgb.end(), of_rgb.begin(), of_rgb.end());
    return rgb;
  });
}

TEST(Rows, Sure) {
  ExpectSameBits([](const RowKernels& table, size_t width, Rows& rows) {
    const auto slope = rows.Floats(RowRoom(width), -1, 1);
    const auto offset = rows.Floats(RowRoom(width), -0.5f, 1.5f);
    std::vector<uint8_t> sure(RowRoom(width));
    table.sure(slope.data(), offset.data(), 0.1f, 0.9f, width, sure.data());
    sure.resize(width);
    return sure;
  });
}

TEST(Rows, Stretch) {
  ExpectSameBits([](const RowKernels& table, size_t width, Rows& rows) {
    const SomeCells some(width);
    std::vector<float> wide(RowRoom(width));
    table.stretch(rows.Floats(7, -1, 1).data(), some.wanted, wide.data());
    return std::vector<float>(wide.begin(), wide.begin() + long(width));
  });
}

TEST(Rows, StretchPixels) {
  for (const size_t channels : {1, 2, 4}) {
    ExpectSameBits([&](const RowKernels& table, size_t width, Rows& rows) {
      const SomeCells some(width, channels);
      const auto narrow = rows.Sixteens(channels * 7);
      std::vector<uint8_t> wide(channels * RowRoom(width));
      table.stretch_pixels(narrow.data(), some.wanted, channels, wide.data());
      wide.resize(channels * width);
      return wide;
    });
  }
}

TEST(Rows, Between) {
  ExpectSameBits([](const RowKernels& table, size_t width, Rows& rows) {
    const auto above = rows.Sixteens(RowRoom(width)), below = rows.Sixteens(RowRoom(width));
    std::vector<int16_t> row(RowRoom(width));
    table.between(above.data(), below.data(), 12345, width, row.data());
    row.resize(width);
    return row;
  });
}

TEST(Rows, GuideBoxAndFit) {
  ExpectSameBits([](const RowKernels& table, size_t width, Rows& rows) {
    const auto luma = rows.Floats(RowRoom(width), 0, 1);
    auto mask = rows.Floats(RowRoom(width), -0.5f, 1.5f);
    mask[0] = std::numeric_limits<float>::quiet_NaN();
    std::vector<float> guide(4 * RowRoom(width)), sums(RowRoom(width)), means(RowRoom(width));
    const auto row = [&](size_t i) { return &guide[i * RowRoom(width)]; };
    table.guide(luma.data(), mask.data(), 0.2f, 1.5f, width, {row(0), row(1), row(2), row(3)});
    const float* const lines[5] = {row(0), row(1), row(2), row(3), row(1)};
    table.box(lines, width, sums.data(), means.data());
    std::vector<float> out(means.begin(), means.begin() + long(width));
    for (size_t i = 0; i < 4; ++i) out.insert(out.end(), row(i), row(i) + width);
    table.fit({row(0), row(1), row(2), row(3)}, 0.01f, width);
    for (size_t i = 0; i < 2; ++i) out.insert(out.end(), row(i), row(i) + width);
    return out;
  });
}

TEST(Rows, Matte) {
  for (const bool guided : {false, true}) {
    ExpectSameBits([&](const RowKernels& table, size_t width, Rows& rows) {
      const size_t room = RowRoom(width);
      const auto floats = rows.Floats(2 * room, -1, 2);
      const auto luma = rows.Bytes(room);
      const MatteRow row = {.slope = guided ? &floats[0] : nullptr,
                            .offset = &floats[room],
                            .luma = guided ? luma.data() : nullptr,
                            .luma_zero = 0.1f,
                            .luma_gain = 1.2f,
                            .low = 0.25f,
                            .gain = 1.5f,
                            .width = width};
      std::vector<uint8_t> matte(width + 16, kGuard);
      table.matte_bytes(row, matte.data());
      std::vector<float> all(width + 16, 7.0f);
      table.matte_floats(row, all.data());
      all.insert(all.end(), matte.begin(), matte.end());
      return all;
    });
  }
}

TEST(Rows, Pool) {
  for (const size_t pool : {1, 2, 5}) {
    ExpectSameBits([&](const RowKernels& table, size_t width, Rows& rows) {
      const auto rgb = rows.Floats(3 * width + 1, 0, 1), weights = rows.Floats(width, 0, 255);
      auto sums = rows.Floats((width + pool - 1) / pool * 4, 0, 9);
      table.pool(rgb.data(), weights.data(), pool, width, sums.data());
      return sums;
    });
  }
}

TEST(Rows, Kinds) {
  ExpectSameBits([](const RowKernels& table, size_t width, Rows& rows) {
    std::vector<uint8_t> kinds(width, kGuard), matte(width);
    for (const size_t odd : {width / 2, width - 1, width}) {  // none, of the last
      for (const uint8_t all : {0, 255, 7}) {
        std::fill(matte.begin(), matte.end(), all);
        if (odd < width) matte[odd] = rows.Bytes(1)[0];
        kinds.resize(kinds.size() + width, kGuard);
        table.kinds(matte.data(), width, &kinds[kinds.size() - width]);
      }
    }
    return kinds;
  });
}

TEST(Rows, CopyMakesOpaque) {
  for (const PixelFormat& format : PixelFormats()) {
    if (!format.frame || format.yuv) continue;
    ExpectSameBits([&](const RowKernels& table, size_t width, Rows& rows) {
      const auto packed = rows.Bytes(width * size_t(format.bytes_per_pixel));
      std::vector<uint8_t> out(packed.size() + 16, kGuard);
      table.copy(packed.data(), format, width, out.data());
      for (size_t x = 0; format.alpha >= 0 && x < width; ++x) EXPECT_EQ(out[4 * x + 3], 255);
      return out;
    });
  }
}

TEST(Rows, CleanAndMix) {
  ExpectSameBits([](const RowKernels& table, size_t width, Rows& rows) {
    const size_t room = RowRoom(width);
    auto all = rows.Bytes(5 * room);
    table.clean(&all[0], &all[room], &all[2 * room], &all[3 * room], width);
    table.mix(&all[4 * room], &all[room], &all[2 * room], width);
    std::vector<uint8_t> out(&all[0], &all[width]);
    out.insert(out.end(), &all[4 * room], &all[4 * room + width]);
    return out;
  });
}

// The plain loops themselves, by facts that need no loop.
TEST(Rows, CleanRecoversThePersonWhereTheEstimatesAreRight) {
  uint8_t shown[RowRoom(3)] = {}, alpha[RowRoom(3)] = {255, 128, 0};
  uint8_t person[RowRoom(3)] = {200, 200, 200}, background[RowRoom(3)] = {40, 40, 40};
  std::memcpy(shown, person, 3);
  ReferenceRows().mix(shown, alpha, background, 3);
  EXPECT_EQ(shown[1], 120);
  ReferenceRows().clean(shown, alpha, person, background, 3);
  EXPECT_EQ(shown[0], 200);
  EXPECT_EQ(shown[1], 200);
  EXPECT_EQ(shown[2], 0);
}

TEST(Rows, MixRoundsToNearest) {
  for (int alpha = 0; alpha < 256; ++alpha) {
    for (int colour = 0; colour < 256; colour += 15) {
      uint8_t c[RowRoom(1)] = {uint8_t(colour)}, a[RowRoom(1)] = {uint8_t(alpha)};
      const uint8_t background[RowRoom(1)] = {90};
      ReferenceRows().mix(c, a, background, 1);
      ASSERT_EQ(c[0], int((alpha * colour + (255 - alpha) * 90) / 255.0 + 0.5));
    }
  }
}

}  // namespace
}  // namespace selfieseg::core
