#include "mask/part.h"

#include "base/between.h"

namespace selfieseg::core {

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
