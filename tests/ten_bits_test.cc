// Frames of ten bits: what eight give, with all steps that ten have.
#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "selfieseg/selfieseg.hpp"
#include "tests/yuv_frame.h"

namespace selfieseg {
namespace {

constexpr selfieseg_format kTenBits[] = {SELFIESEG_P010, SELFIESEG_I010, SELFIESEG_I210};

// Of 8 bits, with as many numbers.
selfieseg_format EightFor(selfieseg_format format) {
  return format == SELFIESEG_I210 ? SELFIESEG_I422 : SELFIESEG_I420;
}

// The same numbers in another depth or order of planes.
Frame Converted(const Frame& from, selfieseg_format format, int times) {
  Frame to(format, from.view.width, from.view.height);
  to.view.matrix = from.view.matrix;
  to.view.range = from.view.range;
  to.view.siting = from.view.siting;
  std::vector<int> numbers[3];
  from.ForNumbers(
      [&](int number, int component, int, int) { numbers[component].push_back(number * times); });
  size_t next[3] = {};
  to.ForNumbers([&](int& number, int component, int, int) {
    number = numbers[component][next[component]++];
  });
  return to;
}

TEST(TenBits, GiveTheMattesOfEight) {
  Session session(Model::Open("general"));
  for (const auto& [width, height] : {std::pair{320, 240}, {161, 91}}) {
    for (const auto siting : {SELFIESEG_LEFT, SELFIESEG_MIDDLE, SELFIESEG_TOP_LEFT}) {
      for (const selfieseg_format format : kTenBits) {
        Frame eight(EightFor(format), width, height);
        eight.view.siting = siting;
        Encode(Draw(width, height), &eight);
        const Bytes expected = MatteOf(session, eight);
        const Bytes matte = MatteOf(session, Converted(eight, format, 4));
        for (size_t i = 0; i < matte.size(); ++i) ASSERT_NEAR(matte[i], expected[i], 1) << format;
      }
    }
  }
}

// A gray matte that is all person on the left and soft over some columns.
Bytes LeftMatte(int width, int height, int soft_columns) {
  Bytes matte(size_t(width) * size_t(height));
  for (int i = 0; i < width * height; ++i) {
    const int beyond = i % width - width / 2;
    matte[size_t(i)] = uint8_t(std::clamp(255 - beyond * 255 / soft_columns, 0, 255));
  }
  return matte;
}

void ComposeBy(const Bytes& matte, Effect* effect, const Frame& frame, const Frame& out) {
  Bytes copy = matte;
  const int width = frame.view.width, height = frame.view.height;
  effect->Compose(frame.view, selfieseg_wrap(SELFIESEG_GRAY, width, height, copy.data(), 0),
                  out.view);
}

// A ramp of one step of ten bits for each eighth column: bytes would have bands of 32 columns.
Frame Ramp(selfieseg_format format, int width, int height) {
  Frame frame(format, width, height);
  frame.ForNumbers([&](int& number, int component, int x, int) {
    number = component == 0 ? 300 + x / 8 : 512 - x / 16;
  });
  return frame;
}

TEST(TenBits, StayTenWhenTheBackgroundIsBlurred) {
  const int width = 642, height = 101;
  for (const selfieseg_format format : kTenBits) {
    const Frame before = Ramp(format, width, height);
    Effect blur = Effect::Blur(20);
    Frame after(before);
    ComposeBy(LeftMatte(width, height, 8), &blur, before, after);
    const std::vector<int> is = NumbersOf(after);
    size_t i = 0;
    before.ForNumbers([&](int number, int, int x, int) {
      const bool person = x <= width / 2 - 2, inside = x > width / 2 + 30 && x < width - 30;
      EXPECT_NEAR(is[i], number, person ? 0 : inside ? 1 : 2) << "column " << x;
      ++i;
    });
    EXPECT_EQ(i, is.size());
  }
}

TEST(TenBits, OfABlurReachWhite) {
  for (const selfieseg_format format : kTenBits) {
    Frame white(format, 64, 48);
    white.view.range = SELFIESEG_FULL;
    Encode(Bytes(64 * 48 * 3, 255), &white);
    const Frame before(white);
    Effect blur = Effect::Blur(8);
    ComposeBy(Bytes(64 * 48, 0), &blur, white, white);
    EXPECT_EQ(NumbersOf(white), NumbersOf(before));
  }
}

TEST(TenBits, OfANewBackgroundAreTheNearest) {
  constexpr uint8_t kColours[][3] = {{255, 255, 255}, {0, 0, 0}, {255, 0, 0}, {13, 77, 201}};
  const Bytes nobody(34 * 22, 0);
  for (const selfieseg_format format : kTenBits) {
    for (const auto matrix : {SELFIESEG_BT601, SELFIESEG_BT709, SELFIESEG_BT2020}) {
      for (const auto range : {SELFIESEG_LIMITED, SELFIESEG_FULL}) {
        for (const uint8_t* rgb : kColours) {
          Frame frame(format, 33, 21);
          frame.view.matrix = matrix;
          frame.view.range = range;
          const float colour[3] = {float(rgb[0]), float(rgb[1]), float(rgb[2])};
          float yuv[3];
          core::YuvCoding(matrix, range, true).FromRgb(colour, yuv);
          Bytes pixel(rgb, rgb + 3);
          Effect effects[] = {
              Effect::Color(rgb[0], rgb[1], rgb[2]),
              Effect::Picture(selfieseg_wrap(SELFIESEG_RGB, 1, 1, pixel.data(), 0))};
          for (Effect& effect : effects) {
            ComposeBy(nobody, &effect, frame, frame);
            frame.ForNumbers([&](int number, int component, int, int) {
              const float exact = std::clamp(4 * yuv[component], 0.0f, 1023.0f);
              EXPECT_NEAR(number, exact, 0.51) << matrix << ", range " << range;
            });
          }
        }
      }
    }
  }
  EXPECT_FLOAT_EQ(core::YuvCoding(SELFIESEG_BT709, SELFIESEG_FULL, true).luma_share * 1020, 1023);
}

// From two gray levels that are two steps of a byte apart.
TEST(TenBits, OfAPictureHaveNoBands) {
  Bytes picture = {100, 102};
  Effect effect = Effect::Picture(selfieseg_wrap(SELFIESEG_GRAY, 2, 1, picture.data(), 0));
  Frame frame(SELFIESEG_I010, 320, 160);
  frame.view.range = SELFIESEG_FULL;
  ComposeBy(Bytes(320 * 160, 0), &effect, frame, frame);
  std::vector<int> levels;
  frame.ForNumbers([&](int number, int component, int, int) {
    if (component == 0) levels.push_back(number);
  });
  std::sort(levels.begin(), levels.end());
  levels.erase(std::unique(levels.begin(), levels.end()), levels.end());
  EXPECT_GE(levels.size(), 8u);  // bytes: 3
}

TEST(TenBits, WordsOutsideOfTheirTenBitsMeanNothing) {
  const int width = 161, height = 91;
  const Bytes matte = LeftMatte(width, height, 20);
  Effect effects[] = {Effect::Blur(9), Effect::Color(200, 40, 90)};
  for (const selfieseg_format format : kTenBits) {
    const int around = format == SELFIESEG_P010 ? 0x15 : 0xA800;
    Frame eight(EightFor(format), width, height);
    Encode(Draw(width, height), &eight);
    const Frame clean = Converted(eight, format, 4);
    Frame noisy(clean);
    const core::Image image = noisy.image();
    for (int plane = 0; plane < image.format->planes; ++plane) {
      const size_t bytes = image.format->RowBytes(plane, width);
      for (int line = 0; line < image.format->plane[plane].Lines(height); ++line) {
        uint8_t* row = image.PlaneRow(plane, line);
        for (size_t i = 0; i < bytes; ++i) row[i] |= uint8_t(i % 2 ? around >> 8 : around);
      }
    }
    Session session(Model::Open("general"));
    EXPECT_EQ(MatteOf(session, noisy), MatteOf(session, clean));
    for (Effect& effect : effects) {
      Frame expected(clean), out(noisy);
      ComposeBy(matte, &effect, clean, expected);
      ComposeBy(matte, &effect, noisy, out);
      for (size_t i = 0; i < out.bytes.size();
           ++i) {  // copied as it was, or without what is around
        ASSERT_TRUE(out.bytes[i] == noisy.bytes[i] || out.bytes[i] == expected.bytes[i]) << i;
      }
      const uint8_t* background = out.image().PlaneRow(0, 50) + 300;
      EXPECT_EQ((background[0] | background[1] << 8) & around, 0);
    }
  }
}

TEST(TenBits, BothOrdersGiveTheSame) {
  const int width = 321, height = 243;
  Frame eight(SELFIESEG_I420, width, height);
  Encode(Draw(width, height), &eight);
  Session session(Model::Open("general"));
  Effect effects[] = {Effect::Blur(), Effect::Color(200, 40, 90)};
  for (Effect& effect : effects) {
    Frame p010 = Converted(eight, SELFIESEG_P010, 4), i010 = Converted(eight, SELFIESEG_I010, 4);
    session.Process(effect, p010.view, p010.view);
    session.Process(effect, i010.view, i010.view);
    EXPECT_EQ(NumbersOf(Converted(p010, SELFIESEG_I010, 1)), NumbersOf(i010));
  }
}

}  // namespace
}  // namespace selfieseg
