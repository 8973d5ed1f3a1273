// Discs around a point, and the plain definition on noise.
#include "mask/grow.h"

#include <gtest/gtest.h>

#include <random>

namespace selfieseg::core {
namespace {

constexpr int kWidth = 41, kHeight = 33;

template <class T>
std::vector<T> Grown(Grower& grower, const std::vector<T>& matte, int width = kWidth,
                     int height = kHeight) {
  std::vector<T> out = matte;
  grower.Prepare(width, height);
  for (int y = 0; y < height; ++y) {
    grower.Row<T>(
        y, [&](int line, T* row) { std::copy_n(&out[size_t(line * width)], width, row); },
        &out[size_t(y * width)]);
  }
  return out;
}

// The disc is as wide at each distance as the nearest whole number to the circle.
bool InDisc(int dx, int dy, int radius) {
  if (std::abs(dy) > radius) return false;
  return std::abs(dx) <= int(std::sqrt(float(radius * radius - dy * dy)) + 0.5f);
}

TEST(Grow, IsTheGreatestAndTheLeastOfADisc) {
  std::mt19937 random(7);
  std::vector<uint8_t> matte(kWidth * kHeight);
  for (uint8_t& value : matte) value = uint8_t(random());
  for (const int pixels : {1, 2, 3, 7, 40, -1, -5}) {
    Grower grower(pixels, false);
    const std::vector<uint8_t> out = Grown(grower, matte);
    for (int y = 0; y < kHeight; ++y) {
      for (int x = 0; x < kWidth; ++x) {
        uint8_t expected = pixels > 0 ? 0 : 255;
        for (int py = 0; py < kHeight; ++py) {
          for (int px = 0; px < kWidth; ++px) {
            if (!InDisc(px - x, py - y, std::abs(pixels))) continue;
            const uint8_t value = matte[size_t(py * kWidth + px)];
            expected = pixels > 0 ? std::max(expected, value) : std::min(expected, value);
          }
        }
        ASSERT_EQ(out[size_t(y * kWidth + x)], expected) << pixels << " at " << x << ", " << y;
      }
    }
  }
}

TEST(Grow, InvertsBytesAndFloats) {
  const std::vector<uint8_t> bytes = {0, 1, 128, 255};
  Grower grower(0, true);
  EXPECT_EQ(Grown(grower, bytes, 4, 1), (std::vector<uint8_t>{255, 254, 127, 0}));
  const std::vector<float> floats = {0, 0.25f, 1, 0.5f};
  EXPECT_EQ(Grown(grower, floats, 2, 2), (std::vector<float>{1, 0.75f, 0, 0.5f}));
}

TEST(Grow, GrowsBeforeItInverts) {
  std::vector<float> matte(kWidth * kHeight, 0.0f);
  matte[16 * kWidth + 20] = 1;
  Grower grower(5, true);
  const std::vector<float> out = Grown(grower, matte);
  for (int y = 0; y < kHeight; ++y) {
    for (int x = 0; x < kWidth; ++x) {
      ASSERT_EQ(out[size_t(y * kWidth + x)], InDisc(x - 20, y - 16, 5) ? 0 : 1);
    }
  }
}

TEST(Grow, TakesOneMatteAfterAnotherOfAnySize) {
  Grower grower(3, false);
  const std::vector<uint8_t> small(10, 7), large(kWidth * kHeight, 9);
  EXPECT_EQ(Grown(grower, small, 5, 2), small);
  EXPECT_EQ(Grown(grower, large), large);
  EXPECT_EQ(Grown(grower, small, 2, 5), small);
}

}  // namespace
}  // namespace selfieseg::core
