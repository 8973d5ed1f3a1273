#include "compose/backdrop.h"

#include <algorithm>
#include <cmath>
#include <cstring>

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
    : width_(size_t(width)), height_(size_t(height)), planes_(3 * width_ * height_) {
  const double across = double(width) / picture.width, down = double(height) / picture.height;
  const double scale = fit == SELFIESEG_CENTER ? 1.0
                       : fit == SELFIESEG_FIT  ? std::min(across, down)
                                               : std::max(across, down);
  const Span x = Place(picture.width, width, scale), y = Place(picture.height, height, scale);
  for (size_t c = 0; c < 3; ++c)
    std::memset(&planes_[c * width_ * height_], rgb[c], width_ * height_);

  Image part = picture;
  part.data += size_t(y.from) * part.stride + size_t(x.from) * part.format->bytes_per_pixel;
  part.width = x.of_picture;
  part.height = y.of_picture;
  const Shape shape = {y.of_frame, x.of_frame, 3};
  Resampler resampler(rows, Filter::kArea, part.width, part.height, shape);
  std::vector<float> row(size_t(shape.width) * 3);
  for (int line = 0; line < shape.height; ++line) {
    resampler.Row(part, 1.0f, line, row.data());
    for (size_t i = 0; i < row.size(); ++i) {
      const size_t at = size_t(y.at + line) * width_ + size_t(x.at) + i / 3;
      planes_[(i % 3) * width_ * height_ + at] = uint8_t(std::min(row[i] + 0.5f, 255.0f));
    }
  }
}

void Backdrop::Row(int y, const Part& part, const Planes& out) const {
  uint8_t* const planes[] = {out.red, out.green, out.blue};
  for (size_t c = 0; c < 3; ++c) {
    std::memcpy(planes[c], &planes_[(c * height_ + size_t(y)) * width_ + part.begin], part.width());
  }
}

}  // namespace selfieseg::core
