// Any frame to an RGB tensor of any size, in one pass over the frame's rows.
#pragma once

#include <vector>

#include "base/image.h"
#include "base/rows.h"
#include "base/tensor.h"
#include "base/threads.h"

namespace selfieseg::core {

enum class Filter {
  kBilinear,  // the two nearest pixels, whatever the reduction: aliases, as MediaPipe does
  kArea,      // the mean of the pixels that an output covers; bilinear where it enlarges
};

// What one axis needs: `taps` neighbours and their weights for every output.
struct Taps {
  // shift: how far right of its usual place the first of `in` lies, in their own distance.
  Taps(Filter filter, int in, int out, int unit, double shift = 0) {
    Fit(filter, in, out, unit, shift);
  }
  // Another axis. Allocates nothing unless `in` or `out` is larger than ever before.
  void Fit(Filter filter, int in, int out, int unit, double shift);

  size_t taps = 0;
  size_t most = 0;                // taps of any axis that is not larger
  std::vector<int32_t> first;     // first + taps <= in
  std::vector<uint32_t> weights;  // [out][taps]; each sums to the unit
  std::vector<double> shares;     // of one output
};

// Three channels of a picture, or one or two: number step * column + channel of a row.
struct Samples {
  explicit Samples(const Image& image)  // of RGB or GRAY
      : data(image.data),
        stride(image.stride),
        step(size_t(image.format->bytes_per_pixel)),
        channel{image.format->red, image.format->green, image.format->blue} {}
  Samples(const uint8_t* data, size_t stride, size_t step, int first, int second)
      : data(data), stride(stride), step(step), channel{first, second, 0} {}

  const uint8_t* data;
  size_t stride, step;  // bytes; numbers
  int channel[3];
  const PixelFormat* ten_bits = nullptr;  // of numbers that are no bytes
};

// For frames of one size. In 16-bit numbers: within 1/2000 of exact arithmetic.
class Resampler {
 public:
  // lanes: as many threads may make rows, each in a lane of its own.
  Resampler(const RowKernels& rows, Filter filter, int width, int height, const Shape& shape,
            double shift_x = 0, double shift_y = 0, int lanes = 1);

  bool Fits(int width, int height) const { return width == width_ && height == height_; }
  // Frames of another size. Allocates nothing where both sides are at most those of the first.
  void Fit(int width, int height);
  // For pictures with so many numbers in a column. Real-time safe, as is all that follows.
  void Prepare(size_t step);

  // tensor[y][x] = scale * the channels: shape.height x shape.width x 3. Half-pixel centres, edges
  // clamped. Ten bits are brought to a byte's units first. Prepares itself.
  void Run(const Samples& picture, float scale, float* tensor);
  // Row y of it: shape.width x 3.
  void Row(const Samples& picture, float scale, int y, float* row, int lane = 0);
  // Of its first channels, each to a row with room for whole vectors. second: may be null.
  void PlanesRow(const Samples& picture, float scale, int y, float* first, float* second,
                 int lane = 0);

 private:
  struct alignas(kApart) Lane {           // for one row of the tensor
    std::vector<const uint8_t*> rows;     // of the frame
    std::vector<uint16_t> weights, sums;  // of these rows; for each byte
  };

  void FitLanes();
  TapColumns SumRows(const Samples& picture, int y, Lane& lane);

  const RowKernels* rows_;
  Filter filter_;
  int width_, height_;
  Shape shape_;
  double shift_x_, shift_y_;
  Taps columns_, lines_;
  std::vector<uint16_t> weights_;  // of the columns, as TapColumns wants them
  size_t step_ = 0;                // for this
  std::vector<Lane> lanes_;
};

}  // namespace selfieseg::core
