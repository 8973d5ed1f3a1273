// Frames that lie as a camera stored them: the same person and the same results as upright.
#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "base/turn.h"
#include "selfieseg/selfieseg.hpp"
#include "tests/yuv_frame.h"

namespace selfieseg {
namespace {

Frame Turned(const Frame& frame, int orientation) {
  const bool swaps = core::SwapsSides(orientation);
  Frame turned(frame.view.format, swaps ? frame.view.height : frame.view.width,
               swaps ? frame.view.width : frame.view.height);
  turned.view.matrix = frame.view.matrix, turned.view.siting = frame.view.siting;
  selfieseg_image stored = frame.view;
  stored.orientation = orientation;
  Turn(stored, turned.view);
  return turned;
}

// As a camera that lies like this stores it.
Frame Stored(const Frame& upright, int orientation) {
  Frame stored = Turned(upright, core::Inverse(orientation));
  stored.view.orientation = orientation;
  return stored;
}

Frame Somebody(selfieseg_format format, int width, int height) {
  Frame frame(format, width, height);
  frame.view.siting = SELFIESEG_MIDDLE;  // chroma does not move when it is turned
  Encode(Draw(width, height), &frame);
  return frame;
}

TEST(Turned, ThereAndBackIsTheSame) {
  for (const auto format : {SELFIESEG_RGB, SELFIESEG_BGRA, SELFIESEG_NV12, SELFIESEG_I420,
                            SELFIESEG_P010, SELFIESEG_I010}) {
    const Frame upright = Somebody(format, 71, 46);
    for (int orientation = 1; orientation <= 8; ++orientation) {
      const Frame stored = Stored(upright, orientation);
      EXPECT_EQ(Turned(stored, orientation).bytes, upright.bytes) << format << ", " << orientation;
      EXPECT_EQ(stored.bytes == upright.bytes, orientation == 1) << format << ", " << orientation;
    }
  }
}

TEST(Turned, WhatCannotBeIsRefusedByName) {
  const auto sentence = [](const Frame& from, int orientation, const Frame& to) {
    selfieseg_image stored = from.view;
    stored.orientation = orientation;
    if (selfieseg_turn(&stored, &to.view) == SELFIESEG_OK) return std::string("it did not fail");
    return std::string(selfieseg_last_error());
  };
  const auto has = [](const std::string& text, const char* part) {
    return text.find(part) != std::string::npos;
  };
  const Frame wide(SELFIESEG_I422, 8, 4), high(SELFIESEG_I422, 4, 8), other(SELFIESEG_RGB, 8, 4);
  EXPECT_TRUE(has(sentence(wide, 6, high), "i422 cannot be turned"));
  EXPECT_EQ(sentence(wide, 3, wide), "it did not fail");
  const Frame packed(SELFIESEG_YUY2, 8, 4);
  EXPECT_TRUE(has(sentence(packed, 3, packed), "yuy2 cannot be turned"));
  EXPECT_TRUE(has(sentence(other, 6, other), "upright is 8x4, stored is 4x8"));
  EXPECT_TRUE(has(sentence(other, 1, wide), "upright is i422"));
  EXPECT_TRUE(has(sentence(other, 9, other), "unknown orientation 9"));
  EXPECT_TRUE(has(sentence(other, -1, other), "unknown orientation -1"));
}

Bytes UprightMatteOf(Session& session, const Frame& stored) {
  const int width = stored.view.width, height = stored.view.height;
  Frame matte(SELFIESEG_GRAY, width, height);
  session.Segment(stored.view, matte.view);
  const Frame upright = Turned(matte, std::max(stored.view.orientation, 1));
  Bytes bytes;
  upright.ForNumbers([&](int number, int, int, int) { bytes.push_back(uint8_t(number)); });
  return bytes;
}

TEST(Turned, MattesAreThoseOfUprightFrames) {
  for (const char* network : {"general", "landscape"}) {
    const Model model = Model::Open(network);
    for (const char* quality : {"balanced", "best", "mediapipe"}) {
      auto options = selfieseg_default_options();
      options.quality = quality;
      // Which looks at the upper body only where that is stored first.
      const double most = options.quality == std::string("best") ? 1 : 0.3;
      Session session(model, options), turning(model, options);
      for (const auto format : {SELFIESEG_RGB, SELFIESEG_NV12}) {
        const Frame upright = Somebody(format, 241, 322);
        const Bytes expected = UprightMatteOf(session, upright);
        EXPECT_GT(MeanDifference(expected, Bytes(expected.size())), 30) << "nobody was found";
        for (int orientation = 1; orientation <= 8; ++orientation) {
          const Bytes matte = UprightMatteOf(turning, Stored(upright, orientation));
          EXPECT_LE(MeanDifference(matte, expected), most)
              << network << ", " << quality << ", " << format << ", " << orientation;
        }
      }
    }
  }
}

// The person moves through a stream, which is smoothed and followed; then it turns.
TEST(Turned, StreamsAreCalmedAndFollowedAllTheSame) {
  auto options = selfieseg_default_options();
  options.smoothing = 1, options.tracking = 1;
  const Model model = Model::Open("general");
  Session session(model, options), turning(model, options);
  for (const int orientation : {6, 1, 8}) {
    session.Reset();
    for (int i = 0; i < 12; ++i) {
      Bytes rgb(480 * 270 * 3, 90);
      const Bytes small = Draw(120, 160);  // far away, and walking
      for (int y = 0; y < 160; ++y) {
        std::copy_n(&small[size_t(y * 120 * 3)], 120 * 3,
                    &rgb[size_t(((y + 90) * 480 + 40 + 12 * i) * 3)]);
      }
      Frame upright(SELFIESEG_RGB, 480, 270);
      Encode(rgb, &upright);
      const Bytes expected = UprightMatteOf(session, upright);
      const Bytes matte = UprightMatteOf(turning, Stored(upright, orientation));
      EXPECT_LE(MeanDifference(matte, expected), 0.5) << orientation << ", frame " << i;
    }
  }
}

TEST(Turned, ResultsAreThoseOfUprightFrames) {
  const int width = 240, height = 322;
  Bytes picture(30 * 20 * 3);
  for (size_t i = 0; i < picture.size(); ++i) picture[i] = uint8_t(i % 3 * 40 + i / 3 % 30 * 5);
  Bytes dot(64 * 40 * 4);  // so large that a wrong place is seen in the mean
  for (size_t i = 0; i < dot.size(); ++i) dot[i] = uint8_t(i % 4 == 3 ? 200 : i * 3);
  const auto behind = selfieseg_wrap(SELFIESEG_RGB, 30, 20, picture.data(), 0);
  const auto layer = selfieseg_wrap(SELFIESEG_RGBA, 64, 40, dot.data(), 0);
  auto wrapped = selfieseg_default_effect_options();
  wrapped.background = SELFIESEG_PICTURE, wrapped.picture = behind, wrapped.light_wrap = 1;
  const Model model = Model::Open("general");
  Session session(model), turning(model);
  for (const auto format : {SELFIESEG_RGBA, SELFIESEG_NV12}) {
    const Frame upright = Somebody(format, width, height);
    Effect effects[] = {Effect::Blur(9), Effect::Color(9, 200, 30), Effect::Picture(behind),
                        Effect(wrapped)};
    for (Effect& effect : effects) {
      effect.SetLayer(SELFIESEG_FRONT, layer, 6, 270);
      effect.SetLayer(SELFIESEG_BEHIND, layer, width - 40, -8);
      Frame expected(upright);
      session.Process(effect, upright.view, expected.view);
      for (int orientation = 1; orientation <= 8; ++orientation) {
        const Frame stored = Stored(upright, orientation);
        Frame out(stored);
        out.view.orientation = 0;  // the frame's counts
        turning.Process(effect, stored.view, out.view);
        const Frame seen = Turned(out, orientation);
        const std::vector<int> is = NumbersOf(seen), should = NumbersOf(expected);
        EXPECT_LE(MeanDifference(is, should), 0.5)
            << format << ", effect " << &effect - effects << ", " << orientation;
      }
    }
  }
}

TEST(Turned, PicturesThatLieAnotherWayAreRefused) {
  Frame frame = Somebody(SELFIESEG_NV12, 64, 64), behind(frame);
  Bytes matte(64 * 64);
  auto options = selfieseg_default_effect_options();
  options.background = SELFIESEG_PICTURE;
  Effect effect(options);
  effect.SetPicture(behind.view);
  const auto view = selfieseg_wrap(SELFIESEG_GRAY, 64, 64, matte.data(), 0);
  effect.Compose(frame.view, view, frame.view);
  frame.view.orientation = 6;
  EXPECT_THROW(effect.Compose(frame.view, view, frame.view), Error);
  behind.view.orientation = 6;
  effect.SetPicture(behind.view);
  effect.Compose(frame.view, view, frame.view);
  EXPECT_THROW(effect.SetLayer(SELFIESEG_FRONT, behind.view, 0, 0), Error);
}

}  // namespace
}  // namespace selfieseg
