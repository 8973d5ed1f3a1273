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

// What an effect keeps from line to line is forgotten with the frame: nothing of a room that was
// seen before may be shown.
TEST(Stream, NothingOfOneFrameIsInTheNext) {
  const int width = 320, height = 240;
  const Model model = Model::Open("general");
  Pixels somebody(size_t(width) * height * 3);
  for (int i = 0; i < width * height; ++i) {
    DrawSomebody(i % width, i / width, width, height, &somebody[size_t(i) * 3]);
  }
  Pixels other(somebody);
  for (uint8_t& byte : other) byte = uint8_t(255 - byte);
  auto wrapped = selfieseg_default_effect_options();
  wrapped.background = SELFIESEG_COLOR;
  wrapped.light_wrap = 1;
  auto blurred = selfieseg_default_effect_options();
  blurred.background = SELFIESEG_BLUR;
  auto even = blurred;  // of so few lines that each is there when the next frame begins
  even.blur_radius = 4000;
  for (const auto& options : {blurred, even, wrapped}) {
    const auto process = [&](Session& session, Effect& effect, Pixels pixels) {
      const auto frame = selfieseg_wrap(SELFIESEG_RGB, width, height, pixels.data(), 0);
      session.Process(effect, frame, frame);
      return pixels;
    };
    Session used(model), fresh(model);
    Effect used_effect(options), fresh_effect(options);
    process(used, used_effect, other);
    EXPECT_TRUE(process(used, used_effect, somebody) == process(fresh, fresh_effect, somebody));
  }
}

// Threads divide the rows of a frame. What is the same is all of it: sampling, mask and result.
TEST(Stream, AnyNumberOfThreadsMakesTheSamePixels) {
  const int width = 322, height = 246;  // no number of bands divides it
  const Model model = Model::Open("general");
  Pixels somebody(size_t(width) * height * 3);
  for (int i = 0; i < width * height; ++i) {
    DrawSomebody(i % width, i / width, width, height, &somebody[size_t(i) * 3]);
  }
  const auto rgb = selfieseg_wrap(SELFIESEG_RGB, width, height, somebody.data(), 0);
  auto wrapped = selfieseg_default_effect_options();
  wrapped.background = SELFIESEG_COLOR;
  wrapped.light_wrap = 1;
  for (const auto format : {SELFIESEG_RGBA, SELFIESEG_NV12}) {
    Pixels first(somebody.size() * 2);
    const auto frame = selfieseg_wrap(format, width, height, first.data(), 0);
    Pixels nobody(size_t(width) * height, 0);
    Effect::Picture(rgb).Compose(
        frame, selfieseg_wrap(SELFIESEG_GRAY, width, height, nobody.data(), 0), frame);
    for (const int grow : {0, 3}) {
      std::vector<Pixels> results;
      for (const int threads : {1, 2, 7}) {
        auto options = selfieseg_default_options();
        options.threads = threads;
        options.smoothing = options.tracking = 1;
        options.grow = grow;
        Session session(model, options);
        Effect blur = Effect::Blur(), color(wrapped);
        Pixels result;
        for (int i = 0; i < 2; ++i) {
          Pixels matte(nobody.size());
          session.Segment(frame, selfieseg_wrap(SELFIESEG_GRAY, width, height, matte.data(), 0));
          result.insert(result.end(), matte.begin(), matte.end());
          for (Effect* effect : {&blur, &color}) {
            Pixels out(first.size());
            session.Process(*effect, frame, selfieseg_wrap(format, width, height, out.data(), 0));
            result.insert(result.end(), out.begin(), out.end());
          }
        }
        results.push_back(result);
      }
      EXPECT_GT(std::count(results[0].begin(), results[0].end(), 255), width) << "nobody was found";
      for (size_t i = 1; i < results.size(); ++i) {
        EXPECT_TRUE(results[i] == results[0]) << format << ", grown by " << grow << ": " << i;
      }
    }
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
