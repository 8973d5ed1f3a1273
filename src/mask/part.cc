#include "mask/part.h"

#include <algorithm>

#include "base/between.h"

namespace selfieseg::core {

std::optional<Rect> FindSure(const float* mask, const Shape& shape, float sure) {
  int left = shape.width, right = -1, top = shape.height, bottom = -1;
  for (int y = 0; y < shape.height; ++y) {
    for (int x = 0; x < shape.width; ++x) {
      if (!(mask[size_t(y) * size_t(shape.width) + size_t(x)] >= sure)) continue;
      left = std::min(left, x), right = std::max(right, x);
      top = std::min(top, y), bottom = std::max(bottom, y);
    }
  }
  if (right < 0) return std::nullopt;
  return Rect{left, top, right + 1 - left, bottom + 1 - top};
}

void ShowPart(const float* plane, const Rect& from, const Shape& shape, const Rect& to,
              float* shown) {
  const size_t width = size_t(shape.width), height = size_t(shape.height);
  for (size_t y = 0; y < height; ++y) {
    const double down = to.y + (double(y) + 0.5) * to.height / double(height);
    const Between row = LocateInPart(down, from.y, from.height, height);
    const float* above = plane + size_t(row.first) * width;
    const float* below = plane + size_t(row.second) * width;
    for (size_t x = 0; x < width; ++x) {
      const double across = to.x + (double(x) + 0.5) * to.width / double(width);
      const Between column = LocateInPart(across, from.x, from.width, width);
      const auto between = [&](const float* line) {
        return line[column.first] + (line[column.second] - line[column.first]) * column.fraction;
      };
      const float upper = between(above);
      shown[y * width + x] = upper + (between(below) - upper) * row.fraction;
    }
  }
}

}  // namespace selfieseg::core
