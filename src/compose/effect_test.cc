// What each background does, on pictures whose result is known.
#include "compose/effect.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <numeric>

#include "base/resample.h"
#include "tests/checksum.h"

namespace selfieseg::core {
namespace {

using Bytes = std::vector<uint8_t>;
constexpr int kSize = 64;

// A red person on the left, with a soft edge between columns 28 and 36, before a blue background.
struct Scene {
  Bytes frame = Bytes(kSize * kSize * 3), matte = Bytes(kSize * kSize),
        out = Bytes(kSize * kSize * 4);
  Scene() {
    for (int i = 0; i < kSize * kSize; ++i) {
      const int x = i % kSize, alpha = std::clamp((36 - x) * 255 / 8, 0, 255);
      matte[i] = uint8_t(alpha);
      frame[i * 3] = uint8_t(220 * alpha / 255);
      frame[i * 3 + 1] = 20;
      frame[i * 3 + 2] = uint8_t(200 * (255 - alpha) / 255);
    }
  }
  void Run(selfieseg_effect_options options, const RowKernels& rows = *SimdRows().front()) {
    const auto frame_view = selfieseg_wrap(SELFIESEG_RGB, kSize, kSize, frame.data(), 0);
    const auto matte_view = selfieseg_wrap(SELFIESEG_GRAY, kSize, kSize, matte.data(), 0);
    const auto out_view = selfieseg_wrap(SELFIESEG_RGBA, kSize, kSize, out.data(), 0);
    Effect effect = Effect::Create(options, rows).value();
    const Image result = Image::Create(&out_view, "out").value();
    const Shape shape = effect.BestShape(kSize, kSize);
    std::vector<float> small_frame(shape.size() + 1), small_matte(shape.size());
    Resampler resampler(rows, Filter::kArea, kSize, kSize, shape);
    resampler.Run(Samples(Image::Create(&frame_view, "frame").value()), 1 / 255.0f,
                  small_frame.data());
    resampler.Run(Samples(Image::Create(&matte_view, "matte").value()), 1 / 255.0f,
                  small_matte.data());
    for (size_t i = 0; 3 * i < shape.size(); ++i) small_matte[i] = small_matte[3 * i];
    effect.Prepare(result, shape, 1);
    effect.Start(small_frame.data(), small_matte.data());
    effect.Rows(0, Image::Create(&frame_view, "frame").value(),
                Image::Create(&matte_view, "matte").value(), 0, kSize, result);
  }
  const uint8_t* At(int x, int y = 32) const { return &out[size_t(y * kSize + x) * 4]; }
};

selfieseg_effect_options Options(selfieseg_background background) {
  selfieseg_effect_options options = selfieseg_default_effect_options();
  options.background = background;
  return options;
}

TEST(Effect, ACutOutKeepsNothingOfTheOldBackground) {
  Scene scene;
  scene.Run(Options(SELFIESEG_TRANSPARENT));
  for (int x = 0; x < kSize; ++x) {
    const uint8_t* pixel = scene.At(x);
    EXPECT_EQ(pixel[3], scene.matte[x]);
    EXPECT_LE(pixel[2], 40) << x;  // of 200 in the frame
    EXPECT_LE(pixel[0], pixel[3] == 0 ? 0 : 245) << x;
    EXPECT_GE(pixel[0], pixel[3] <= 20 ? 0 : 175) << x;
  }
}

TEST(Effect, AColorReplacesTheBackground) {
  Scene scene;
  auto options = Options(SELFIESEG_COLOR);
  options.green = 255;
  scene.Run(options);
  EXPECT_EQ(scene.At(60)[0], 0);
  EXPECT_EQ(scene.At(60)[1], 255);
  EXPECT_EQ(scene.At(0)[0], 220);
  for (int x = 0; x < kSize; ++x) {
    EXPECT_EQ(scene.At(x)[3], 255);
    EXPECT_LE(scene.At(x)[2], 30) << x;
  }
}

TEST(Effect, TheBlurHasNothingOfThePerson) {
  Scene scene;
  for (const float radius : {0.0f, 1.0f, 3.0f, 20.0f, 500.0f, 65535.0f}) {
    auto options = Options(SELFIESEG_BLUR);
    options.blur_radius = radius;
    scene.Run(options);
    for (int x = 40; x < kSize; ++x) {
      EXPECT_LE(scene.At(x)[0], 60) << "radius " << radius << ", column " << x;
      EXPECT_GE(scene.At(x)[2], 130) << "radius " << radius << ", column " << x;
    }
    EXPECT_EQ(scene.At(0)[0], 220);
  }
}

TEST(Effect, TheBlurEvensOutDetails) {
  Scene scene;
  for (int i = 0; i < kSize * kSize; ++i) {
    scene.matte[i] = 0;
    scene.frame[i * 3] = i % 2 ? 255 : 0;
  }
  auto options = Options(SELFIESEG_BLUR);
  options.blur_radius = 4;
  scene.Run(options);
  for (int x = 4; x < kSize - 4; ++x) EXPECT_NEAR(scene.At(x)[0], 128, 20) << x;
}

struct FitCase {
  selfieseg_fit fit;
  int width, height;
  bool corner, top_middle, left_middle;  // covered by the picture?
};
constexpr FitCase kFits[] = {
    {SELFIESEG_FILL, 20, 10, true, true, true},
    {SELFIESEG_FILL, 500, 700, true, true, true},
    {SELFIESEG_FIT, 20, 10, false, false, true},
    {SELFIESEG_FIT, 10, 30, false, true, false},
    {SELFIESEG_CENTER, 10, 10, false, false, false},
    {SELFIESEG_CENTER, 300, 10, false, false, true},
};

TEST(Effect, PicturesFillFitOrStandInTheMiddle) {
  for (const FitCase& c : kFits) {
    Scene scene;
    std::fill(scene.matte.begin(), scene.matte.end(), uint8_t{0});
    Bytes white(size_t(c.width) * c.height, 255);
    auto options = Options(SELFIESEG_PICTURE);
    options.fit = c.fit;
    options.picture = selfieseg_wrap(SELFIESEG_GRAY, c.width, c.height, white.data(), 0);
    scene.Run(options);
    const auto covered = [&](int x, int y) { return scene.At(x, y)[1] == 255; };
    const std::string what = "fit " + std::to_string(c.fit) + " of " + std::to_string(c.width) +
                             "x" + std::to_string(c.height);
    EXPECT_TRUE(covered(32, 32)) << what;
    EXPECT_EQ(covered(0, 0), c.corner) << what;
    EXPECT_EQ(covered(32, 0), c.top_middle) << what;
    EXPECT_EQ(covered(0, 32), c.left_middle) << what;
  }
}

// Pinned: on every machine and instruction set the pixels are these. A change here is a change of
// the pictures that people get.
TEST(Effect, PixelsAreTheSameEverywhere) {
  struct Pinned {
    selfieseg_background background;
    uint32_t sum;
  };
  for (const Pinned& pinned :
       {Pinned{SELFIESEG_TRANSPARENT, 933766341u}, Pinned{SELFIESEG_COLOR, 4112770245u},
        Pinned{SELFIESEG_BLUR, 1600560069u}}) {
    Scene scene;
    scene.Run(Options(pinned.background), ReferenceRows());
    EXPECT_EQ(Checksum<uint8_t>(scene.out), pinned.sum) << "background " << pinned.background;
    for (const RowKernels* rows : SimdRows()) {
      Scene again;
      again.Run(Options(pinned.background), *rows);
      EXPECT_EQ(again.out, scene.out) << rows->name;
    }
  }
}

}  // namespace
}  // namespace selfieseg::core
