// The small mask, drawn to the edges of the picture: a guided filter.
//
// Within every window the mask is fitted by slope * luma + offset, with least squares and a penalty
// epsilon on the slope (He, Sun, Tang: Guided Image Filtering, 2010). Evaluated with the luma of
// the full-size frame, the fit has that frame's edges (He, Sun: Fast Guided Filter, 2015).
#pragma once

#include "base/buffer.h"
#include "base/tensor.h"

namespace selfieseg::core {

class GuidedFilter {
 public:
  explicit GuidedFilter(const Shape& shape);  // of the network's input; its channels are ignored

  // tensor: the network's input, RGB in [0, 1]. mask: its output; NaN counts as 0. It is made
  // steeper first, so that what is nearly sure pulls no haze along the edges. epsilon: a variance
  // of luma that is noise. The result is two planes of the mask's size, slope and then offset.
  // Real-time safe.
  const float* Fit(const float* tensor, const float* mask, float epsilon);

 private:
  // Mean over the window of each pixel, from and to rows of `width_` floats; clamped at the edges.
  void BoxMean(const float* from, float* to);

  size_t width_, height_;
  Buffer luma_, person_, product_, square_;
  Buffer fit_;  // slope, offset
  Buffer row_;  // sums down the columns, with the edge repeated on both sides
};

}  // namespace selfieseg::core
