// Flicker and lag of made-up streams, where both are known.
#include "eval/motion.h"

#include <gtest/gtest.h>

namespace selfieseg::eval {
namespace {

constexpr size_t kWidth = 64, kHeight = 32;
using Bytes = std::vector<uint8_t>;

// A person of 16 columns, from column x on.
Bytes PersonAt(size_t x) {
  Bytes matte(kWidth * kHeight);
  for (size_t y = 0; y < kHeight; ++y) std::fill_n(&matte[y * kWidth + x], 16, uint8_t{255});
  return matte;
}

TEST(Motion, OfAStillPictureOnlyTheMattesChangesCount) {
  const Bytes luma(kWidth * kHeight, 90);
  MotionJudge calm(kWidth, kHeight), nervous(kWidth, kHeight);
  for (size_t i = 0; i < 10; ++i) {
    calm.Add(luma, PersonAt(8), PersonAt(8));
    nervous.Add(luma, PersonAt(8 + i % 2), PersonAt(8 + i % 2));
  }
  EXPECT_EQ(calm.Result().frames, 10u);
  EXPECT_EQ(calm.Result().flicker, 0);
  EXPECT_DOUBLE_EQ(nervous.Result().flicker, 2.0 / kWidth);
}

TEST(Motion, WhereThePictureChangesNothingIsFlicker) {
  MotionJudge judge(kWidth, kHeight);
  for (size_t i = 0; i < 10; ++i) {
    judge.Add(Bytes(kWidth * kHeight, uint8_t(10 * i)), PersonAt(i), PersonAt(i));
  }
  EXPECT_EQ(judge.Result().flicker, 0);
}

TEST(Motion, LagIsCountedInFrames) {
  const Bytes luma(kWidth * kHeight);
  MotionJudge prompt(kWidth, kHeight), late(kWidth, kHeight), half(kWidth, kHeight);
  for (size_t i = 1; i < 20; ++i) {
    const Bytes now = PersonAt(2 * i), before = PersonAt(2 * (i - 1));
    Bytes between(now.size());
    for (size_t p = 0; p < now.size(); ++p) between[p] = uint8_t((now[p] + before[p]) / 2);
    prompt.Add(luma, now, now);
    late.Add(luma, before, now);
    half.Add(luma, between, now);
  }
  EXPECT_DOUBLE_EQ(prompt.Result().lag, 0);
  EXPECT_DOUBLE_EQ(late.Result().lag, 1);
  EXPECT_NEAR(half.Result().lag, 0.5, 0.01);
}

TEST(Motion, OfOneFrameOrNoneIsNone) {
  MotionJudge judge(kWidth, kHeight);
  EXPECT_EQ(judge.Result().flicker, 0);
  judge.Add(Bytes(kWidth * kHeight), PersonAt(0), PersonAt(0));
  EXPECT_EQ(judge.Result().lag, 0);
}

}  // namespace
}  // namespace selfieseg::eval
