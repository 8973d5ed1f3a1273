// Smooth estimates of the background's and of the person's colours, from the frame made small:
// means of what the matte says belongs to each, over a neighbourhood.
//
// Each sample of the small frame counts with a weight, and the sum is divided by the sum of
// weights, so that neither colour bleeds into the other. Samples that touch the other side count
// little: their colour is a mixture. Blurring is three box filters, close to a Gaussian; its cost
// does not depend on the radius. All its sums are of whole numbers, and exact.
#pragma once

#include <vector>

#include "base/enlarge.h"
#include "base/tensor.h"
#include "compose/parts.h"

namespace selfieseg::core {

enum class Layer { kBackground, kPerson };

class ColorGrid {
 public:
  // For frames of this size made small to this shape. radius: of the blur, in pixels of the frame,
  // twice its standard deviation. person: that layer is wanted, too.
  ColorGrid(const RowKernels& rows, const Shape& shape, int width, int height, float radius,
            bool person);

  // rgb, matte: of the shape, in [0, 1]. order: of the channels that rows shall have, of four bytes
  // a pixel. Real-time safe.
  void Start(const float* rgb, const float* matte, const PixelFormat& order);

  // The estimate for a part of row y of the frame, opaque: writes to part.begin of `pixels`, which
  // has room for four bytes a pixel. Real-time safe.
  void Row(Layer layer, int y, const Part& part, uint8_t* pixels);

 private:
  // How samples become cells along one axis.
  struct Axis {
    Axis(int samples, int frame, float radius, double finest);
    size_t pool;  // samples in a cell
    size_t cells;
    double cells_per_pixel;
    int box_radii[3];  // in cells
  };

  size_t NarrowRoom() const { return RowRoom((across_.cells + 2) * 4); }
  void Weigh(Layer layer, const float* matte);
  void Pool(const float* rgb);
  void Blur();
  void Divide(Layer layer, const PixelFormat& order);

  const RowKernels* rows_;
  size_t width_, height_;  // of the grid of samples
  Axis across_, down_;
  Cells columns_;
  Buffer weights_, extremes_, sums_;       // of samples; of one row; of a row of cells
  std::vector<uint32_t> cells_, blurred_;  // colour 0, 1, 2 and weight of each cell
  std::vector<uint32_t> wide_row_;         // of cells, with zeros on both sides
  bool person_;
  std::vector<int16_t> colours_;   // for each layer and cell four channels, times 128
  std::vector<int16_t> narrow_;    // for each layer a row between two of cells
  int narrow_rows_[2] = {-1, -1};  // of the frame
};

}  // namespace selfieseg::core
