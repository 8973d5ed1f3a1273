// Boxes at positions worked out by hand, and masks of parts that say the same as the whole.
#include "mask/closeup.h"

#include <gtest/gtest.h>

#include <cmath>

namespace selfieseg::core {
namespace {

const Shape kShape = {20, 40, 3};
using Floats = std::vector<float>;

// A person who covers these cells of the mask, inclusive.
Floats PersonAt(int left, int top, int right, int bottom, Floats mask = Floats(800)) {
  for (int y = top; y <= bottom; ++y) {
    for (int x = left; x <= right; ++x) mask[size_t(y * 40 + x)] = 0.9f;
  }
  return mask;
}

std::optional<Rect> Find(const Floats& mask) { return FindCloseup(mask.data(), kShape, 400, 200); }

TEST(Closeup, IsThePersonWithAMargin) {
  // 100..200 x 50..100 pixels; a tenth of the longer side is 10.
  EXPECT_EQ(Find(PersonAt(10, 5, 19, 9)), (Rect{90, 40, 120, 70}));
}

TEST(Closeup, EndsAtTheFrame) { EXPECT_EQ(Find(PersonAt(0, 10, 9, 19)), (Rect{0, 90, 110, 110})); }

TEST(Closeup, HoldsEverybody) {
  const auto box = Find(PersonAt(30, 10, 34, 15, PersonAt(5, 2, 8, 6)));
  EXPECT_EQ(box, (Rect{20, 0, 360, 190}));
}

TEST(Closeup, OfNobodyOrOfMostOfTheFrameIsNone) {
  EXPECT_FALSE(Find(Floats(800)));
  EXPECT_FALSE(Find(Floats(800, 0.69f)));
  EXPECT_FALSE(Find(Floats(800, NAN)));
  EXPECT_FALSE(Find(PersonAt(0, 0, 39, 19)));
  EXPECT_FALSE(Find(PersonAt(7, 7, 7, 7)));  // 12 pixels
}

TEST(Closeup, OfSomebodyTallHasAnUpperBody) {
  EXPECT_EQ(FindUpperBody({10, 20, 100, 150}), (Rect{10, 20, 100, 100}));
  EXPECT_FALSE(FindUpperBody({10, 20, 100, 140}));
}

// Each look is a ramp over the frame, seen through its own part: so is their mean.
TEST(Looks, AgreeWhereTheySeeTheSame) {
  const Rect closeup = {100, 20, 100, 180};
  const auto ramp = [&](const Rect& part) {
    Floats mask(800);
    for (int y = 0; y < 20; ++y) {
      for (int x = 0; x < 40; ++x) {
        const double column = part.x + (x + 0.5) * part.width / 40;
        const double row = part.y + (y + 0.5) * part.height / 20;
        mask[size_t(y * 40 + x)] = float(column / 1000 + row / 2000);
      }
    }
    return mask;
  };
  const Rect body = FindUpperBody(closeup).value();
  Looks looks(kShape);
  for (int round = 0; round < 2; ++round) {  // nothing is left of the round before
    looks.Start(closeup, 400, 200);
    looks.AddWhole(ramp({0, 0, 400, 200}).data());
    looks.AddUpperBody(ramp(body).data(), body);
    looks.AddCloseup(ramp(closeup).data());
    const float* mean = looks.Mean();
    const Floats expected = ramp(closeup);
    // Beyond the outermost centres a look repeats them: up to half a sample of the whole frame.
    for (size_t i = 0; i < expected.size(); ++i) ASSERT_NEAR(mean[i], expected[i], 0.006) << i;
  }
}

TEST(Looks, AgreeOnThePersonNotOnTheRest) {
  Looks looks(kShape);
  looks.Start({0, 0, 400, 200}, 400, 200);
  looks.AddWhole(PersonAt(10, 0, 29, 19).data());
  EXPECT_TRUE(looks.Agrees(PersonAt(10, 0, 29, 19).data()));
  EXPECT_TRUE(looks.Agrees(PersonAt(0, 0, 39, 19).data()));   // more
  EXPECT_TRUE(looks.Agrees(PersonAt(12, 0, 29, 19).data()));  // a tenth less
  EXPECT_FALSE(looks.Agrees(PersonAt(15, 0, 29, 19).data()));
  EXPECT_FALSE(looks.Agrees(Floats(800).data()));
}

TEST(Looks, AtTheEdgeOnlyTheWholeFrameCounts) {
  Looks looks(kShape);
  looks.Start({100, 50, 200, 100}, 400, 200);
  looks.AddWhole(Floats(800, 0.0f).data());
  looks.AddCloseup(Floats(800, 1.0f).data());
  const float* mean = looks.Mean();
  EXPECT_LT(mean[0], 0.01f);
  EXPECT_GT(mean[10 * 40 + 20], 0.5f);
  looks.Start({0, 0, 200, 200}, 400, 200);  // at the frame's own edge it counts in full
  looks.AddWhole(Floats(800, 0.0f).data());
  looks.AddCloseup(Floats(800, 1.0f).data());
  EXPECT_NEAR(looks.Mean()[0], 2.0f / 3, 1e-6);
}

// Of packed 4:2:2 an odd column would take one chroma for the other.
TEST(Closeup, BeginsWhereChromaDoes) {
  const Shape shape = {32, 32, 1};
  int odd = 0;
  for (int width = 333; width < 345; ++width) {
    std::vector<float> mask(32 * 32);
    for (int y = 12; y < 20; ++y) std::fill_n(&mask[size_t(y * 32 + 11)], 8, 1.0f);
    const auto any = FindCloseup(mask.data(), shape, width, width + 3);
    const auto even = FindCloseup(mask.data(), shape, width, width + 3, 2);
    ASSERT_TRUE(any && even);
    odd += any->x % 2 + any->y % 2;
    EXPECT_EQ(even->x, any->x / 2 * 2);
    EXPECT_EQ(even->y, any->y / 2 * 2);
    EXPECT_EQ(even->x + even->width, any->x + any->width);
    EXPECT_EQ(even->y + even->height, any->y + any->height);
  }
  EXPECT_GT(odd, 0);
}

}  // namespace
}  // namespace selfieseg::core
