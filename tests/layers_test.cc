// What is drawn between background and person or over all, light on the rim, pictures that change,
// and mattes that are grown or inverted.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <vector>

#include "selfieseg/selfieseg.hpp"
#include "tests/somebody.h"

namespace selfieseg {
namespace {

using Bytes = std::vector<uint8_t>;
constexpr int kWidth = 320, kHeight = 200;
constexpr int kEdge = 160;  // the person's, in the middle of 8 soft columns

struct Pixels {
  Bytes bytes;
  selfieseg_image view;
  Pixels(selfieseg_format format, int width, int height)
      : bytes(size_t(width + 2) * size_t(height + 2) * 4),
        view(selfieseg_wrap(format, width, height, bytes.data(), 0)) {}
  Pixels(const Pixels&) = delete;
  uint8_t* At(int x, int y) { return &bytes[size_t(y) * view.stride + size_t(x) * 4]; }
};

// A red person on the left of a blue room.
struct Scene {
  Pixels frame{SELFIESEG_RGBA, kWidth, kHeight}, matte{SELFIESEG_GRAY, kWidth, kHeight},
      out{SELFIESEG_RGBA, kWidth, kHeight};
  explicit Scene(int soft = 8) {  // columns of the edge
    for (int y = 0; y < kHeight; ++y) {
      for (int x = 0; x < kWidth; ++x) {
        const int alpha = std::clamp((kEdge + soft / 2 - x) * 255 / soft, 0, 255);
        matte.bytes[size_t(y * kWidth + x)] = uint8_t(alpha);
        uint8_t* pixel = frame.At(x, y);
        pixel[0] = uint8_t((220 * alpha + 10 * (255 - alpha)) / 255);
        pixel[1] = 20;
        pixel[2] = uint8_t((10 * alpha + 200 * (255 - alpha)) / 255);
        pixel[3] = 255;
      }
    }
  }
  uint8_t* Run(Effect& effect) {
    effect.Compose(frame.view, matte.view, out.view);
    return out.At(0, 100);
  }
};

Effect With(selfieseg_background background, float light_wrap = 0) {
  auto options = selfieseg_default_effect_options();
  options.background = background;
  options.green = 200;
  options.light_wrap = light_wrap;
  return Effect(options);
}

void Fill(Pixels& picture, std::initializer_list<uint8_t> rgba) {
  for (size_t i = 0; i < picture.bytes.size(); ++i) picture.bytes[i] = rgba.begin()[i % 4];
}

TEST(Layers, KeepLeavesFramesAsTheyAre) {
  Scene scene;
  Effect keep = With(SELFIESEG_KEEP);
  scene.Run(keep);
  EXPECT_EQ(scene.out.bytes, scene.frame.bytes);
}

TEST(Layers, ThePersonHidesWhatIsBehind) {
  for (const auto background : {SELFIESEG_KEEP, SELFIESEG_COLOR, SELFIESEG_BLUR}) {
    Scene scene, without;
    Pixels green(SELFIESEG_RGBA, 100, 50);
    Fill(green, {0, 250, 0, 255});
    Effect effect = With(background), bare = With(background);
    effect.SetLayer(SELFIESEG_BEHIND, green.view, 110, 80);
    scene.Run(effect);
    without.Run(bare);
    for (int y = 0; y < kHeight; ++y) {
      for (int x = 0; x < kWidth; ++x) {
        const uint8_t *pixel = scene.out.At(x, y), *plain = without.out.At(x, y);
        const bool inside = x >= 110 && x < 210 && y >= 80 && y < 130;
        const int alpha = scene.matte.bytes[size_t(y * kWidth + x)];
        if (!inside || alpha == 255) {
          ASSERT_TRUE(std::equal(pixel, pixel + 4, plain)) << background << ": " << x << ", " << y;
        } else if (background != SELFIESEG_BLUR) {  // nothing of the room is in it
          ASSERT_NEAR(pixel[0], 220 * alpha / 255, 12) << background << ": " << x;
          ASSERT_NEAR(pixel[1], 250 - 230 * alpha / 255, 12) << background << ": " << x;
          ASSERT_LE(pixel[2], 25) << background << ": " << x;
        } else if (alpha == 0) {
          ASSERT_EQ(pixel[1], 250);
        }
        ASSERT_EQ(pixel[3], 255);
      }
    }
  }
}

TEST(Layers, AlphaMixesAndTheFrontHidesAll) {
  Scene scene;
  Pixels half(SELFIESEG_BGRA, 40, 40), full(SELFIESEG_RGBA, 6, 6);
  Fill(half, {0, 0, 0, 128});
  Fill(full, {1, 2, 3, 255});
  Effect effect = With(SELFIESEG_KEEP);
  effect.SetLayer(SELFIESEG_BEHIND, half.view, 250, 90);
  effect.SetLayer(SELFIESEG_FRONT, full.view, 20, 98);
  const uint8_t* row = scene.Run(effect);
  EXPECT_NEAR(row[260 * 4 + 2], 200 * 127 / 255, 1);
  EXPECT_EQ(row[300 * 4 + 2], 200);
  EXPECT_EQ(row[22 * 4], 1);
  EXPECT_EQ(row[22 * 4 + 2], 3);
  EXPECT_EQ(row[30 * 4], 220);
  effect.ClearLayer(SELFIESEG_BEHIND);
  effect.ClearLayer(SELFIESEG_FRONT);
  scene.Run(effect);
  EXPECT_EQ(scene.out.bytes, scene.frame.bytes);
}

TEST(Layers, AreCutOffAtTheFrame) {
  Scene scene;
  Pixels white(SELFIESEG_GRAY, 9, 7);
  std::fill(white.bytes.begin(), white.bytes.end(), uint8_t{255});
  for (const int x : {INT32_MIN, -9, -8, 0, 315, kWidth - 1, kWidth, INT32_MAX}) {
    for (const int y : {INT32_MIN, -7, -6, 0, 197, kHeight, INT32_MAX}) {
      Effect effect = With(SELFIESEG_KEEP);
      effect.SetLayer(SELFIESEG_FRONT, white.view, x, y);
      scene.Run(effect);
      int changed = 0;
      for (int py = 0; py < kHeight; ++py) {
        for (int px = 0; px < kWidth; ++px) changed += scene.out.At(px, py)[1] == 255;
      }
      const auto seen = [](int64_t at, int size, int frame) {
        return std::max<int64_t>(std::min<int64_t>(at + size, frame) - std::max<int64_t>(at, 0), 0);
      };
      EXPECT_EQ(changed, seen(x, 9, kWidth) * seen(y, 7, kHeight)) << x << ", " << y;
    }
  }
}

// Limited range of BT.601.
uint8_t Luma(int red, int green, int blue) {
  return uint8_t(16 + (0.299 * red + 0.587 * green + 0.114 * blue) * 219 / 255 + 0.5);
}

TEST(Layers, AreDrawnOnAnyFormat) {
  for (const auto format : {SELFIESEG_NV12, SELFIESEG_NV21, SELFIESEG_I420, SELFIESEG_YV12,
                            SELFIESEG_YUY2, SELFIESEG_UYVY, SELFIESEG_YVYU, SELFIESEG_I422}) {
    for (const int width : {kWidth, kWidth - 1}) {
      Pixels frame(format, width, kHeight - 1), matte(SELFIESEG_GRAY, width, kHeight - 1);
      std::fill(frame.bytes.begin(), frame.bytes.end(), uint8_t{128});  // gray
      const Bytes before = frame.bytes;
      Pixels dot(SELFIESEG_RGBA, 5, 3);
      Fill(dot, {0, 0, 255, 255});
      Effect effect = With(SELFIESEG_KEEP);
      effect.SetLayer(SELFIESEG_BEHIND, dot.view, width - 5, kHeight - 4);
      effect.Compose(frame.view, matte.view, frame.view);
      const bool packed =
          format == SELFIESEG_YUY2 || format == SELFIESEG_UYVY || format == SELFIESEG_YVYU;
      const uint8_t* last = &frame.bytes[frame.view.stride * size_t(kHeight - 2)];
      const size_t step = packed ? 2 : 1, first = format == SELFIESEG_UYVY ? 1 : 0;
      for (int x = width - 5; x < width; ++x) {
        EXPECT_EQ(last[size_t(x) * step + first], Luma(0, 0, 255)) << format << ", " << x;
      }
      EXPECT_EQ(last[size_t(width - 6) * step + first], 128);
      int blue = 0;  // its chroma, with which all pixels of a group are blue
      const uint8_t cb = uint8_t(128 + 112);
      for (size_t i = 0; i < frame.bytes.size(); ++i) blue += frame.bytes[i] == cb;
      EXPECT_GE(blue, packed || format == SELFIESEG_I422 ? 6 : 2) << format << ", " << width;
      std::fill(matte.bytes.begin(), matte.bytes.end(), uint8_t{255});
      frame.bytes = before;
      effect.Compose(frame.view, matte.view, frame.view);
      EXPECT_EQ(frame.bytes, before) << format;
    }
  }
}

TEST(Layers, NothingIsDrawnOnNothing) {
  Scene scene;
  Effect cutout = With(SELFIESEG_TRANSPARENT);
  cutout.SetLayer(SELFIESEG_FRONT, scene.frame.view, 0, 0);
  EXPECT_THROW(scene.Run(cutout), Error);
  cutout.ClearLayer(SELFIESEG_FRONT);
  scene.Run(cutout);
}

TEST(LightWrap, LiesOnTheRimOnly) {
  Scene with(1), without(1);
  Effect wrapped = With(SELFIESEG_COLOR, 1), plain = With(SELFIESEG_COLOR);
  const uint8_t *row = with.Run(wrapped), *bare = without.Run(plain);
  const auto green = [&](int x) { return row[x * 4 + 1] - bare[x * 4 + 1]; };
  EXPECT_NEAR(green(kEdge - 1), 80, 15);  // of 180 between both
  for (int x = 0; x < kEdge - 12; ++x) ASSERT_EQ(green(x), 0) << x;
  for (int x = kEdge; x < kWidth; ++x) ASSERT_EQ(green(x), 0) << x;
  for (int x = kEdge - 12; x < kEdge - 1; ++x) ASSERT_LE(green(x), green(x + 1)) << x;
  Effect half = With(SELFIESEG_COLOR, 0.5f);
  row = with.Run(half);
  EXPECT_NEAR(green(kEdge - 1), 40, 8);
}

TEST(LightWrap, HasThePicturesColoursWhereTheyAre) {
  Scene scene(1);
  Pixels picture(SELFIESEG_RGBA, kWidth, kHeight);
  for (int y = 0; y < kHeight; ++y) {
    for (int x = 0; x < kWidth; ++x) picture.At(x, y)[y < 100 ? 1 : 2] = 240;
  }
  Effect effect = With(SELFIESEG_PICTURE, 1);
  effect.SetPicture(picture.view);
  scene.Run(effect);
  const uint8_t *upper = scene.out.At(kEdge - 2, 20), *lower = scene.out.At(kEdge - 2, 180);
  EXPECT_GE(upper[1], 70);
  EXPECT_LE(upper[2], 20);
  EXPECT_GE(lower[2], 70);
  EXPECT_LE(lower[1], 30);
}

TEST(Pictures, ChangeAndAreShownAsTheyAre) {
  Pixels frame(SELFIESEG_NV12, kWidth, kHeight), picture(SELFIESEG_NV12, kWidth, kHeight),
      matte(SELFIESEG_GRAY, kWidth, kHeight), out(SELFIESEG_NV12, kWidth, kHeight);
  for (size_t i = 0; i < picture.bytes.size(); ++i) picture.bytes[i] = uint8_t(i * 7 + i / 300);
  Effect effect = With(SELFIESEG_PICTURE);
  const auto run = [&] { effect.Compose(frame.view, matte.view, out.view); };
  effect.SetPicture(picture.view);
  run();
  const size_t size = size_t(kWidth * kHeight * 3 / 2);
  EXPECT_TRUE(std::equal(out.bytes.begin(), out.bytes.begin() + long(size), picture.bytes.begin()));
  Pixels white(SELFIESEG_GRAY, 3, 2);
  std::fill(white.bytes.begin(), white.bytes.end(), uint8_t{255});
  effect.SetPicture(white.view);
  run();
  EXPECT_EQ(out.bytes[100], 235);
  Pixels other(SELFIESEG_NV12, kWidth - 2, kHeight);
  effect.SetPicture(other.view);
  EXPECT_THROW(run(), Error);
  EXPECT_THROW(With(SELFIESEG_BLUR).SetPicture(white.view), Error);
}

void FillWithSomebody(Pixels& frame) {
  for (int y = 0; y < kHeight; ++y) {
    for (int x = 0; x < kWidth; ++x) {
      DrawSomebody(x, y, kWidth, kHeight, frame.At(x, y));
      frame.At(x, y)[3] = 255;
    }
  }
}

template <class T = uint8_t>
std::vector<T> MatteOf(const selfieseg_options& options, Pixels& frame) {
  std::vector<T> matte(size_t(kWidth * kHeight));
  Session session(Model::Open("general"), options);
  const auto format = sizeof(T) == 1 ? SELFIESEG_GRAY : SELFIESEG_GRAY_F32;
  session.Segment(frame.view, selfieseg_wrap(format, kWidth, kHeight, matte.data(), 0));
  return matte;
}

TEST(Mattes, GrowAndShrinkByPixels) {
  Pixels frame(SELFIESEG_RGBA, kWidth, kHeight);
  FillWithSomebody(frame);
  auto options = selfieseg_default_options();
  const auto plain = MatteOf(options, frame);
  const auto right_end = [&](const auto& matte, int y) {
    int last = 0;
    for (int x = 0; x < kWidth; ++x) last = matte[size_t(y * kWidth + x)] > 127 ? x : last;
    return last;
  };
  ASSERT_GT(right_end(plain, 100), 170) << "nobody was found";
  for (const char* quality : {"balanced", "best"}) {
    options.quality = quality;
    options.grow = 0;
    const int before = right_end(MatteOf(options, frame), 100);
    for (const int pixels : {-6, 3, 12}) {
      options.grow = pixels;
      EXPECT_NEAR(right_end(MatteOf(options, frame), 100) - before, pixels, 2) << quality;
    }
  }
}

TEST(Mattes, InvertedAreThoseOfTheBackground) {
  Pixels frame(SELFIESEG_RGBA, kWidth, kHeight);
  FillWithSomebody(frame);
  for (const char* quality : {"fast", "balanced", "best"}) {
    auto options = selfieseg_default_options();
    options.quality = quality;
    const auto plain = MatteOf(options, frame);
    const auto exact = MatteOf<float>(options, frame);
    options.invert = 1;
    const auto inverted = MatteOf(options, frame);
    const auto inverted_exact = MatteOf<float>(options, frame);
    for (size_t i = 0; i < plain.size(); ++i) {
      ASSERT_EQ(inverted[i], 255 - plain[i]) << quality;
      ASSERT_EQ(inverted_exact[i], 1 - exact[i]) << quality;
    }
  }
}

TEST(Mattes, AreTheSameInPlaceWhenGrown) {
  for (const auto background : {SELFIESEG_COLOR, SELFIESEG_BLUR}) {
    Pixels frame(SELFIESEG_RGBA, kWidth, kHeight), out(SELFIESEG_RGBA, kWidth, kHeight);
    FillWithSomebody(frame);
    auto options = selfieseg_default_options();
    options.grow = 20;
    options.invert = 1;
    Session session(Model::Open("general"), options);
    Effect effect = With(background);
    session.Process(effect, frame.view, out.view);
    EXPECT_EQ(out.At(0, 0)[1], frame.At(0, 0)[1]) << "the background stays";
    const int person = background == SELFIESEG_COLOR ? 200 : frame.At(160, 100)[1];
    EXPECT_EQ(out.At(160, 100)[1], person);
    session.Process(effect, frame.view, frame.view);
    EXPECT_EQ(frame.bytes, out.bytes);
  }
}

}  // namespace
}  // namespace selfieseg
