// Resampling at positions worked out by hand.
#include "base/resample.h"

#include <gtest/gtest.h>

#include <utility>

namespace selfieseg::core {
namespace {

constexpr float kRounding = 1.0f / 2000;

std::vector<float> Sample(Filter filter, selfieseg_format format, int width, int height,
                          std::vector<uint8_t> pixels, Shape shape) {
  const selfieseg_image view = selfieseg_wrap(format, width, height, pixels.data(), 0);
  std::vector<float> tensor(shape.size());
  Resampler(ReferenceRows(), filter, width, height, shape)
      .Run(Samples(Image::Create(&view, "frame").value()), 1.0f / 255.0f, tensor.data());
  return tensor;
}

TEST(Resample, OfTheSameSizeOnlyScales) {
  for (const Filter filter : {Filter::kArea, Filter::kBilinear}) {
    const auto tensor = Sample(filter, SELFIESEG_BGR, 1, 2, {0, 51, 255, 102, 0, 0}, {2, 1, 3});
    const std::vector<float> expected = {1, 0.2f, 0, 0, 0, 0.4f};
    for (size_t i = 0; i < expected.size(); ++i) EXPECT_FLOAT_EQ(tensor[i], expected[i]);
  }
}

// Half-pixel centres: output 0 of 4 lies at -0.25 (clamped), then 0.25, 0.75, 1.25 (clamped).
TEST(Resample, EnlargesBetweenHalfPixelCentres) {
  for (const Filter filter : {Filter::kArea, Filter::kBilinear}) {
    const auto tensor = Sample(filter, SELFIESEG_GRAY, 2, 1, {0, 255}, {1, 4, 3});
    EXPECT_FLOAT_EQ(tensor[0], 0);
    EXPECT_FLOAT_EQ(tensor[3], 0.25f);
    EXPECT_FLOAT_EQ(tensor[6], 0.75f);
    EXPECT_NEAR(tensor[9], 1, kRounding);
  }
}

TEST(Resample, BilinearReducesByThePixelsAtTheCentre) {
  const auto tensor = Sample(Filter::kBilinear, SELFIESEG_GRAY, 4, 1, {0, 51, 102, 255}, {1, 1, 3});
  EXPECT_FLOAT_EQ(tensor[0], 0.3f);  // halfway between 51 and 102
}

TEST(Resample, AreaReducesByTheMeanOfWhatItCovers) {
  const auto mean = Sample(Filter::kArea, SELFIESEG_GRAY, 4, 1, {0, 51, 102, 255}, {1, 1, 3});
  EXPECT_FLOAT_EQ(mean[0], 0.4f);
  // Three pixels in two: each covers one and a half.
  const auto two = Sample(Filter::kArea, SELFIESEG_GRAY, 3, 1, {0, 51, 255}, {1, 2, 3});
  EXPECT_NEAR(two[0], 51 * 0.5 / 1.5 / 255, kRounding);
  EXPECT_NEAR(two[3], (51 * 0.5 + 255) / 1.5 / 255, kRounding);
}

TEST(Resample, WeightsSumToTheUnitWithinThePicture) {
  for (const Filter filter : {Filter::kArea, Filter::kBilinear}) {
    for (const int in : {1, 2, 3, 255, 256, 257, 1000, 65535}) {
      for (const int out : {1, 2, 144, 256}) {
        const Taps taps(filter, in, out, 256);
        for (int i = 0; i < out; ++i) {
          uint32_t sum = 0;
          for (size_t t = 0; t < taps.taps; ++t) sum += taps.weights[size_t(i) * taps.taps + t];
          ASSERT_EQ(sum, 256) << in << " to " << out;
          ASSERT_GE(taps.first[size_t(i)], 0);
          ASSERT_LE(taps.first[size_t(i)] + int(taps.taps), in);
        }
      }
    }
  }
}

// As parts of a frame are.
// A smaller axis may need more taps: 7.5 columns lie in 8, but 7.42 in 9.
TEST(Resample, ASmallerAxisAllocatesNothing) {
  Taps taps(Filter::kArea, 1920, 256, 65536);
  EXPECT_EQ(taps.taps, 8u);
  const auto* weights = taps.weights.data();
  const auto* shares = taps.shares.data();
  taps.Fit(Filter::kArea, 1900, 256, 65536, 0);
  EXPECT_EQ(taps.taps, 9u);
  EXPECT_EQ(taps.weights.data(), weights);
  EXPECT_EQ(taps.shares.data(), shares);
}

TEST(Resample, FittedToAnotherSizeIsAsNew) {
  std::vector<uint8_t> pixels(64 * 48 * 3);
  for (size_t i = 0; i < pixels.size(); ++i) pixels[i] = uint8_t(i * i / 7);
  const Shape shape = {16, 16, 3};
  Resampler fitted(ReferenceRows(), Filter::kArea, 64, 48, shape);
  for (const auto& [width, height] : {std::pair{64, 48}, {16, 16}, {31, 9}, {5, 40}}) {
    const selfieseg_image view = selfieseg_wrap(SELFIESEG_RGB, width, height, pixels.data(), 0);
    const Samples picture(Image::Create(&view, "frame").value());
    std::vector<float> expected(shape.size()), tensor(shape.size());
    Resampler(ReferenceRows(), Filter::kArea, width, height, shape)
        .Run(picture, 1, expected.data());
    fitted.Fit(width, height);
    fitted.Run(picture, 1, tensor.data());
    EXPECT_EQ(tensor, expected) << width;
  }
}

}  // namespace
}  // namespace selfieseg::core
