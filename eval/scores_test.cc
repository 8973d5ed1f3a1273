// Scores of masks whose scores are known without computing.
#include "eval/scores.h"

#include <gtest/gtest.h>

#include <vector>

namespace selfieseg::eval {
namespace {

constexpr size_t kSide = 100;  // pixels; a boundary is then 3 deep

struct Canvas {
  std::vector<uint8_t> levels = std::vector<uint8_t>(kSide * kSide);
  // A rectangle of this level, in pixels.
  Canvas& Fill(size_t left, size_t top, size_t width, size_t height, uint8_t level = 255) {
    for (size_t y = top; y < top + height; ++y) {
      std::fill_n(&levels[y * kSide + left], width, level);
    }
    return *this;
  }
  Mask mask() const { return {levels, kSide, kSide}; }
};

Scores JudgeCanvas(const Canvas& matte, const Canvas& truth) {
  return Judge(matte.mask(), truth.mask());
}

TEST(Scores, OfTheTruthItselfArePerfect) {
  const Canvas person = Canvas().Fill(20, 20, 50, 80);
  const Scores scores = JudgeCanvas(person, person);
  EXPECT_EQ(scores.iou, 1);
  EXPECT_EQ(scores.boundary_iou, 1);
  EXPECT_EQ(scores.mae + scores.false_positive + scores.false_negative, 0);
}

TEST(Scores, OfHalfThePersonIsOneHalf) {
  const Scores scores = JudgeCanvas(Canvas().Fill(0, 0, 50, 50), Canvas().Fill(0, 0, 50, kSide));
  EXPECT_DOUBLE_EQ(scores.iou, 0.5);
  EXPECT_DOUBLE_EQ(scores.false_negative, 0.25);
  EXPECT_EQ(scores.false_positive, 0);
  EXPECT_DOUBLE_EQ(scores.mae, 0.25);
}

TEST(Scores, WithoutAPersonNothingFoundIsRight) {
  const Scores right = JudgeCanvas({}, {});
  EXPECT_EQ(right.iou, 1);
  EXPECT_EQ(right.boundary_iou, 1);
  const Scores wrong = JudgeCanvas(Canvas().Fill(10, 10, 1, 1), {});
  EXPECT_EQ(wrong.iou, 0);
  EXPECT_EQ(wrong.boundary_iou, 0);
  EXPECT_DOUBLE_EQ(wrong.false_positive, 1e-4);
  EXPECT_EQ(JudgeCanvas({}, Canvas().Fill(10, 10, 30, 30)).iou, 0);
}

TEST(Scores, TheBoundaryIsThreePixelsDeepHere) {
  EXPECT_EQ(BoundaryDepth(kSide, kSide), 3);
  EXPECT_EQ(BoundaryDepth(1, 1), 1);
  EXPECT_EQ(BoundaryDepth(1920, 1080), 44);
  EXPECT_EQ(BoundaryDepth(500, 375), 12);  // 12.5
  // A frame of 3 pixels inside a square of 40 against the whole square: their boundaries are one.
  Canvas ring = Canvas().Fill(30, 30, 40, 40);
  ring.Fill(33, 33, 34, 34, 0);
  const Scores scores = JudgeCanvas(ring, Canvas().Fill(30, 30, 40, 40));
  EXPECT_EQ(scores.boundary_iou, 1);
  EXPECT_LT(scores.iou, 0.3);
}

TEST(Scores, BeyondThePictureThereIsNoPerson) {
  // All of the picture is person: its outermost 3 pixels are boundary.
  Canvas middle_missing = Canvas().Fill(0, 0, kSide, kSide);
  middle_missing.Fill(40, 40, 20, 20, 0);
  const Scores scores = JudgeCanvas(middle_missing, Canvas().Fill(0, 0, kSide, kSide));
  const double frame = kSide * kSide - 94 * 94, hole = 26 * 26 - 20 * 20;
  EXPECT_DOUBLE_EQ(scores.boundary_iou, frame / (frame + hole));
}

TEST(Scores, OnlyTheMeanErrorIsSoft) {
  const Scores scores =
      JudgeCanvas(Canvas().Fill(0, 0, kSide, kSide, 128), Canvas().Fill(0, 0, kSide, kSide));
  EXPECT_EQ(scores.iou, 1);
  EXPECT_NEAR(scores.mae, 127.0 / 255, 1e-12);
  EXPECT_EQ(JudgeCanvas(Canvas().Fill(0, 0, 9, 9, 127), {}).iou, 1);
}

TEST(Scores, SoftTruthIsNoticed) {
  EXPECT_EQ(SoftShare(Canvas().Fill(0, 0, 10, kSide).mask()), 0);
  EXPECT_DOUBLE_EQ(SoftShare(Canvas().Fill(0, 0, 10, kSide, 100).mask()), 0.1);
}

}  // namespace
}  // namespace selfieseg::eval
