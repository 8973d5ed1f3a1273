#include "compose/backdrop.h"

#include <algorithm>
#include <cmath>

#include "base/resample.h"

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

Backdrop::Backdrop(const RowKernels& rows, const Image& picture, selfieseg_fit fit,
                   const uint8_t rgb[3], int width, int height)
    : width_(size_t(width)), pixels_(width_ * size_t(height) * 4) {
  for (size_t i = 0; i < pixels_.size(); i += 4) {
    std::copy_n(rgb, 3, &pixels_[i]);
    pixels_[i + 3] = 255;
  }
  const double across = double(width) / picture.width, down = double(height) / picture.height;
  const double scale = fit == SELFIESEG_CENTER ? 1.0
                       : fit == SELFIESEG_FIT  ? std::min(across, down)
                                               : std::max(across, down);
  const Span x = Place(picture.width, width, scale), y = Place(picture.height, height, scale);
  const Image part = picture.Part({x.from, y.from, x.of_picture, y.of_picture});
  const Shape shape = {y.of_frame, x.of_frame, 3};
  Resampler resampler(rows, Filter::kArea, part.width, part.height, shape);
  std::vector<float> row(size_t(shape.width) * 3);
  for (int line = 0; line < shape.height; ++line) {
    resampler.Row(part, 1.0f, line, row.data());
    uint8_t* to = &pixels_[(size_t(y.at + line) * width_ + size_t(x.at)) * 4];
    for (size_t i = 0; i < row.size(); ++i) {
      to[i / 3 * 4 + i % 3] = uint8_t(std::min(row[i] + 0.5f, 255.0f));
    }
  }
}

}  // namespace selfieseg::core
