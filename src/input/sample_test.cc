// Sampling at positions worked out by hand.
#include "input/sample.h"

#include <gtest/gtest.h>

#include <vector>

namespace selfieseg::core {
namespace {

std::vector<float> Sample(selfieseg_format format, int width, int height,
                          std::vector<uint8_t> pixels, Shape shape) {
  const selfieseg_image view = selfieseg_wrap(format, width, height, pixels.data(), 0);
  std::vector<float> tensor(shape.size());
  SampleFrame(Image::Create(&view, "frame").value(), shape, tensor.data());
  return tensor;
}

TEST(Sample, OfTheTensorsSizeOnlyScales) {
  const std::vector<float> tensor = Sample(SELFIESEG_BGR, 1, 2, {0, 51, 255, 102, 0, 0}, {2, 1, 3});
  const std::vector<float> expected = {1, 0.2f, 0, 0, 0, 0.4f};
  for (size_t i = 0; i < expected.size(); ++i) EXPECT_FLOAT_EQ(tensor[i], expected[i]);
}

// Half-pixel centres: output 0 of 4 lies at -0.25 (clamped), then 0.25, 0.75, 1.25 (clamped).
TEST(Sample, EnlargesBetweenHalfPixelCentres) {
  const std::vector<float> tensor = Sample(SELFIESEG_GRAY, 2, 1, {0, 255}, {1, 4, 3});
  EXPECT_FLOAT_EQ(tensor[0], 0);
  EXPECT_FLOAT_EQ(tensor[3], 0.25f);
  EXPECT_FLOAT_EQ(tensor[6], 0.75f);
  EXPECT_FLOAT_EQ(tensor[9], 1);
}

TEST(Sample, ReducesByTakingThePixelsAtTheCentres) {
  const std::vector<float> tensor = Sample(SELFIESEG_GRAY, 4, 1, {0, 51, 102, 255}, {1, 1, 3});
  EXPECT_FLOAT_EQ(tensor[0], 0.3f);  // halfway between 51 and 102; no antialiasing
}

TEST(Sample, WideTensorsAreSampledInBlocksThatMeet) {
  std::vector<uint8_t> ramp(1200);
  for (int i = 0; i < 1200; ++i) ramp[i] = uint8_t(i / 5);
  const std::vector<float> tensor = Sample(SELFIESEG_GRAY, 1200, 1, ramp, {1, 600, 3});
  for (int i = 1; i < 600; ++i) ASSERT_GE(tensor[i * 3], tensor[i * 3 - 3]) << i;
}

}  // namespace
}  // namespace selfieseg::core
