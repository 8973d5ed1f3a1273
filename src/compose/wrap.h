// Light of the new background on the person's rim: how much of it, by the share of background
// around each pixel.
#pragma once

#include <vector>

#include "base/buffer.h"
#include "base/enlarge.h"
#include "base/rows.h"
#include "base/tensor.h"

namespace selfieseg::core {

class Wrap {
 public:
  // For frames of this size, made small to this shape. strength: 0..1, of which half is reached on
  // a straight edge. radius: twice the standard deviation of the surroundings, in pixels.
  Wrap(const RowKernels& rows, const Shape& shape, int width, int height, float strength,
       float radius);

  // matte: of the shape, in [0, 1]. Real-time safe, as is the other.
  void Start(const float* matte);
  // Makes room for lines, and forgets those that are there.
  void Prepare(WideLines* lines) const { lines->Prepare(columns_, 1); }
  // How much of row y stays the person's own, 255 being all. `lines` are kept by their user.
  void Line(int y, WideLines* lines, uint8_t* own) const;

 private:
  const RowKernels* rows_;
  Shape shape_;
  int height_;
  float strength_;
  int box_x_, box_y_;  // radii, in samples
  Cells columns_;
  Buffer share_, sums_;
  std::vector<int16_t> own_;  // times 128, and half a step
};

}  // namespace selfieseg::core
