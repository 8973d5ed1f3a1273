// Smooth estimates of the person's and of the background's colours, made small: means of what the
// matte says belongs to each, over a neighbourhood.
//
// Each pixel counts with a weight, and the sum is divided by the sum of weights, so that neither
// colour bleeds into the other. For a blurred background the weight is 1 - matte; to estimate
// colours behind soft pixels, sure pixels count most. Blurring is three box filters, close to a
// Gaussian; its cost does not depend on the radius. All sums are of whole numbers, and exact.
#pragma once

#include <vector>

#include "base/buffer.h"
#include "base/enlarge.h"
#include "base/rows.h"
#include "compose/parts.h"

namespace selfieseg::core {

class ColorGrid {
 public:
  // One cell is cell x cell pixels. radius: in pixels, twice the standard deviation of the blur.
  // estimate: the person's colours are wanted as well as the background's, both from sure pixels.
  ColorGrid(const RowKernels& rows, int width, int height, int cell, float radius, bool person);

  void Start();
  // A large cell is known well enough from some of its rows.
  bool Wants(int y) const { return size_t(y) % row_step_ == 0; }
  bool Wants(const Part& part) const { return estimate_ || part.kind != Kind::kPerson; }
  // The wanted rows, from the top, and their wanted parts.
  void StartRow(int y);
  void AddPart(const Part& part, const Planes& frame);  // with alpha
  void Finish();

  // The estimates for a part of row y of the frame, one byte a pixel; alpha is left alone.
  // Real-time safe.
  void BackgroundRow(int y, const Part& part, const Planes& out) { Row(0, y, part, out); }
  void PersonRow(int y, const Part& part, const Planes& out) { Row(3, y, part, out); }

 private:
  size_t Layers() const { return estimate_ ? 2 : 1; }  // background, person
  void EndCellRow(size_t line);
  void Blur(double* cells);
  void Row(int first_plane, int y, const Part& part, const Planes& out);

  const RowKernels* rows_;
  size_t width_, cell_, columns_, lines_, row_step_;
  int box_radii_[3];  // in cells, of the three boxes
  bool estimate_;
  size_t line_ = 0;                     // of cells, that is being summed
  std::vector<uint8_t> weight_, full_;  // rows: of a layer's weights, of 255s
  std::vector<uint32_t> sums_;   // of a row of cells: of each layer red, green, blue and weight
  std::vector<double> grid_;     // for each layer and cell: red, green, blue, weight
  std::vector<double> blurred_;  // of one layer
  std::vector<double> box_;      // of a row of cells
  Buffer colours_;               // for each layer three planes of cells
  Enlarger enlarger_;
};

}  // namespace selfieseg::core
