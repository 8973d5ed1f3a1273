// Any frame to an RGB tensor of any size, in one pass over the frame's rows.
#pragma once

#include <vector>

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
  Taps(Filter filter, int in, int out, int unit);

  size_t taps;
  std::vector<int32_t> first;     // first + taps <= in
  std::vector<uint32_t> weights;  // [out][taps]; each sums to the unit
};

// For frames of one size. In 16-bit numbers: within 1/2000 of exact arithmetic.
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
  std::vector<uint16_t> weights_;              // of the columns, as TapColumns wants them
  std::vector<const uint8_t*> rows_of_frame_;  // and
  std::vector<uint16_t> row_weights_;          // for one row of the tensor
  std::vector<uint16_t> sums_;                 // of these rows, for each byte
};

}  // namespace selfieseg::core
