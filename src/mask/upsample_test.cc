// Upsampling at positions worked out by hand.
#include "mask/upsample.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace selfieseg::core {
namespace {

std::vector<uint8_t> Upsample(std::vector<float> mask, Shape shape, int width, int height) {
  std::vector<uint8_t> matte(size_t(width) * height);
  const selfieseg_image view = selfieseg_wrap(SELFIESEG_GRAY, width, height, matte.data(), 0);
  UpsampleMask(mask.data(), shape, Image::Create(&view, "matte").value());
  return matte;
}

using Bytes = std::vector<uint8_t>;

TEST(Upsample, LiesBetweenHalfPixelCentres) {
  EXPECT_EQ(Upsample({0, 1}, {1, 2, 1}, 4, 1), (Bytes{0, 64, 191, 255}));
  EXPECT_EQ(Upsample({0, 1}, {2, 1, 1}, 1, 4), (Bytes{0, 64, 191, 255}));
}

TEST(Upsample, OfTheMasksSizeRoundsToNearest) {
  EXPECT_EQ(Upsample({0.1f, 0.5f, 0.999f}, {1, 3, 1}, 3, 1), (Bytes{26, 128, 255}));
}

TEST(Upsample, BoundsWhatIsNoConfidence) {
  EXPECT_EQ(Upsample({-2, 3}, {1, 2, 1}, 2, 1), (Bytes{0, 255}));
  EXPECT_EQ(Upsample({NAN}, {1, 1, 1}, 1, 1), (Bytes{0}));
}

TEST(Upsample, WideMattesAreMadeInBlocksThatMeet) {
  const Bytes matte = Upsample({0, 1}, {1, 2, 1}, 1000, 2);
  for (int i = 1; i < 1000; ++i) ASSERT_LE(std::abs(matte[i] - matte[i - 1]), 1) << i;
  EXPECT_TRUE(std::equal(matte.begin(), matte.begin() + 1000, matte.begin() + 1000));
}

}  // namespace
}  // namespace selfieseg::core
