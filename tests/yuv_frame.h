// For tests: a drawn person as a frame of any format, and its numbers one by one.
#pragma once

#include <algorithm>
#include <cmath>
#include <vector>

#include "base/image.h"
#include "selfieseg/selfieseg.hpp"
#include "tests/somebody.h"

namespace selfieseg {

using Bytes = std::vector<uint8_t>;
inline constexpr uint8_t kGuard = 0xA5;
inline constexpr size_t kPadding = 6;  // bytes behind each row

// Somebody before a wall, as RGB.
inline Bytes Draw(int width, int height) {
  Bytes rgb(size_t(width) * size_t(height) * 3);
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      DrawSomebody(x, y, width, height, &rgb[(size_t(y) * size_t(width) + size_t(x)) * 3]);
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
      const size_t stride = row.RowBytes(plane, width) + kPadding;
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

  // Calls visit(number, component, x, y) for every number of the format, which it may change; x and
  // y are the pixel's, or the first one's of its group.
  template <class Visit>
  void ForNumbers(const Visit& visit) const {
    const core::Image all = image();
    for (int plane = 0; plane < all.format->planes; ++plane) {
      const core::PlaneLayout& layout = all.format->plane[plane];
      for (int line = 0; line < layout.Lines(all.height); ++line) {
        uint8_t* bytes = all.PlaneRow(plane, line);
        for (int group = 0; group < layout.Groups(all.width); ++group) {
          for (int i = 0, luma = 0; i < layout.channels; ++i) {
            const int component = layout.component[i];
            const bool second = all.format->yuv && component == 0 && luma++ > 0;
            int number =
                all.format->TenBits() ? (bytes[0] | bytes[1] << 8) >> all.format->shift : bytes[0];
            visit(number, component, (group << layout.x_shift) + second, line << layout.y_shift);
            number <<= all.format->shift;
            *bytes++ = uint8_t(number);
            if (all.format->TenBits()) *bytes++ = uint8_t(number >> 8);
          }
        }
      }
    }
  }
};

// The plain way: each number from the mean of the pixels of its group.
inline void Encode(const Bytes& rgb, Frame* frame) {
  const core::Image all = frame->image();
  frame->ForNumbers([&](int& number, int component, int x, int y) {
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
    const core::PixelFormat& format = *all.format;
    number = int(std::clamp(format.Steps() * value + 0.5f, 0.0f, format.Most()));
  });
}

inline std::vector<int> NumbersOf(const Frame& frame) {
  std::vector<int> numbers;
  frame.ForNumbers([&](int number, int, int, int) { numbers.push_back(number); });
  return numbers;
}

template <class Numbers>
double MeanDifference(const Numbers& a, const Numbers& b) {
  double sum = 0;
  for (size_t i = 0; i < a.size(); ++i) sum += std::abs(a[i] - b[i]);
  return sum / double(a.size());
}

inline Bytes MatteOf(Session& session, const Frame& frame) {
  Bytes matte(size_t(frame.view.width) * size_t(frame.view.height));
  session.Segment(frame.view, selfieseg_wrap(SELFIESEG_GRAY, frame.view.width, frame.view.height,
                                             matte.data(), 0));
  return matte;
}

}  // namespace selfieseg
