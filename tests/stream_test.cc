// Frames of one stream: what a session remembers, and what it does not.
#include <gtest/gtest.h>

#include <algorithm>

#include "selfieseg/selfieseg.hpp"
#include "tests/made_up_picture.h"
#include "tests/somebody.h"

#if defined(__SSE2__)
#include <xmmintrin.h>
#endif

namespace selfieseg {
namespace {

std::vector<float> FloatsOf(Session& session, selfieseg_image frame) {
  std::vector<float> matte(size_t(frame.width) * size_t(frame.height));
  session.Segment(frame,
                  selfieseg_wrap(SELFIESEG_GRAY_F32, frame.width, frame.height, matte.data(), 0));
  return matte;
}

TEST(Stream, SmoothingRemembersUntilReset) {
  const int width = 96, height = 96;
  Pixels person = MadeUpPicture(width, height), darker = person;
  for (uint8_t& byte : darker) byte = uint8_t(byte * 0.99);
  const auto first = selfieseg_wrap(SELFIESEG_RGB, width, height, person.data(), 0);
  const auto second = selfieseg_wrap(SELFIESEG_RGB, width, height, darker.data(), 0);
  auto options = selfieseg_default_options();
  options.quality = "fast";
  const Model model = Model::Open("general");
  Session alone(model, options);
  options.smoothing = 1;
  Session session(model, options);
  const std::vector<float> own = FloatsOf(alone, second);
  EXPECT_EQ(FloatsOf(session, first), FloatsOf(alone, first));
  EXPECT_NE(FloatsOf(session, second), own);
  session.Reset();
  EXPECT_EQ(FloatsOf(session, second), own);
  options.smoothing = 1.5f;
  EXPECT_THROW(Session(model, options), Error);
  options.smoothing = 1;
  options.quality = "best";
  EXPECT_THROW(Session(model, options), Error);
}

// A stream that becomes larger, as a call's does with its bandwidth, goes on as if it had always
// been of that size: what smoothing remembers is of the network's size.
TEST(Stream, SmoothingGoesOnInAnotherSizeAndFormat) {
  const int width = 256, height = 256;
  Pixels rgb = MadeUpPicture(width, height), bgra(rgb.size() / 3 * 4 * 4, 255);
  for (size_t i = 0; i < bgra.size() / 4; ++i) {  // each pixel four times
    const uint8_t* from = &rgb[(i / (width * 2) / 2 * width + i % (width * 2) / 2) * 3];
    std::reverse_copy(from, from + 3, &bgra[i * 4]);
  }
  Pixels darker = bgra;
  for (uint8_t& byte : darker) byte = uint8_t(byte * 0.99);
  const auto small = selfieseg_wrap(SELFIESEG_RGB, width, height, rgb.data(), 0);
  const auto large = selfieseg_wrap(SELFIESEG_BGRA, width * 2, height * 2, bgra.data(), 0);
  const auto second = selfieseg_wrap(SELFIESEG_BGRA, width * 2, height * 2, darker.data(), 0);

  auto options = selfieseg_default_options();
  options.quality = "fast";
  const Model model = Model::Open("general");
  Session alone(model, options);
  options.smoothing = 1;
  Session growing(model, options), constant(model, options);
  FloatsOf(growing, small);
  FloatsOf(constant, large);
  const std::vector<float> matte = FloatsOf(growing, second);
  EXPECT_TRUE(matte == FloatsOf(constant, second));
  EXPECT_FALSE(matte == FloatsOf(alone, second));
}

// Whatever a session and an effect made room for before leaves no trace.
TEST(Stream, FramesChangeTheirSizeAndFormatByTurns) {
  const Model model = Model::Open("landscape");
  Session session(model);
  Effect effect = Effect::Blur();
  struct Case {
    selfieseg_format format;
    int width, height;
  };
  const Case cases[] = {{SELFIESEG_NV12, 320, 180}, {SELFIESEG_NV12, 640, 360},
                        {SELFIESEG_I420, 640, 360}, {SELFIESEG_RGBA, 97, 211},
                        {SELFIESEG_YUY2, 320, 180}, {SELFIESEG_NV12, 320, 180}};
  for (const Case& c : cases) {
    const Pixels frame = MadeUpPicture(c.width, c.height * 2);  // room for any format
    const auto blurred = [&](Session& by, Effect& with) {
      Pixels pixels = frame;
      const auto view = selfieseg_wrap(c.format, c.width, c.height, pixels.data(), 0);
      by.Process(with, view, view);
      return pixels;
    };
    Session fresh_session(model);
    Effect fresh_effect = Effect::Blur();
    const Pixels pixels = blurred(session, effect);
    EXPECT_EQ(pixels, blurred(fresh_session, fresh_effect)) << c.width << ", format " << c.format;
    EXPECT_NE(pixels, frame);
  }
}

#if defined(__SSE2__)
// Floats too small to be normal cost some processors a hundred cycles each. Gates that are nearly
// shut made them, of noise above all; and so may smoothing, once somebody has left.
TEST(Stream, MakesNoDenormalNumbers) {
  constexpr int kWidth = 320, kHeight = 240;
  constexpr unsigned kDenormal = 0x02, kUnderflow = 0x10;  // sticky bits of MXCSR
  Pixels somebody(kWidth * kHeight * 3), noise(somebody.size()), black(somebody.size());
  for (int i = 0; i < kWidth * kHeight; ++i) {
    DrawSomebody(i % kWidth, i / kWidth, kWidth, kHeight, &somebody[size_t(i) * 3]);
  }
  for (size_t i = 0; i < noise.size(); ++i) noise[i] = uint8_t(i * 7 % 256);
  for (const char* network : {"general", "landscape"}) {
    const Model model = Model::Open(network);
    auto options = selfieseg_default_options();
    options.smoothing = 1;
    Session session(model, options);
    Effect effect = Effect::Blur();
    for (Pixels* picture : {&somebody, &noise, &somebody, &black}) {
      for (int i = 0; i < 40; ++i) {
        Pixels pixels = *picture;
        const auto frame = selfieseg_wrap(SELFIESEG_RGB, kWidth, kHeight, pixels.data(), 0);
        _mm_setcsr(_mm_getcsr() & ~(kDenormal | kUnderflow));
        session.Process(effect, frame, frame);
        ASSERT_EQ(_mm_getcsr() & (kDenormal | kUnderflow), 0u) << network << ", frame " << i;
      }
    }
  }
}
#endif

}  // namespace
}  // namespace selfieseg
