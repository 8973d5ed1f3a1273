// A picture that is made up, for tests that need any.
#pragma once

#include <cstdint>
#include <vector>

namespace selfieseg {

using Pixels = std::vector<uint8_t>;

// A disc on a gradient, RGB.
inline Pixels MadeUpPicture(int width, int height) {
  Pixels rgb(size_t(width) * height * 3);
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      const double dx = double(x) / width - 0.5, dy = double(y) / height - 0.6;
      uint8_t* pixel = &rgb[(size_t(y) * width + x) * 3];
      const bool inside = dx * dx + dy * dy < 0.1;
      pixel[0] = uint8_t(inside ? 210 : 255 * x / width);
      pixel[1] = uint8_t(inside ? 160 : 255 * y / height);
      pixel[2] = uint8_t(inside ? 140 : 90);
    }
  }
  return rgb;
}

}  // namespace selfieseg
