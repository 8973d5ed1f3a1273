// The format table holds together: names, numbers, channels.
#include "base/image.h"

#include <gtest/gtest.h>

#include <set>
#include <vector>

namespace selfieseg::core {
namespace {

TEST(PixelFormats, HaveDistinctNamesAndNumbersInOrder) {
  std::set<std::string> names;
  int next = 0;
  for (const PixelFormat& format : PixelFormats()) {
    EXPECT_EQ(format.id, next++) << "numbers are part of the ABI";
    EXPECT_TRUE(names.insert(format.name).second) << format.name;
    for (int channel : {format.red, format.green, format.blue, format.alpha}) {
      EXPECT_LT(channel, format.bytes_per_pixel) << format.name;
    }
    EXPECT_EQ(format.yuv, format.frame && format.red < 0) << format.name;
    for (int plane = 0; format.frame && plane < format.planes; ++plane) {
      EXPECT_GE(format.plane[plane].channels, 1) << format.name;
    }
    EXPECT_EQ(FindPixelFormat(format.id), &format);
    selfieseg_format found;
    ASSERT_EQ(selfieseg_format_by_name(format.name, &found), SELFIESEG_OK);
    EXPECT_EQ(found, format.id);
  }
  EXPECT_EQ(FindPixelFormat(-1), nullptr);
  EXPECT_EQ(FindPixelFormat(next), nullptr);
}

TEST(Image, APartBeginsAtItsPixels) {
  std::vector<uint16_t> words(1000);
  for (const PixelFormat& format : PixelFormats()) {
    const auto view = selfieseg_wrap(format.id, 16, 8, words.data(), 64);
    const Image whole = Image::Create(&view, "frame").value();
    const Image part = whole.Part({6, 2, 4, 4});
    for (int plane = 0; plane < format.planes; ++plane) {
      const int line = 2 >> format.plane[plane].y_shift;
      EXPECT_EQ(part.PlaneRow(plane, 0) - whole.PlaneRow(plane, line),
                ptrdiff_t(format.RowBytes(plane, 6)))
          << format.name << ", plane " << plane;
    }
  }
}

// Of the standards' own examples: white, black, and pure red in BT.709 (63, 102, 240).
TEST(YuvCoding, GivesTheStandardsCodes) {
  const YuvCoding coding(SELFIESEG_BT709, SELFIESEG_LIMITED);
  const float colours[][3] = {{255, 255, 255}, {0, 0, 0}, {255, 0, 0}};
  const int codes[][3] = {{235, 128, 128}, {16, 128, 128}, {63, 102, 240}};
  for (int i = 0; i < 3; ++i) {
    float yuv[3];
    coding.FromRgb(colours[i], yuv);
    for (int c = 0; c < 3; ++c) EXPECT_NEAR(yuv[c], codes[i][c], 0.5);
  }
}

// By the formulas of ITU-R BT.2020 and BT.2100.
TEST(YuvCoding, GivesTheStandardsCodesOfTenBits) {
  struct Case {
    selfieseg_range range;
    float rgb[3];
    double codes[3];
  };
  const Case kCases[] = {
      {SELFIESEG_LIMITED, {255, 255, 255}, {940, 512, 512}},
      {SELFIESEG_LIMITED, {0, 0, 0}, {64, 512, 512}},
      {SELFIESEG_LIMITED, {255, 0, 0}, {64 + 876 * 0.2627, 512 - 448 * 0.2627 / 0.9407, 960}},
      {SELFIESEG_FULL, {255, 255, 255}, {1023, 512, 512}},
      {SELFIESEG_FULL, {0, 0, 0}, {0, 512, 512}},
      {SELFIESEG_FULL, {0, 0, 255}, {1023 * 0.0593, 512 + 511.5, 512 - 511.5 * 0.0593 / 0.7373}},
  };
  for (const Case& c : kCases) {
    float yuv[3];
    YuvCoding(SELFIESEG_BT2020, c.range, true).FromRgb(c.rgb, yuv);
    for (int i = 0; i < 3; ++i) EXPECT_NEAR(4 * yuv[i], c.codes[i], 0.01);
  }
}

}  // namespace
}  // namespace selfieseg::core
