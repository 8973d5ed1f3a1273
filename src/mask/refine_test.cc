// Mattes at positions worked out by hand, and what the guide is for.
#include "mask/refine.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "base/resample.h"
#include "tests/checksum.h"

namespace selfieseg::core {
namespace {

using Bytes = std::vector<uint8_t>;

Bytes Plain(std::vector<float> mask, Shape shape, int width, int height, Ramp ramp = {}) {
  Bytes frame(size_t(width) * height), matte(frame.size());
  const auto view = selfieseg_wrap(SELFIESEG_GRAY, width, height, frame.data(), 0);
  const auto out = selfieseg_wrap(SELFIESEG_GRAY, width, height, matte.data(), 0);
  Refiner refiner(ReferenceRows(), shape, false);
  refiner.Prepare(width, height);
  refiner.Start(nullptr, mask.data(), kWholeEpsilon, ramp);
  refiner.Run(Image::Create(&view, "frame").value(), Image::Create(&out, "matte").value());
  return matte;
}

TEST(Refine, LiesBetweenHalfPixelCentres) {
  EXPECT_EQ(Plain({0, 1}, {1, 2, 1}, 4, 1), (Bytes{0, 64, 191, 255}));
  EXPECT_EQ(Plain({0, 1}, {2, 1, 1}, 1, 4), (Bytes{0, 64, 191, 255}));
}

TEST(Refine, OfTheMasksSizeRoundsToNearest) {
  EXPECT_EQ(Plain({0.1f, 0.5f, 0.999f}, {1, 3, 1}, 3, 1), (Bytes{26, 128, 255}));
}

TEST(Refine, BoundsWhatIsNoConfidence) {
  EXPECT_EQ(Plain({-2, 3}, {1, 2, 1}, 2, 1), (Bytes{0, 255}));
  EXPECT_EQ(Plain({NAN}, {1, 1, 1}, 1, 1), (Bytes{0}));
}

TEST(Refine, TheRampIsStraightBetweenItsEnds) {
  EXPECT_EQ(Plain({0.25f, 0.41f, 0.5f, 0.75f, 1}, {1, 5, 1}, 5, 1, {0.25f, 0.75f}),
            (Bytes{0, 82, 128, 255, 255}));
}

TEST(Refine, ReducesWithoutGaps) {
  std::vector<float> ramp(100);
  for (size_t i = 0; i < ramp.size(); ++i) ramp[i] = float(i) / 99;
  const Bytes matte = Plain(ramp, {1, 100, 1}, 7, 1);
  for (size_t i = 1; i < matte.size(); ++i) EXPECT_GT(matte[i], matte[i - 1]);
}

// A bright person on dark ground, whose edge the network found one cell and a half too far right.
TEST(Refine, TheGuideMovesTheEdgeToTheFrames) {
  const Shape shape = {16, 16, 3};
  const int scale = 8, size = 16 * scale, edge = 60;  // in pixels of the frame
  Bytes frame(size_t(size) * size), matte(frame.size());
  for (size_t i = 0; i < frame.size(); ++i) frame[i] = int(i % size) < edge ? 200 : 30;
  std::vector<float> tensor(shape.size()), mask(16 * 16 + kRowPadding), luma(16 * 16 + kRowPadding);
  const auto view = selfieseg_wrap(SELFIESEG_GRAY, size, size, frame.data(), 0);
  const auto out = selfieseg_wrap(SELFIESEG_GRAY, size, size, matte.data(), 0);
  const Image image = Image::Create(&view, "frame").value();
  Resampler(ReferenceRows(), Filter::kArea, size, size, shape)
      .Run(Samples(image), 1 / 255.0f, tensor.data());
  ReferenceRows().luma_floats(tensor.data(), 16 * 16, luma.data());
  for (int i = 0; i < 256; ++i) mask[i] = i % 16 < 8 ? 1.0f : i % 16 == 8 ? 0.5f : 0.0f;
  const auto wrong_pixels = [&](bool guided, float epsilon) {
    Refiner refiner(ReferenceRows(), shape, guided);
    refiner.Prepare(size, size);
    refiner.Start(luma.data(), mask.data(), epsilon, {});
    refiner.Run(image, Image::Create(&out, "matte").value());
    int wrong = 0;
    for (int x = 0; x < size; ++x) wrong += (matte[size_t(64 * size + x)] >= 128) != (x < edge);
    return wrong;
  };
  EXPECT_GE(wrong_pixels(false, 0), 7);
  EXPECT_LE(wrong_pixels(true, kWholeEpsilon), 1);
  EXPECT_LE(wrong_pixels(true, kCloseupEpsilon), 1);
}

// The filter works only around the person: with others in the corners that is all of the frame.
TEST(Refine, TheFitDoesNotDependOnHowMuchOfTheFrameIsWorkedOn) {
  constexpr size_t kSide = 64;
  const Shape shape = {kSide, kSide, 3};
  std::vector<float> luma(kSide * kSide + kRowPadding), mask(luma.size());
  for (size_t i = 0; i < kSide * kSide; ++i) {
    const size_t x = i % kSide, y = i / kSide;
    luma[i] = float(i * i % 97) / 96;
    mask[i] = x > 27 && x < 37 && y > 25 && y < 40 ? float(i % 5) / 4 : 0;
  }
  GuidedFilter part(*SimdRows().front(), shape), whole(*SimdRows().front(), shape);
  const LinearFit narrow = part.Fit(luma.data(), mask.data(), kWholeEpsilon, {});
  for (const size_t corner : {size_t{0}, kSide - 1, kSide * (kSide - 1), kSide * kSide - 1}) {
    mask[corner] = 1;
  }
  const LinearFit wide = whole.Fit(luma.data(), mask.data(), kWholeEpsilon, {});
  for (size_t y = 8; y < kSide - 8; ++y) {
    for (size_t i = y * kSide + 8; i < y * kSide + kSide - 8; ++i) {
      ASSERT_EQ(narrow.slope[i], wide.slope[i]) << i % kSide << ", " << y;
      ASSERT_EQ(narrow.offset[i], wide.offset[i]) << i % kSide << ", " << y;
    }
  }
}

TEST(Refine, NothingIsLeftOfTheLastFit) {
  constexpr size_t kSide = 32;
  std::vector<float> luma(kSide * kSide + kRowPadding, 0.5f), mask(luma.size());
  std::fill_n(mask.begin() + 8 * kSide, 9 * kSide, 1.0f);
  GuidedFilter filter(*SimdRows().front(), {kSide, kSide, 3});
  EXPECT_EQ(filter.Fit(luma.data(), mask.data(), kWholeEpsilon, {0.2f, 0.8f}).matte[12 * kSide], 1);
  std::fill(mask.begin(), mask.end(), 0.0f);
  const LinearFit fit = filter.Fit(luma.data(), mask.data(), kWholeEpsilon, {0.2f, 0.8f});
  for (size_t i = 0; i < kSide * kSide; ++i) {
    ASSERT_EQ(fit.slope[i], 0) << i;
    ASSERT_EQ(fit.offset[i], 0) << i;
    ASSERT_EQ(fit.matte[i], 0) << i;
    ASSERT_EQ(fit.sure[i], 1) << i;
  }
}

TEST(Refine, WhereTheMaskIsSureTheGuideChangesNothing) {
  const Shape shape = {8, 8, 3};
  Bytes frame(64 * 64), matte(64 * 64);
  for (size_t i = 0; i < frame.size(); ++i) frame[i] = uint8_t(i * 37);
  std::vector<float> luma(64 + kRowPadding), mask(64 + kRowPadding, 1.0f);
  for (size_t i = 0; i < luma.size(); ++i) luma[i] = float(i % 7) / 7;
  const auto view = selfieseg_wrap(SELFIESEG_GRAY, 64, 64, frame.data(), 0);
  const auto out = selfieseg_wrap(SELFIESEG_GRAY, 64, 64, matte.data(), 0);
  Refiner refiner(ReferenceRows(), shape, true);
  refiner.Prepare(64, 64);
  refiner.Start(luma.data(), mask.data(), kWholeEpsilon, {});
  refiner.Run(Image::Create(&view, "frame").value(), Image::Create(&out, "matte").value());
  EXPECT_EQ(matte, Bytes(64 * 64, 255));
}

// Pinned: a frame that is sampled, and the matte that is drawn to its edges, have these bits on
// every machine and instruction set.
TEST(Refine, PixelsAreTheSameEverywhere) {
  const Shape shape = {16, 24, 3};
  const int width = 157, height = 83;
  Bytes frame(size_t(width) * height * 3), matte(size_t(width) * height);
  uint32_t random = 1;
  for (uint8_t& byte : frame) byte = uint8_t((random = random * 1664525u + 1013904223u) >> 24);
  std::vector<float> mask(16 * 24 + kRowPadding), luma(mask.size());
  for (size_t i = 0; i < 16 * 24; ++i) mask[i] = float(i * i % 97) / 96;
  const auto view = selfieseg_wrap(SELFIESEG_RGB, width, height, frame.data(), 0);
  const auto out = selfieseg_wrap(SELFIESEG_GRAY, width, height, matte.data(), 0);
  const Image image = Image::Create(&view, "frame").value();
  std::vector<const RowKernels*> tables = SimdRows();
  tables.push_back(&ReferenceRows());
  for (const RowKernels* rows : tables) {
    std::vector<float> tensor(shape.size());
    Resampler(*rows, Filter::kArea, width, height, shape)
        .Run(Samples(image), 1 / 255.0f, tensor.data());
    EXPECT_EQ(Checksum<float>(tensor), 3671359033u) << rows->name;
    rows->luma_floats(tensor.data(), 16 * 24, luma.data());
    Refiner refiner(*rows, shape, true);
    refiner.Prepare(width, height);
    refiner.Start(luma.data(), mask.data(), kWholeEpsilon, {0.2f, 0.8f});
    refiner.Run(image, Image::Create(&out, "matte").value());
    EXPECT_EQ(Checksum<uint8_t>(matte), 1317011387u) << rows->name;
  }
}

}  // namespace
}  // namespace selfieseg::core
