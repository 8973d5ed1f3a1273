// Frames by their times, and how many pass.
#include "camera/pace.h"

#include <gtest/gtest.h>

namespace selfieseg::camera {
namespace {

constexpr int64_t kSecond = 1'000'000'000;

// How many of a second's frames pass, one after another by `pace`, from `begin` on; each comes by
// up to a tenth of a period too early or too late.
int PassingOf(int frames, Pace& pace, int64_t begin = 0) {
  int passing = 0;
  for (int i = 0; i < frames; ++i) {
    const int64_t jitter = (i % 3 - 1) * kSecond / frames / 10;
    passing += pace.Passes(begin + i * kSecond / frames + jitter);
  }
  return passing;
}

TEST(CameraPace, KeepsToTheRate) {
  const struct {
    int frames, rate, passing;
  } kCases[] = {{30, 30, 30}, {60, 30, 30}, {24, 30, 24}, {30, 20, 20},
                {30, 15, 15}, {30, 10, 10}, {30, 3, 3},   {30, 1, 1}};
  for (const auto& row : kCases) {
    SCOPED_TRACE(std::to_string(row.frames) + " at " + std::to_string(row.rate));
    Pace pace;
    pace.SetRate(row.rate);
    EXPECT_NEAR(PassingOf(row.frames, pace), row.passing, 1);
  }
}

TEST(CameraPace, GoesOnWhenTimeBeginsAgainOrJumpsAhead) {
  Pace pace;
  PassingOf(30, pace, 100 * kSecond);
  EXPECT_GE(PassingOf(30, pace), 29);
  EXPECT_GE(PassingOf(30, pace, 1000 * kSecond), 29);
}

TEST(CameraPace, APicturePassesAgainAndAgain) {
  Pace pace;
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(pace.Passes(0));
}

TEST(CameraPace, AHigherRateHoldsAtOnce) {
  Pace pace;
  pace.SetRate(1);
  EXPECT_TRUE(pace.Passes(0));
  pace.SetRate(30);
  EXPECT_TRUE(pace.Passes(kSecond / 30));
}

}  // namespace
}  // namespace selfieseg::camera
