// Calm where nothing moves, prompt where something does.
#include "mask/smooth.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <vector>

namespace selfieseg::core {
namespace {

constexpr int kSize = 32;
constexpr Shape kShape = {kSize, kSize, 3};
using Floats = std::vector<float>;

// A bright square from column `left` on, with the mask that belongs to it.
Floats Square(int left, float inside) {
  Floats plane(kSize * kSize);
  for (int i = 0; i < kSize * kSize; ++i) {
    const int x = i % kSize, y = i / kSize;
    plane[size_t(i)] = x >= left && x < left + 10 && y >= 8 && y < 24 ? inside : 0.1f;
  }
  return plane;
}

TEST(Smooth, CalmsAStillPicture) {
  Smoother smoother(kShape, 1);
  std::mt19937 random(5);
  std::uniform_real_distribution<float> noise(-0.2f, 0.2f), grain(-0.004f, 0.004f);
  double own = 0, shown = 0;
  Floats before, own_before;
  for (int frame = 0; frame < 30; ++frame) {
    Floats luma = Square(10, 0.8f), mask = Square(10, 0.7f);
    for (float& value : luma) value += grain(random);
    for (float& value : mask) value += noise(random);
    const Floats alone = mask;
    smoother.Run(luma.data(), mask.data());
    for (size_t i = 0; frame > 9 && i < mask.size(); ++i) {
      own += std::abs(alone[i] - own_before[i]);
      shown += std::abs(mask[i] - before[i]);
    }
    before = mask;
    own_before = alone;
  }
  EXPECT_LT(shown * 3, own);
}

TEST(Smooth, FollowsWhatMovesAtOnceWithoutAGhost) {
  Smoother smoother(kShape, 1);
  for (int left = 2; left < 20; left += 2) {
    Floats luma = Square(left, 0.8f), mask = Square(left, 1.0f);
    const Floats alone = mask;
    smoother.Run(luma.data(), mask.data());
    for (size_t i = 0; i < mask.size(); ++i) ASSERT_NEAR(mask[i], alone[i], 1e-6) << i;
  }
}

TEST(Smooth, ForgetsAtACutAndWhenTold) {
  for (const bool told : {false, true}) {
    Smoother smoother(kShape, 1);
    Floats luma(kSize * kSize, 0.2f), mask(luma.size(), 1.0f);
    smoother.Run(luma.data(), mask.data());
    if (told) smoother.Reset();
    std::fill(luma.begin(), luma.end(), told ? 0.2f : 0.7f);
    std::fill(mask.begin(), mask.end(), 0.0f);
    smoother.Run(luma.data(), mask.data());
    EXPECT_EQ(mask, Floats(mask.size(), 0.0f)) << told;
  }
}

// Also where the new scene happens to be as bright as the old one.
TEST(Smooth, ACutForgetsTheWholeFrame) {
  Smoother smoother(kShape, 1);
  Floats luma(kSize * kSize, 0.2f), mask(luma.size(), 1.0f);
  smoother.Run(luma.data(), mask.data());
  std::fill(luma.begin(), luma.begin() + long(luma.size() / 2), 0.9f);
  std::fill(mask.begin(), mask.end(), 0.0f);
  smoother.Run(luma.data(), mask.data());
  EXPECT_EQ(mask, Floats(mask.size(), 0.0f));
}

TEST(Smooth, HoldsWhatWasShownButFollowsWhatMoves) {
  Smoother smoother(kShape, 0);
  Floats luma = Square(4, 0.3f), mask = Square(4, 1.0f);
  smoother.Run(luma.data(), mask.data());
  const Floats before = mask;
  luma = Square(16, 0.3f);
  Floats poor(mask.size(), 0.5f);
  smoother.Watch(luma.data());
  smoother.Hold(poor.data());
  EXPECT_NEAR(poor[2 * kSize + 30], before[2 * kSize + 30], 1e-6);
  EXPECT_EQ(poor[16 * kSize + 6], 0.5f);
  EXPECT_EQ(poor[16 * kSize + 22], 0.5f);
}

TEST(Smooth, GoesOnWhereTheNetworkLooksElsewhere) {
  Smoother smoother(kShape, 1);
  Floats luma(kSize * kSize, 0.5f), mask(luma.size(), 1.0f);
  smoother.Run(luma.data(), mask.data());
  smoother.Move({0, 0, 320, 320}, {160, 0, 320, 320});
  Floats next(luma.size());
  EXPECT_FALSE(smoother.Watch(luma.data()));
  smoother.Calm(next.data());
  EXPECT_NEAR(next[0], 0.95, 1e-6);  // was in the part before
  EXPECT_EQ(next[kSize - 1], 0);     // was not
}

TEST(Smooth, OfStrengthNothingChangesNothing) {
  Smoother smoother(kShape, 0);
  Floats luma(kSize * kSize, 0.2f), mask(luma.size(), 1.0f);
  smoother.Run(luma.data(), mask.data());
  std::fill(mask.begin(), mask.end(), 0.25f);
  smoother.Run(luma.data(), mask.data());
  EXPECT_EQ(mask, Floats(mask.size(), 0.25f));
}

}  // namespace
}  // namespace selfieseg::core
