// Frames of Y'CbCr: the same person and the same results as from RGB, in every layout.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "base/image.h"
#include "compose/effect.h"
#include "input/sample.h"
#include "selfieseg/selfieseg.hpp"
#include "tests/checksum.h"

namespace selfieseg {
namespace {

using Bytes = std::vector<uint8_t>;
constexpr uint8_t kGuard = 0xA5;
constexpr size_t kPadding = 6;  // bytes behind each row

// Somebody in the middle, dark on a bright room, as smooth as chroma of half the size can show.
Bytes Draw(int width, int height) {
  Bytes rgb(size_t(width) * size_t(height) * 3);
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      uint8_t* pixel = &rgb[(size_t(y) * size_t(width) + size_t(x)) * 3];
      const double across = double(x) / width - 0.5, down = double(y) / height;
      const double head = std::hypot(across, (down - 0.4) * 0.8), body = std::abs(across) / 0.7;
      const bool person = head < 0.16 || (down > 0.6 && body < down - 0.3);
      pixel[0] = uint8_t(person ? 150 : 90 + 60 * down);
      pixel[1] = uint8_t(person ? 100 : 150);
      pixel[2] = uint8_t(person ? 80 : 170 - 60 * down);
    }
  }
  return rgb;
}

// A frame of any format with rows that are padded, all memory in one piece.
struct Frame {
  Bytes bytes;
  selfieseg_image view;

  Frame(selfieseg_format format, int width, int height)
      : view(selfieseg_wrap(format, width, height, nullptr, 0)) {
    const core::PixelFormat& row = *core::FindPixelFormat(format);
    std::vector<size_t> begins;
    size_t size = 0;
    for (int plane = 0; plane < row.planes; ++plane) {
      const core::PlaneLayout& layout = row.plane[plane];
      const size_t stride = size_t(layout.Groups(width)) * size_t(layout.channels) + kPadding;
      (plane == 0 ? view.stride : view.chroma_stride[plane - 1]) = stride;
      begins.push_back(size);
      size += stride * size_t(layout.Lines(height));
    }
    bytes.assign(size, kGuard);
    Place(begins);
  }
  Frame(const Frame& other) : bytes(other.bytes), view(other.view) {
    const uint8_t* first = static_cast<const uint8_t*>(other.view.data);
    std::vector<size_t> begins = {0};
    for (const void* plane : other.view.chroma) {
      if (plane != nullptr) begins.push_back(size_t(static_cast<const uint8_t*>(plane) - first));
    }
    Place(begins);
  }
  void Place(const std::vector<size_t>& begins) {
    view.data = bytes.data();
    for (size_t i = 1; i < begins.size(); ++i) view.chroma[i - 1] = &bytes[begins[i]];
  }
  core::Image image() const { return core::Image::Create(&view, "frame").value(); }

  // Calls visit(byte, component, x, y) for every number of the format; x and y are the pixel's, or
  // the first one's of its group.
  template <class Visit>
  void ForNumbers(const Visit& visit) const {
    const core::Image all = image();
    for (int plane = 0; plane < all.format->planes; ++plane) {
      const core::PlaneLayout& layout = all.format->plane[plane];
      for (int line = 0; line < layout.Lines(all.height); ++line) {
        uint8_t* byte = all.PlaneRow(plane, line);
        for (int group = 0; group < layout.Groups(all.width); ++group) {
          for (int i = 0, luma = 0; i < layout.channels; ++i, ++byte) {
            const int component = layout.component[i];
            const bool second = all.format->yuv && component == 0 && luma++ > 0;
            visit(*byte, component, (group << layout.x_shift) + second, line << layout.y_shift);
          }
        }
      }
    }
  }
};

// The plain way: each number from the mean of the pixels of its group.
void Encode(const Bytes& rgb, Frame* frame) {
  const core::Image all = frame->image();
  frame->ForNumbers([&](uint8_t& byte, int component, int x, int y) {
    const bool chroma = all.format->yuv && component > 0;
    const int across = chroma ? 2 : 1, down = chroma && all.format->plane[1].y_shift ? 2 : 1;
    float sum[3] = {}, yuv[3];
    for (int py = y; py < y + down; ++py) {
      for (int px = x; px < x + across; ++px) {
        const size_t at = size_t(std::min(py, all.height - 1)) * size_t(all.width) +
                          size_t(std::min(px, all.width - 1));
        for (size_t c = 0; c < 3; ++c) sum[c] += float(rgb[at * 3 + c]) / float(across * down);
      }
    }
    all.coding.FromRgb(sum, yuv);
    const float value = all.format->yuv ? yuv[component] : component < 3 ? sum[component] : 255;
    byte = uint8_t(std::clamp(value + 0.5f, 0.0f, 255.0f));
  });
}

double MeanDifference(const Bytes& a, const Bytes& b) {
  double sum = 0;
  for (size_t i = 0; i < a.size(); ++i) sum += std::abs(a[i] - b[i]);
  return sum / double(a.size());
}

std::vector<selfieseg_format> YuvFormats() {
  std::vector<selfieseg_format> formats;
  for (const core::PixelFormat& format : core::PixelFormats()) {
    if (format.yuv) formats.push_back(format.id);
  }
  return formats;
}

Bytes MatteOf(Session& session, const Frame& frame) {
  Bytes matte(size_t(frame.view.width) * size_t(frame.view.height));
  session.Segment(frame.view, selfieseg_wrap(SELFIESEG_GRAY, frame.view.width, frame.view.height,
                                             matte.data(), 0));
  return matte;
}

TEST(Yuv, MattesAreThoseOfRgb) {
  for (const auto& [width, height] : {std::pair{320, 240}, {161, 91}}) {
    const Bytes rgb = Draw(width, height);
    Session session(Model::Open("general"));
    Frame packed(SELFIESEG_RGB, width, height);
    Encode(rgb, &packed);
    const Bytes expected = MatteOf(session, packed);
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
    plain.ForNumbers([&](uint8_t byte, int, int, int) { expected_rgb.push_back(byte); });
    for (const selfieseg_format format : YuvFormats()) {
      Frame frame(format, width, height);
      frame.view.siting = SELFIESEG_MIDDLE;
      Encode(rgb, &frame);
      Frame expected(frame), apart(frame);
      Encode(expected_rgb, &expected);
      std::fill(apart.bytes.begin(), apart.bytes.end(), kGuard);
      session.Process(effect, frame.view, apart.view);
      session.Process(effect, frame.view, frame.view);
      const char* name = core::FindPixelFormat(format)->name;
      EXPECT_EQ(frame.bytes, apart.bytes) << name;  // the padding, too: nobody has touched it
      EXPECT_LE(MeanDifference(frame.bytes, expected.bytes), 1.0)
          << name << ", effect " << &effect - effects;
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
      {SELFIESEG_NV12, 3191069078u}, {SELFIESEG_I420, 485919192u}, {SELFIESEG_UYVY, 3433348738u}};
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
        effect.Prepare(frame.image(), shape);
        effect.Start(tensor.data(), share.data());
        effect.Rows(frame.image(), alpha, 0, height, frame.image());
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
  Effect effect = Effect::Blur();
  EXPECT_THROW(
      session.Process(effect, frame.view, selfieseg_wrap(SELFIESEG_RGBA, 64, 64, rgba.data(), 0)),
      Error);
}

}  // namespace
}  // namespace selfieseg
