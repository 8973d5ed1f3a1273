// Every row function of every instruction set this machine has gives the bits of the plain loops in
// all RowCases, at widths around the vectors', and touches nothing beyond the caller's rows.
#include "base/rows.h"

#include <gtest/gtest.h>

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

}  // namespace
}  // namespace selfieseg::core
