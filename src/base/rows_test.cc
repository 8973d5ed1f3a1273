// Every row function of every instruction set this machine has gives the bits of the plain loops in
// all RowCases, at widths around the vectors', and touches nothing beyond the caller's rows.
#include "base/rows.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <cstring>
#include <set>

#include "base/row_cases.h"
#include "base/targets.h"

namespace selfieseg::core {
namespace {

constexpr size_t kWidths[] = {1, 2, 3, 7, 8, 15, 16, 17, 31, 33, 63, 64, 65, 127, 200, 257};

TEST(Targets, AreThoseThatHighwayKnows) {
  for (const int64_t target : {HWY_AVX3, HWY_AVX2, HWY_SSE4, HWY_SSSE3}) {
    EXPECT_EQ(RunsHere(target), (hwy::SupportedTargets() & target) != 0) << hwy::TargetName(target);
  }
}

// Also where only this machine's own is compiled, whatever that is.
TEST(Targets, OneOfThoseThatAreCompiledRunsHere) { EXPECT_FALSE(SimdRows().empty()); }

TEST(Rows, HaveTheBitsOfThePlainLoops) {
  const auto bits = [](const RowCase& c, size_t width, const RowKernels& table) {
    RowMemory memory(RowMemory::Begin::kOneElementBehind);
    c.prepare(memory, width)(table);
    return memory.Results();
  };
  for (const RowCase& c : RowCases()) {
    for (const size_t width : kWidths) {
      const auto expected = bits(c, width, ReferenceRows());
      for (const RowKernels* table : SimdRows()) {
        ASSERT_TRUE(bits(c, width, *table) == expected)
            << c.name << " on " << table->name << ", width " << width;
      }
    }
  }
}

// Each function, that is, each pointer of the table after its name.
TEST(Rows, AllHaveACase) {
  std::set<std::string> functions;
  for (const RowCase& c : RowCases()) functions.insert(c.name.substr(0, c.name.find('/')));
  EXPECT_EQ(functions.size(), sizeof(RowKernels) / sizeof(void*) - 1);
}

// The plain loops themselves, by facts that need no loop.
TEST(Rows, CopyMakesOpaque) {
  for (const PixelFormat& format : PixelFormats()) {
    if (!format.frame || format.yuv || format.alpha < 0) continue;
    const uint8_t packed[8] = {1, 2, 3, 4, 5, 6, 7, 8};
    uint8_t out[8];
    ReferenceRows().copy(packed, format, 2, out);
    EXPECT_EQ(out[format.alpha], 255);
    EXPECT_EQ(out[4 + format.alpha], 255);
  }
}

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

// Of all numbers before some, with every alpha.
TEST(Rows, MixOfTenBitsRoundsToNearestOrAlmost) {
  const int numbers[] = {0, 1, 2, 3, 64, 500, 511, 512, 777, 940, 1022, 1023};
  for (int alpha = 0; alpha < 256; ++alpha) {
    for (int colour = 0; colour < 1024; ++colour) {
      for (const int old : numbers) {
        uint16_t c[RowRoom(1)] = {uint16_t(colour)}, background[RowRoom(1)] = {uint16_t(old)};
        const uint8_t a[RowRoom(1)] = {uint8_t(alpha)};
        ReferenceRows().mix_words(c, a, background, 0, 1);
        const double exact = (alpha * colour + (255 - alpha) * old) / 255.0;
        ASSERT_LE(std::abs(c[0] - exact), alpha % 255 == 0 ? 0 : 0.55)
            << alpha << " of " << colour << " on " << old;
      }
    }
  }
}

TEST(Rows, WordsHaveTheirTenBitsWhereTheShiftSays) {
  for (const int shift : {0, 6}) {
    const uint16_t around = shift == 0 ? 0xFC00 : 0x003F;  // bits that mean nothing
    const auto word = [&](int number) { return uint16_t(number << shift | around); };
    const uint16_t row[RowRoom(3)] = {word(1023), word(512), word(0)};
    const uint16_t* rows[] = {row, row};
    const uint16_t weights[] = {100, 156};
    uint16_t sums[RowRoom(3)];
    ReferenceRows().sum_words(rows, shift, weights, 2, 3, sums);
    EXPECT_NEAR(sums[0], 64 * 1023, 2);
    EXPECT_NEAR(sums[1], 64 * 512, 2);
    EXPECT_EQ(sums[2], 0);
    uint16_t colour[RowRoom(2)] = {word(100), word(100)};
    const uint16_t person[RowRoom(2)] = {word(200), word(200)};
    const uint16_t background[RowRoom(2)] = {word(40), word(40)};
    const uint8_t alpha[RowRoom(2)] = {128, 0};
    ReferenceRows().clean_words(colour, alpha, person, background, shift, 2);
    EXPECT_EQ(colour[0], (200 + (100 - 120) / 2) << shift);
    EXPECT_EQ(colour[1], 0);
    ReferenceRows().mix_words(colour, alpha, background, shift, 2);
    EXPECT_EQ(colour[0], 115 << shift);
    EXPECT_EQ(colour[1], 40 << shift);
  }
}

}  // namespace
}  // namespace selfieseg::core
