// Frames of Y'CbCr: the same person and the same results as from RGB, in every layout.
#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "base/image.h"
#include "compose/effect.h"
#include "input/sample.h"
#include "selfieseg/selfieseg.hpp"
#include "tests/checksum.h"
#include "tests/yuv_frame.h"

namespace selfieseg {
namespace {

std::vector<selfieseg_format> YuvFormats() {
  std::vector<selfieseg_format> formats;
  for (const core::PixelFormat& format : core::PixelFormats()) {
    if (format.yuv) formats.push_back(format.id);
  }
  return formats;
}

TEST(Yuv, MattesAreThoseOfRgb) {
  for (const auto& [width, height] : {std::pair{320, 240}, {161, 91}}) {
    const Bytes rgb = Draw(width, height);
    Session session(Model::Open("general"));
    Frame packed(SELFIESEG_RGB, width, height);
    Encode(rgb, &packed);
    const Bytes expected = MatteOf(session, packed);
    EXPECT_GT(MeanDifference(expected, Bytes(expected.size())), 30) << "nobody was found";
    for (const selfieseg_format format : YuvFormats()) {
      for (const auto matrix : {SELFIESEG_BT601, SELFIESEG_BT709, SELFIESEG_BT2020}) {
        for (const auto range : {SELFIESEG_LIMITED, SELFIESEG_FULL}) {
          Frame frame(format, width, height);
          frame.view.matrix = matrix;
          frame.view.range = range;
          frame.view.siting = SELFIESEG_MIDDLE;
          Encode(rgb, &frame);
          EXPECT_LE(MeanDifference(MatteOf(session, frame), expected), 1.5)
              << core::FindPixelFormat(format)->name << ", matrix " << matrix << ", range "
              << range;
        }
      }
    }
  }
}

TEST(Yuv, ResultsAreThoseOfRgbInPlaceAndNotInPlace) {
  const int width = 321, height = 243;
  const Bytes rgb = Draw(width, height);
  Bytes picture(12 * 10 * 3);
  for (size_t i = 0; i < picture.size(); ++i) picture[i] = uint8_t(60 + i % 3 * 40 + i / 12);
  Session session(Model::Open("general"));
  Effect effects[] = {Effect::Blur(), Effect::Blur(2), Effect::Color(200, 40, 90),
                      Effect::Picture(selfieseg_wrap(SELFIESEG_RGB, 12, 10, picture.data(), 0))};
  for (Effect& effect : effects) {
    Frame packed(SELFIESEG_RGB, width, height), plain(packed);
    Encode(rgb, &packed);
    session.Process(effect, packed.view, plain.view);
    Bytes expected_rgb;
    plain.ForNumbers([&](int byte, int, int, int) { expected_rgb.push_back(uint8_t(byte)); });
    for (const selfieseg_format format : YuvFormats()) {
      Frame frame(format, width, height);
      frame.view.siting = SELFIESEG_MIDDLE;
      Encode(rgb, &frame);
      Frame expected(frame), apart(frame);
      Encode(expected_rgb, &expected);
      std::fill(apart.bytes.begin(), apart.bytes.end(), kGuard);
      session.Process(effect, frame.view, apart.view);
      session.Process(effect, frame.view, frame.view);
      const core::PixelFormat& row = *core::FindPixelFormat(format);
      EXPECT_EQ(frame.bytes, apart.bytes) << row.name;  // the padding, too: nobody has touched it
      EXPECT_LE(MeanDifference(NumbersOf(frame), NumbersOf(expected)), row.Steps())
          << row.name << ", effect " << &effect - effects;
    }
  }
}

// Pinned: on every machine and instruction set the pixels are these.
TEST(Yuv, PixelsAreTheSameEverywhere) {
  const int width = 99, height = 75;
  const core::Shape shape = {24, 32, 3};
  const Bytes rgb = Draw(width, height);
  Bytes matte(size_t(width) * size_t(height));
  for (size_t i = 0; i < matte.size(); ++i) {
    matte[i] = uint8_t(std::clamp(int(i % size_t(width)) * 20 - 800, 0, 255));
  }
  const core::Image alpha = {core::FindPixelFormat(SELFIESEG_GRAY), width, height, matte.data(),
                             size_t(width)};
  std::vector<const core::RowKernels*> tables = core::SimdRows();
  tables.push_back(&core::ReferenceRows());
  const std::pair<selfieseg_format, uint32_t> sums[] = {
      {SELFIESEG_NV12, 4135657618u}, {SELFIESEG_I420, 2440589170u}, {SELFIESEG_UYVY, 3736081453u},
      {SELFIESEG_P010, 3645253792u}, {SELFIESEG_I010, 2882990040u}, {SELFIESEG_YVYU, 2749118585u},
      {SELFIESEG_I422, 2586245709u}, {SELFIESEG_I210, 1894469991u}};
  for (const auto& [format, sum] : sums) {
    for (const core::RowKernels* rows : tables) {
      Frame frame(format, width, height);
      Encode(rgb, &frame);
      std::vector<float> tensor(shape.size() + 1), luma(shape.size()), share(shape.size());
      core::Sampler sampler(*rows, core::Filter::kArea, shape);
      sampler.Prepare(alpha);
      sampler.Run(alpha, tensor.data(), share.data());
      sampler.Prepare(frame.image());
      sampler.Run(frame.image(), tensor.data(), luma.data());
      selfieseg_effect_options options = selfieseg_default_effect_options();
      for (const auto background : {SELFIESEG_COLOR, SELFIESEG_BLUR}) {
        options.background = background;
        core::Effect effect = core::Effect::Create(options, *rows).value();
        effect.Prepare(frame.image(), shape, 1);
        effect.Start(tensor.data(), share.data());
        effect.Rows(0, frame.image(), alpha, 0, height, frame.image());
      }
      EXPECT_EQ(Checksum<uint8_t>(frame.bytes), sum) << frame.image().format->name << rows->name;
    }
  }
}

// Rows without padding, as FFmpeg and others keep odd sizes in one piece of memory.
TEST(Yuv, WrapFindsThePlanesOfOddSizes) {
  uint8_t bytes[64] = {};
  const auto at = [&](const void* plane) { return static_cast<const uint8_t*>(plane) - bytes; };
  const auto i420 = selfieseg_wrap(SELFIESEG_I420, 5, 3, bytes, 0);
  EXPECT_EQ(i420.stride, 5u);
  EXPECT_EQ(i420.chroma_stride[0], 3u);
  EXPECT_EQ(i420.chroma_stride[1], 3u);
  EXPECT_EQ(at(i420.chroma[0]), 15);
  EXPECT_EQ(at(i420.chroma[1]), 21);
  const auto nv12 = selfieseg_wrap(SELFIESEG_NV12, 5, 3, bytes, 0);
  EXPECT_EQ(nv12.stride, 5u);
  EXPECT_EQ(nv12.chroma_stride[0], 6u);
  EXPECT_EQ(at(nv12.chroma[0]), 15);
  EXPECT_EQ(selfieseg_wrap(SELFIESEG_YUY2, 5, 3, bytes, 0).stride, 12u);
  EXPECT_EQ(selfieseg_wrap(SELFIESEG_NV12, 5, 3, bytes, 8).chroma_stride[0], 8u);
  const auto p010 = selfieseg_wrap(SELFIESEG_P010, 5, 3, bytes, 0);
  EXPECT_EQ(p010.stride, 10u);
  EXPECT_EQ(p010.chroma_stride[0], 12u);
  EXPECT_EQ(at(p010.chroma[0]), 30);
  const auto i010 = selfieseg_wrap(SELFIESEG_I010, 5, 3, bytes, 12);
  EXPECT_EQ(i010.chroma_stride[1], 6u);
  EXPECT_EQ(at(i010.chroma[1]), 48);
  const auto i422 = selfieseg_wrap(SELFIESEG_I422, 5, 3, bytes, 0);
  EXPECT_EQ(i422.chroma_stride[0], 3u);
  EXPECT_EQ(at(i422.chroma[1]), 15 + 3 * 3);
}

TEST(Yuv, WrongFramesAreRefusedByName) {
  Session session(Model::Open("general"));
  Frame frame(SELFIESEG_I420, 64, 64);
  Bytes matte(64 * 64), rgba(64 * 64 * 4);
  const auto sentence = [&](auto change) {
    selfieseg_image view = frame.view;
    change(view);
    try {
      session.Segment(view, selfieseg_wrap(SELFIESEG_GRAY, 64, 64, matte.data(), 0));
    } catch (const Error& error) {
      return std::string(error.what());
    }
    return std::string("(it did not fail)");
  };
  const auto has = [](const std::string& text, const char* part) {
    return text.find(part) != std::string::npos;
  };
  EXPECT_TRUE(has(sentence([](auto& v) { v.chroma[1] = nullptr; }), "has no plane 2 of i420"));
  EXPECT_TRUE(has(sentence([](auto& v) { v.chroma_stride[0] = 31; }), "chroma stride of 31"));
  EXPECT_TRUE(has(sentence([](auto& v) { v.matrix = selfieseg_matrix(9); }), "unknown matrix 9"));
  EXPECT_TRUE(has(sentence([](auto& v) { v.range = selfieseg_range(2); }), "unknown range 2"));
  EXPECT_TRUE(has(sentence([](auto& v) { v.siting = selfieseg_siting(-1); }), "unknown siting -1"));
  const Frame words(SELFIESEG_P010, 64, 64);
  const auto of_words = [&](auto change) {
    return sentence([&](selfieseg_image& view) {
      view = words.view;
      change(view);
    });
  };
  const auto shift = [](void* data) { return static_cast<void*>(static_cast<char*>(data) + 1); };
  const char* aligned = "frame of format p010 must be aligned to 2 bytes";
  EXPECT_TRUE(has(of_words([&](auto& v) { v.data = shift(v.data); }), aligned));
  EXPECT_TRUE(has(of_words([&](auto& v) { v.chroma[0] = shift(v.chroma[0]); }), aligned));
  EXPECT_TRUE(has(of_words([](auto& v) { v.stride -= 1; }), aligned));
  EXPECT_TRUE(has(of_words([](auto& v) { v.chroma_stride[0] -= 1; }), aligned));
  EXPECT_TRUE(has(of_words([](auto& v) { v.stride = 126; }), "stride of 126 bytes"));
  Effect effect = Effect::Blur();
  EXPECT_THROW(
      session.Process(effect, frame.view, selfieseg_wrap(SELFIESEG_RGBA, 64, 64, rgba.data(), 0)),
      Error);
}

}  // namespace
}  // namespace selfieseg
