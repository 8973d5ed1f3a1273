// Smooth estimates of the background's and of the person's colours, from the frame made small:
// means of what the matte says belongs to each, over a neighbourhood.
//
// Each sample of the small frame counts with a weight, and the sum is divided by the sum of
// weights, so that neither colour bleeds into the other. Samples that touch the other side count
// little: their colour is a mixture. Blurring is three box filters, close to a Gaussian; its cost
// does not depend on the radius. All its sums are of whole numbers, and exact.
#pragma once

#include <vector>

#include "base/buffer.h"
#include "base/enlarge.h"
#include "base/image.h"
#include "base/tensor.h"
#include "base/threads.h"

namespace selfieseg::core {

enum class Layer { kBackground, kPerson };

class ColorGrid {
 public:
  // For frames like `out`, of its size and format, made small to this shape. radius: of the blur,
  // in pixels of the frame, twice its standard deviation. person: that layer is wanted, too.
  ColorGrid(const RowKernels& rows, const Shape& shape, const Image& out, float radius,
            bool person);

  // rgb and matte: of the shape, in [0, 1], with room for a vector more; without matte there is
  // nobody. threads divide the work; null: the caller's alone. Real-time safe once there are lanes
  // for them.
  void Start(const float* rgb, const float* matte, Threads* threads);
  void MakeLanes(int count);

  // Makes room for lines of each plane, and forgets those that are there.
  void Prepare(WideLines lines[3]) const;
  // The estimate for groups begin..end-1 of a line of a plane, opaque, to the first of them.
  // `lines` are kept for the plane and the layer by their user. Real-time safe.
  void Line(Layer layer, int plane, int y, size_t begin, size_t end, WideLines* lines,
            uint8_t* groups) const;

 private:
  static constexpr size_t kChannels = 4;  // of a cell
  // How samples become cells along one axis.
  struct Axis {
    Axis(int samples, int frame, float radius, double finest);
    size_t pool;  // samples in a cell
    size_t cells;
    double cells_per_pixel;
    int box_radii[3];  // in cells
  };
  // Between which lines of cells a line of a plane lies, and where, in 1/32768.
  struct PlaneLine {
    int above, beneath;
    int16_t share;
  };
  // The cells as numbers of a plane, in 1/128 of a byte's step, and half a step more: what is
  // blended of them rounds to the nearest. Three have a fourth beside them.
  struct Plane {
    PlaneLayout layout;
    std::vector<PlaneLine> lines;
    Cells columns;
    std::vector<int16_t> numbers[2];  // of each layer
  };

  void AddPlane(const Image& out, const PlaneLayout& layout);
  // Of a thread.
  struct alignas(kApart) Lane {
    Buffer weights, shares, sums;   // of a cell's lines of samples
    std::vector<uint32_t> wide;     // a line of cells, with zeros on both sides
    std::vector<uint32_t> blurred;  // for each box some lines of cells
    std::vector<int16_t> numbers;   // of a line of cells, each component by itself
  };
  void Pool(Lane& lane, Layer layer, size_t cell, const float* rgb, const float* matte);
  void Blur(Lane& lane, Layer layer, int top, int bottom);
  void Divide(Lane& lane, Layer layer, size_t line, const uint32_t* cells);

  const RowKernels* rows_;
  size_t width_, height_;  // of the grid of samples
  Axis across_, down_;
  bool person_, yuv_, gray_;
  const PixelFormat* format_;
  YuvCoding coding_;
  std::vector<Plane> planes_;
  std::vector<Lane> lanes_;
  std::vector<uint32_t> cells_;  // colour 0, 1, 2 and weight of each
};

}  // namespace selfieseg::core
