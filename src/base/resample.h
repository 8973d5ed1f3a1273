// Any frame to an RGB tensor of any size, in one pass over the frame's rows.
#pragma once

#include <vector>

#include "base/buffer.h"
#include "base/image.h"
#include "base/rows.h"
#include "base/tensor.h"

namespace selfieseg::core {

enum class Filter {
  kBilinear,  // the two nearest pixels, whatever the reduction: aliases, as MediaPipe does
  kArea,      // the mean of the pixels that an output covers; bilinear where it enlarges
};

// What one axis needs: `taps` neighbours and their weights for every output.
struct Taps {
  Taps(Filter filter, int in, int out);

  size_t taps;
  std::vector<int32_t> first;  // first + taps <= in
  std::vector<float> weights;  // [out][taps]; each sums to 1
};

// For frames of one size.
class Resampler {
 public:
  Resampler(const RowKernels& rows, Filter filter, int width, int height, const Shape& shape);

  bool Fits(int width, int height) const { return width == width_ && height == height_; }

  // tensor[y][x] = scale * RGB: shape.height x shape.width x 3. Half-pixel centres, edges clamped.
  // Real-time safe.
  void Run(const Image& frame, float scale, float* tensor);
  // Row y of it: shape.width x 3.
  void Row(const Image& frame, float scale, int y, float* row);

 private:
  const RowKernels* rows_;
  int width_, height_;
  Shape shape_;
  Taps columns_, lines_;
  Buffer sums_;  // of a row of the frame, for each byte of it
};

}  // namespace selfieseg::core
