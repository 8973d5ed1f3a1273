// A picture in the size and format of the frame: filled, fitted or centred.
#pragma once

#include <cstring>
#include <vector>

#include "base/image.h"
#include "base/rows.h"

namespace selfieseg::core {

// The numbers of a format for a colour; what is no colour is opaque.
struct Numbers {
  Numbers(const Image& like, const float rgb[3]);
  // Writes one, as the format has it.
  void Store(int component, uint8_t* to) const { std::memcpy(to, &of[component], bytes); }

  size_t bytes;    // of each
  uint16_t of[4];  // by PlaneLayout::component; little-endian, as the formats are
};

class Backdrop {
 public:
  // `picture` is any frame format, and upright; the result lies as `out` does. What it leaves free
  // has the colour red, green, blue.
  Backdrop(const RowKernels& rows, const Image& picture, selfieseg_fit fit, const uint8_t rgb[3],
           const Image& out);

  // All of it, of the format.
  const Image& View() const { return view_; }
  // A line of a plane of the format.
  const uint8_t* Line(int plane, int y) const { return &lines_[plane][size_t(y) * bytes_[plane]]; }

 private:
  Image view_;
  size_t bytes_[3] = {};  // of a line
  std::vector<uint8_t> lines_[3];
};

}  // namespace selfieseg::core
