// A picture in the size of the frame: filled, fitted or centred, kept row by row.
#pragma once

#include <vector>

#include "base/image.h"
#include "base/rows.h"

namespace selfieseg::core {

class Backdrop {
 public:
  // `picture` is any frame format. What it leaves free has the colour red, green, blue.
  Backdrop(const RowKernels& rows, const Image& picture, selfieseg_fit fit, const uint8_t rgb[3],
           int width, int height);

  // RGBA, opaque.
  const uint8_t* Row(int y) const { return &pixels_[size_t(y) * width_ * 4]; }

 private:
  size_t width_;
  std::vector<uint8_t> pixels_;
};

}  // namespace selfieseg::core
