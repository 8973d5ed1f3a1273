// The shape of a picture-like tensor: batch 1, rows of pixels, channels innermost (NHWC).
#pragma once

#include <cstddef>

namespace selfieseg::core {

struct Shape {
  int height = 0;
  int width = 0;
  int channels = 0;

  size_t size() const { return size_t(height) * width * channels; }
  bool operator==(const Shape&) const = default;
};

}  // namespace selfieseg::core
