#include "compose/backdrop.h"

#include <algorithm>
#include <cmath>

#include "base/resample.h"
#include "base/turn.h"

namespace selfieseg::core {
namespace {

// Along one side of the frame: which part of the picture is shown, and where.
struct Span {
  int from, of_picture;  // pixels of the picture
  int at, of_frame;      // pixels of the frame
};

// `scale`: pixels of the frame for one of the picture.
Span Place(int picture, int frame, double scale) {
  const int shown = std::clamp(int(std::lround(picture * scale)), 1, frame);
  const int used = std::clamp(int(std::lround(shown / scale)), 1, picture);
  return {(picture - used) / 2, used, (frame - shown) / 2, shown};
}

}  // namespace

Numbers::Numbers(const Image& like, const float rgb[3]) : bytes(size_t(like.format->number_bytes)) {
  const PixelFormat& format = *like.format;
  float colour[4] = {rgb[0], rgb[1], rgb[2], 255};
  if (format.yuv) like.coding.FromRgb(rgb, colour);
  if (format.id == SELFIESEG_GRAY) {
    colour[0] = (77 * rgb[0] + 150 * rgb[1] + 29 * rgb[2]) * (1.0f / 256);
  }
  for (int c = 0; c < 4; ++c) {
    const float number = std::clamp(format.Steps() * colour[c] + 0.5f, 0.0f, format.Most());
    of[c] = uint16_t(int(number) << format.shift);
  }
}

Backdrop::Backdrop(const RowKernels& rows, const Image& picture, selfieseg_fit fit,
                   const uint8_t rgb[3], const Image& out) {
  // All of it as RGB first, upright.
  const bool swaps = SwapsSides(out.orientation);
  const int width = swaps ? out.height : out.width, height = swaps ? out.width : out.height;
  std::vector<float> pixels(size_t(width) * size_t(height) * 3);
  for (size_t i = 0; i < pixels.size(); ++i) pixels[i] = rgb[i % 3];
  const double across = double(width) / picture.width;
  const double down = double(height) / picture.height;
  const double scale = fit == SELFIESEG_CENTER ? 1.0
                       : fit == SELFIESEG_FIT  ? std::min(across, down)
                                               : std::max(across, down);
  const Span x = Place(picture.width, width, scale);
  const Span y = Place(picture.height, height, scale);
  const Image part = picture.Part({x.from, y.from, x.of_picture, y.of_picture});
  const Shape shape = {y.of_frame, x.of_frame, 3};
  Resampler resampler(rows, Filter::kArea, part.width, part.height, shape);
  std::vector<float> row(size_t(shape.width) * 3);
  resampler.Prepare(Samples(part).step);
  for (int line = 0; line < shape.height; ++line) {
    resampler.Row(Samples(part), 1.0f, line, row.data());
    std::copy(row.begin(), row.end(),
              &pixels[(size_t(y.at + line) * size_t(width) + size_t(x.at)) * 3]);
  }
  if (out.orientation != 1) {
    const std::vector<float> upright = pixels;
    TurnFloats(upright.data(), width, height, 3, Inverse(out.orientation), pixels.data());
  }
  view_ = out;
  // Then each group's numbers: luma of its own pixel, all else of their mean.
  for (int plane = 0; plane < out.format->planes; ++plane) {
    const PlaneLayout& layout = out.format->plane[plane];
    const int groups = layout.Groups(out.width), lines = layout.Lines(out.height);
    bytes_[plane] = out.format->RowBytes(plane, out.width);
    lines_[plane].resize(bytes_[plane] * size_t(lines) + kRowPadding);
    uint8_t* to = lines_[plane].data();
    (plane == 0 ? view_.data : view_.chroma[plane - 1]) = to;
    (plane == 0 ? view_.stride : view_.chroma_stride[plane - 1]) = bytes_[plane];
    for (int i = 0; i < groups * lines; ++i) {
      const int left = i % groups << layout.x_shift, top = i / groups << layout.y_shift;
      const int right = std::min(left + (1 << layout.x_shift), out.width);
      const int bottom = std::min(top + (1 << layout.y_shift), out.height);
      const auto pixel = [&](int px, int py) {
        return &pixels[(size_t(py) * size_t(out.width) + size_t(px)) * 3];
      };
      float mean[3] = {};
      for (int py = top; py < bottom; ++py) {
        for (int px = left; px < right; ++px) {
          const float share = 1.0f / float((right - left) * (bottom - top));
          for (int c = 0; c < 3; ++c) mean[c] += pixel(px, py)[c] * share;
        }
      }
      const Numbers of_mean(out, mean);
      for (int c = 0, px = left; c < layout.channels; ++c) {
        const int component = layout.component[c];
        const bool own = out.format->yuv && component == 0 && layout.x_shift > 0;
        const Numbers numbers = own ? Numbers(out, pixel(std::min(px++, right - 1), top)) : of_mean;
        numbers.Store(component, to);
        to += numbers.bytes;
      }
    }
  }
}

}  // namespace selfieseg::core
