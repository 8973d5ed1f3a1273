#include "compose/colors.h"

#include <algorithm>
#include <cmath>
#include <cstring>

namespace selfieseg::core {
namespace {

constexpr size_t kPlanes = 4;      // of a layer: red, green, blue, weight
constexpr size_t kRowsOfCell = 4;  // that are summed

// Boxes of n cells have a variance of (n * n - 1) / 12. Three, of two neighbouring odd sizes, that
// come closest to that of the blur, whose radius is two standard deviations.
void ChooseBoxes(double radius_cells, int radii[3]) {
  const double wanted = 3 * radius_cells * radius_cells;  // times 12
  const int smaller = int((std::sqrt(radius_cells * radius_cells + 1) - 1) / 2);
  const auto variance = [](int radius) { return 4.0 * radius * (radius + 1); };  // times 12
  int larger = 0;
  const auto miss = [&](int count) {
    return std::abs((3 - count) * variance(smaller) + count * variance(smaller + 1) - wanted);
  };
  for (int count = 1; count <= 3; ++count) {
    if (miss(count) < miss(larger)) larger = count;
  }
  if (smaller == 0) larger = std::max(larger, 1);  // a blur blurs
  for (int i = 0; i < 3; ++i) radii[i] = smaller + (i < larger ? 1 : 0);
}

}  // namespace

ColorGrid::ColorGrid(const RowKernels& rows, int width, int height, int cell, float radius,
                     bool estimate)
    : rows_(&rows),
      width_(size_t(width)),
      cell_(size_t(cell)),
      columns_((size_t(width) + cell - 1) / cell),
      lines_((size_t(height) + cell - 1) / cell),
      row_step_(std::max<size_t>(1, cell_ / kRowsOfCell)),
      estimate_(estimate),
      weight_(RowRoom(width_)),
      full_(RowRoom(width_), 255),
      sums_(Layers() * kPlanes * RowRoom(width_)),
      grid_(Layers() * columns_ * lines_ * kPlanes),
      blurred_(columns_ * lines_ * kPlanes),
      box_(columns_ * kPlanes),
      colours_(Layers() * 3 * columns_ * lines_),
      enlarger_(rows, int(Layers() * 3), int(columns_), int(lines_), int(columns_) * cell,
                int(lines_) * cell) {
  ChooseBoxes(radius / float(cell), box_radii_);
}

void ColorGrid::Start() {
  line_ = 0;
  std::fill(sums_.begin(), sums_.end(), 0u);
}

void ColorGrid::StartRow(int y) {
  const size_t line = size_t(y) / cell_;
  if (line != line_) EndCellRow(line_);
  line_ = line;
}

void ColorGrid::AddPart(const Part& part, const Planes& frame) {
  const uint8_t* planes[kPlanes] = {frame.red, frame.green, frame.blue, full_.data()};
  for (size_t layer = 0; layer < Layers(); ++layer) {
    for (size_t x = 0; x < part.width(); ++x) {
      const int sure = layer == 0 ? 255 - 2 * frame.alpha[x] : 2 * frame.alpha[x] - 255;
      // The rest counts a little, for where nothing is sure.
      weight_[x] = uint8_t(estimate_ ? std::max(sure, 1) : 255 - frame.alpha[x]);
    }
    std::memset(&weight_[part.width()], 0, kRowPadding);  // what follows in the row stays as it is
    for (size_t p = 0; p < kPlanes; ++p) {
      rows_->add_weighted(planes[p], weight_.data(), part.width(),
                          &sums_[(layer * kPlanes + p) * RowRoom(width_) + part.begin]);
    }
  }
}

// Sums the columns of every cell and writes a line of the grid.
void ColorGrid::EndCellRow(size_t line) {
  for (size_t layer = 0; layer < Layers(); ++layer) {
    for (size_t p = 0; p < kPlanes; ++p) {
      const uint32_t* sums = &sums_[(layer * kPlanes + p) * RowRoom(width_)];
      double* cells = &grid_[(layer * lines_ + line) * columns_ * kPlanes + p];
      for (size_t column = 0; column < columns_; ++column) {
        const size_t begin = column * cell_, end = std::min(begin + cell_, width_);
        uint64_t sum = 0;
        for (size_t x = begin; x < end; ++x) sum += sums[x];
        cells[column * kPlanes] = double(sum);
      }
    }
  }
  std::fill(sums_.begin(), sums_.end(), 0u);
}

// Box sums, not means: whole numbers of at most 51 bits, which double holds. Outside of the grid
// lies nothing, of no weight.
void ColorGrid::Blur(double* cells) {
  const int columns = int(columns_), lines = int(lines_);
  const size_t row = columns_ * kPlanes;
  for (const int r : box_radii_) {
    for (int y = 0; y < lines; ++y) {  // along the rows, to blurred_
      const double* from = cells + size_t(y) * row;
      double* to = blurred_.data() + size_t(y) * row;
      double sum[kPlanes] = {};
      const auto add = [&](int x, double sign) {
        if (x < 0 || x >= columns) return;
        for (size_t p = 0; p < kPlanes; ++p) sum[p] += sign * from[size_t(x) * kPlanes + p];
      };
      for (int x = 0; x < std::min(r, columns); ++x) add(x, 1);
      for (int x = 0; x < columns; ++x) {
        add(x + r, 1);
        add(x - r - 1, -1);
        for (size_t p = 0; p < kPlanes; ++p) to[size_t(x) * kPlanes + p] = sum[p];
      }
    }
    std::fill(box_.begin(), box_.end(), 0.0);
    const auto add = [&](int y, double sign) {
      if (y < 0 || y >= lines) return;
      const double* from = blurred_.data() + size_t(y) * row;
      for (size_t i = 0; i < row; ++i) box_[i] += sign * from[i];
    };
    for (int y = 0; y < std::min(r, lines); ++y) add(y, 1);
    for (int y = 0; y < lines; ++y) {  // and down the columns, back
      add(y + r, 1);
      add(y - r - 1, -1);
      std::copy(box_.begin(), box_.end(), cells + size_t(y) * row);
    }
  }
}

void ColorGrid::Finish() {
  EndCellRow(line_);
  const size_t size = columns_ * lines_;
  for (size_t layer = 0; layer < Layers(); ++layer) {
    double* cells = &grid_[layer * size * kPlanes];
    Blur(cells);
    for (size_t i = 0; i < size; ++i) {
      // Sums are exact: without background near, the weight is 0, and none is seen. The weight is
      // times 255, as colours are.
      const double weight = cells[i * kPlanes + 3];
      const double share = weight > 0 ? 255 / weight : 0;
      for (size_t c = 0; c < 3; ++c) {
        colours_[(layer * 3 + c) * size + i] = float(cells[i * kPlanes + c] * share);
      }
    }
  }
  enlarger_.Start(colours_.data());
}

void ColorGrid::Row(int first_plane, int y, const Part& part, const Planes& out) {
  uint8_t* const planes[] = {out.red, out.green, out.blue};
  for (int c = 0; c < 3; ++c) {
    rows_->between(enlarger_.Row(first_plane + c, y).From(part.begin), part.width(), planes[c]);
  }
}

}  // namespace selfieseg::core
