#include "compose/wrap.h"

#include <algorithm>
#include <cmath>

#include "base/between.h"

namespace selfieseg::core {
namespace {

constexpr int kBoxes = 2;

// Boxes of n samples have a variance of (n * n - 1) / 12.
int BoxRadius(float deviation) {
  const float n = std::sqrt(12 * deviation * deviation / kBoxes + 1);
  return std::max(1, int(std::lround((n - 1) / 2)));
}

// Means of a box along a line of samples that lie `step` apart; edges are clamped. `sums` has room
// for a sum more.
void Box(float* line, size_t count, size_t step, int radius, float* sums) {
  const int last = int(count) - 1;
  sums[0] = 0;
  for (size_t i = 0; i < count; ++i) sums[i + 1] = sums[i] + line[i * step];
  const float first_value = line[0], last_value = line[size_t(last) * step];
  for (int i = 0; i <= last; ++i) {
    const int before = std::max(radius - i, 0), after = std::max(i + radius - last, 0);
    const float inside =
        sums[size_t(std::min(i + radius, last)) + 1] - sums[size_t(std::max(i - radius, 0))];
    const float sum = inside + float(before) * first_value + float(after) * last_value;
    line[size_t(i) * step] = sum / float(2 * radius + 1);
  }
}

}  // namespace

Wrap::Wrap(const RowKernels& rows, const Shape& shape, int width, int height, float strength,
           float radius)
    : rows_(&rows),
      shape_(shape),
      height_(height),
      strength_(strength),
      box_x_(BoxRadius(radius / 2 * float(shape.width) / float(width))),
      box_y_(BoxRadius(radius / 2 * float(shape.height) / float(height))),
      columns_(shape.width, width),
      share_(size_t(shape.width) * size_t(shape.height)),
      sums_(size_t(std::max(shape.width, shape.height)) + 1),
      own_(share_.size()) {}

void Wrap::Start(const float* matte) {
  const size_t width = size_t(shape_.width), height = size_t(shape_.height);
  std::copy_n(matte, width * height, share_.data());
  for (int box = 0; box < kBoxes; ++box) {
    for (size_t y = 0; y < height; ++y) Box(&share_[y * width], width, 1, box_x_, sums_.data());
    for (size_t x = 0; x < width; ++x) Box(&share_[x], height, width, box_y_, sums_.data());
  }
  for (size_t i = 0; i < width * height; ++i) {
    const float own = 1.0f - strength_ * std::clamp(1.0f - share_[i], 0.0f, 1.0f);
    own_[i] = int16_t(own * (255 * 128) + 64.5f);
  }
}

void Wrap::Line(int y, WideLines* lines, uint8_t* own) const {
  const Between place = LocateBetween(y, shape_.height, height_);
  const int16_t* above = lines->Line(*rows_, columns_, own_.data(), place.first);
  const int16_t* below = lines->Line(*rows_, columns_, own_.data(), place.second);
  const int16_t share = int16_t(place.fraction * 32767);
  rows_->blend(above, below, share, size_t(columns_.width()), own);
}

}  // namespace selfieseg::core
