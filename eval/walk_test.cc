// The clip that is made of a photo: who is where, and what is behind.
#include "eval/walk.h"

#include <gtest/gtest.h>

#include <cmath>

namespace selfieseg::eval {
namespace {

// A red person before green.
class WalkTest : public testing::Test {
 protected:
  static constexpr size_t kSide = 108, kPixels = Walk::kWidth * Walk::kHeight;

  WalkTest() {
    for (size_t i = 0; i < kSide * kSide; ++i) {
      const bool person = i % kSide >= 27 && i % kSide < 81 && i / kSide >= 27;
      truth_[i] = person ? 255 : 0;
      photo_[4 * i] = person ? 200 : 0;
      photo_[4 * i + 1] = person ? 0 : 100;
    }
  }
  void Draw(double times, size_t number) {
    Walk(photo_, {truth_, kSide, kSide}, times).Draw(number, rgba_, drawn_);
  }
  double Share() const {
    double sum = 0;
    for (const uint8_t level : drawn_) sum += level / 255.0;
    return sum / double(kPixels);
  }

  std::vector<uint8_t> photo_ = std::vector<uint8_t>(kSide * kSide * 4);
  std::vector<uint8_t> truth_ = std::vector<uint8_t>(kSide * kSide);
  std::vector<uint8_t> rgba_ = std::vector<uint8_t>(kPixels * 4);
  std::vector<uint8_t> drawn_ = std::vector<uint8_t>(kPixels);
};

TEST_F(WalkTest, ThePersonIsSoManyTimesSmaller) {
  const double near = 0.5 * 0.75 * 9 / 16;  // of the frame, where the photo is as high as that
  for (const double times : {1.0, 2.0, 4.0}) {
    Draw(times, 0);
    EXPECT_NEAR(Share(), near / (times * times), 0.01 * near) << times;
  }
}

TEST_F(WalkTest, TruthIsWhereThePersonIsAndNothingOfItElsewhere) {
  Draw(2, 7);
  for (size_t i = 0; i < kPixels; ++i) {
    if (drawn_[i] != 0 && drawn_[i] != 255) continue;  // of both colours
    ASSERT_NEAR(rgba_[4 * i], 200 * drawn_[i] / 255.0, 1.5) << i;
    ASSERT_NEAR(rgba_[4 * i + 1], 100 - 100 * drawn_[i] / 255.0, 1.5) << i;
    ASSERT_EQ(rgba_[4 * i + 3], 255);
  }
}

TEST_F(WalkTest, ThePersonSways) {
  Draw(3, 0);
  const auto first = drawn_;
  Draw(3, 20);
  EXPECT_NE(drawn_, first);
  EXPECT_NEAR(Share(), 0.5 * 0.75 * 9 / 16 / 9, 0.001);
}

TEST(Mean, IsOfEachFigure) {
  const Scores scores[] = {{1, 0.5, 0.1, 0, 0.2}, {0, 0.5, 0.3, 0.4, 0}};
  const Scores mean = Mean(scores);
  EXPECT_DOUBLE_EQ(mean.iou, 0.5);
  EXPECT_DOUBLE_EQ(mean.boundary_iou, 0.5);
  EXPECT_DOUBLE_EQ(mean.mae, 0.2);
  EXPECT_DOUBLE_EQ(mean.false_positive, 0.2);
  EXPECT_DOUBLE_EQ(mean.false_negative, 0.1);
}

}  // namespace
}  // namespace selfieseg::eval
