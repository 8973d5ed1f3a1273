// A picture in the size of the frame: filled, fitted or centred, kept row by row.
#pragma once

#include <vector>

#include "base/image.h"
#include "base/rows.h"
#include "compose/parts.h"

namespace selfieseg::core {

// `picture` is any frame format. What it leaves free has the colour red, green, blue.
class Backdrop {
 public:
  Backdrop(const RowKernels& rows, const Image& picture, selfieseg_fit fit, const uint8_t rgb[3],
           int width, int height);

  // A part of row y, to planes with room. Real-time safe.
  void Row(int y, const Part& part, const Planes& out) const;

 private:
  size_t width_, height_;
  std::vector<uint8_t> planes_;  // red, green, blue, each height x width
};

}  // namespace selfieseg::core
