#include "compose/overlay.h"

#include <algorithm>
#include <cstring>

#include "base/turn.h"
#include "compose/backdrop.h"

namespace selfieseg::core {

Overlay::Span Overlay::Span::Within(size_t first, size_t last) const {
  Span part = *this;
  part.begin = std::max(begin, first), part.end = std::min(end, last);
  if (part.empty()) return {};
  part.numbers += (part.begin - begin) * channels * number_bytes;
  part.alpha += (part.begin - begin) * channels;
  return part;
}

void Overlay::Set(const Image& picture, int x, int y) {
  const size_t row = picture.format->RowBytes(0, picture.width);
  picture_.resize(row * size_t(picture.height));  // may throw: then the layer is as before
  picture_format_ = picture.format;
  // What lies further away is not seen either, and sums of these do not overflow.
  constexpr int kFar = 2 * kMaxSide;
  upright_ = {std::clamp(x, -kFar, kFar), std::clamp(y, -kFar, kFar), picture.width,
              picture.height};
  for (int line = 0; line < picture.height; ++line) {
    std::memcpy(&picture_[row * size_t(line)], picture.Row(line), row);
  }
  ready_ = false;
}

void Overlay::Prepare(const Image& out) {
  if (empty()) return;
  const bool same = format_ == out.format && frame_width_ == out.width &&
                    frame_height_ == out.height && coding_ == out.coding &&
                    orientation_ == out.orientation;
  if (ready_ && same) return;
  ready_ = false;  // in case that what follows throws
  part_ = StoredPart(upright_, out.orientation, out.width, out.height);
  if (out.orientation != 1) {
    const size_t pixel = size_t(picture_format_->bytes_per_pixel);
    turned_.resize(picture_.size());
    Turn({picture_.data(), size_t(upright_.width) * pixel, upright_.width, upright_.height, pixel},
         Inverse(out.orientation),
         {turned_.data(), size_t(part_.width) * pixel, part_.width, part_.height, pixel});
  }
  for (int plane = 0; plane < out.format->planes; ++plane) Fill(out, plane);
  format_ = out.format, coding_ = out.coding, orientation_ = out.orientation;
  frame_width_ = out.width, frame_height_ = out.height;
  ready_ = true;
}

// Luma is that of its own pixel; all else is the mean of a group's pixels, by their alpha.
void Overlay::Fill(const Image& out, int number) {
  const PlaneLayout& layout = out.format->plane[number];
  const auto& [left, top, width, height] = part_;
  const int right = std::clamp(left + width, 0, out.width);
  const int bottom = std::clamp(top + height, 0, out.height);
  const uint8_t* picture = out.orientation == 1 ? picture_.data() : turned_.data();
  Plane& plane = planes_[number];
  plane.left = std::max(left, 0) >> layout.x_shift, plane.top = std::max(top, 0) >> layout.y_shift;
  plane.groups = std::max(layout.Groups(right) - plane.left, 0);
  plane.lines = std::max(layout.Lines(bottom) - plane.top, 0);
  plane.channels = size_t(layout.channels);
  const size_t count = size_t(plane.groups) * size_t(plane.lines) * plane.channels + kRowPadding;
  plane.numbers.resize(count * size_t(out.format->number_bytes));
  plane.alpha.resize(count);
  const PixelFormat& format = *picture_format_;
  const size_t step = size_t(format.bytes_per_pixel);
  const auto read = [&](int x, int y, float rgb[3]) {  // of the frame's pixels; returns alpha
    const bool inside = x >= part_.x && y >= part_.y && x < right && y < bottom;
    if (!inside) return 0;
    const size_t at = size_t(y - part_.y) * size_t(part_.width) + size_t(x - part_.x);
    const uint8_t* pixel = picture + at * step;
    rgb[0] = pixel[format.red], rgb[1] = pixel[format.green], rgb[2] = pixel[format.blue];
    return format.alpha < 0 ? 255 : int(pixel[format.alpha]);
  };
  uint8_t *to = plane.numbers.data(), *alpha = plane.alpha.data();
  for (int i = 0; i < plane.groups * plane.lines; ++i) {
    const int x = (plane.left + i % plane.groups) << layout.x_shift;
    const int y = (plane.top + i / plane.groups) << layout.y_shift;
    float sum[3] = {};
    const int last_x = std::min(x + (1 << layout.x_shift), out.width);
    const int last_y = std::min(y + (1 << layout.y_shift), out.height);
    int shown = 0;
    for (int py = y; py < last_y; ++py) {
      for (int px = x; px < last_x; ++px) {
        float rgb[3] = {};
        const int share = read(px, py, rgb);
        shown += share;
        for (int c = 0; c < 3; ++c) sum[c] += rgb[c] * float(share);
      }
    }
    if (shown == 0) {
      std::fill_n(alpha, layout.channels, uint8_t{0});
      to += out.format->GroupBytes(number), alpha += layout.channels;
      continue;
    }
    for (float& value : sum) value /= float(shown);
    const Numbers mean(out, sum);
    const int pixels = (last_x - x) * (last_y - y);
    const uint8_t mean_alpha = uint8_t((shown + pixels / 2) / pixels);
    for (int c = 0, px = x; c < layout.channels; ++c) {
      const int component = layout.component[c];
      mean.Store(component, to);
      *alpha = mean_alpha;
      if (out.format->yuv && component == 0 && layout.x_shift > 0) {
        float rgb[3] = {};
        *alpha = uint8_t(read(px++, y, rgb));
        Numbers(out, rgb).Store(0, to);
      }
      to += mean.bytes, ++alpha;
    }
  }
}

Overlay::Span Overlay::OfLine(int number, int y) const {
  const Plane& plane = planes_[number];
  if (empty() || y < plane.top || y >= plane.top + plane.lines) return {};
  const size_t at = size_t(y - plane.top) * size_t(plane.groups) * plane.channels;
  const size_t bytes = size_t(format_->number_bytes);
  return {size_t(plane.left),
          size_t(plane.left + plane.groups),
          &plane.numbers[at * bytes],
          &plane.alpha[at],
          plane.channels,
          bytes};
}

}  // namespace selfieseg::core
