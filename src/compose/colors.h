// Smooth estimates of the person's and of the background's colours, made small: means of what the
// matte says belongs to each, over a neighbourhood.
//
// Each pixel counts with a weight, and the sum is divided by the sum of weights, so that neither
// colour bleeds into the other. For a blurred background the weight is 1 - matte; to estimate
// colours behind soft pixels, sure pixels count most. Blurring is three box filters, close to a
// Gaussian; its cost does not depend on the radius.
#pragma once

#include <vector>

#include "base/buffer.h"
#include "base/enlarge.h"
#include "base/rows.h"

namespace selfieseg::core {

class ColorGrid {
 public:
  // One cell is cell x cell pixels. radius: in pixels, twice the standard deviation of the blur.
  // estimate: the person's colours are wanted as well as the background's, both from sure pixels.
  ColorGrid(const RowKernels& rows, int width, int height, int cell, float radius, bool person);

  void Start();
  // Rows from the top, all of them.
  void AddRow(const Planes& frame);  // with alpha
  void Finish();

  // The estimates for row y of the frame, one byte a pixel; alpha is left alone. Real-time safe.
  void BackgroundRow(int y, const Planes& out) { Row(0, y, out); }
  void PersonRow(int y, const Planes& out) { Row(4, y, out); }

 private:
  size_t Layers() const { return estimate_ ? 2 : 1; }  // background, person
  void EndCellRow();
  void Blur(float* plane);
  void Row(int first_plane, int y, const Planes& out);

  const RowKernels* rows_;
  size_t width_, cell_, columns_, lines_;
  int box_radius_;  // in cells
  bool estimate_;
  size_t row_ = 0;
  std::vector<uint8_t> weight_, full_;  // rows: of a layer's weights, of 255s
  std::vector<uint32_t> sums_;  // of a row of cells: of each layer red, green, blue and weight
  Buffer grid_;                 // the same of all cells
  Buffer blurred_;              // one plane
  std::vector<double> box_;
  Enlarger enlarger_;
};

}  // namespace selfieseg::core
