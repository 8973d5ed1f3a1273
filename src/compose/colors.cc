#include "compose/colors.h"

#include <algorithm>
#include <cmath>

namespace selfieseg::core {
namespace {

constexpr size_t kPlanes = 4;  // of a layer: red, green, blue, weight
constexpr int kPasses = 3;
constexpr float kLeastWeight = 1;  // a pixel has up to 255 * 255; less may be rounding

// Three boxes of n cells have a standard deviation of sqrt((n * n - 1) / 4) cells.
int BoxRadius(float radius_cells) {
  const float n = std::sqrt(radius_cells * radius_cells + 1);
  return std::max(1, int(std::lround((n - 1) / 2)));
}

}  // namespace

ColorGrid::ColorGrid(const RowKernels& rows, int width, int height, int cell, float radius,
                     bool estimate)
    : rows_(&rows),
      width_(size_t(width)),
      cell_(size_t(cell)),
      columns_((size_t(width) + cell - 1) / cell),
      lines_((size_t(height) + cell - 1) / cell),
      box_radius_(BoxRadius(radius / float(cell))),
      estimate_(estimate),
      weight_(RowRoom(width_)),
      full_(RowRoom(width_), 255),
      sums_(Layers() * kPlanes * RowRoom(width_)),
      grid_(Layers() * kPlanes * columns_ * lines_),
      blurred_(columns_ * lines_),
      box_(columns_),
      enlarger_(rows, int(Layers() * kPlanes), int(columns_), int(lines_), int(columns_) * cell,
                int(lines_) * cell) {}

void ColorGrid::Start() {
  row_ = 0;
  std::fill(sums_.begin(), sums_.end(), 0u);
}

void ColorGrid::AddRow(const Planes& frame) {
  const uint8_t* planes[kPlanes] = {frame.red, frame.green, frame.blue, full_.data()};
  for (size_t layer = 0; layer < Layers(); ++layer) {
    for (size_t x = 0; x < width_; ++x) {
      const int sure = layer == 0 ? 255 - 2 * frame.alpha[x] : 2 * frame.alpha[x] - 255;
      // The rest counts a little, for where nothing is sure.
      weight_[x] = uint8_t(estimate_ ? std::max(sure, 1) : 255 - frame.alpha[x]);
    }
    for (size_t p = 0; p < kPlanes; ++p) {
      rows_->add_weighted(planes[p], weight_.data(), width_,
                          &sums_[(layer * kPlanes + p) * RowRoom(width_)]);
    }
  }
  if (++row_ % cell_ == 0) EndCellRow();
}

// Sums the columns of every cell and writes a line of the grid.
void ColorGrid::EndCellRow() {
  const size_t line = (row_ - 1) / cell_;
  for (size_t p = 0; p < Layers() * kPlanes; ++p) {
    const uint32_t* sums = &sums_[p * RowRoom(width_)];
    float* cells = &grid_[(p * lines_ + line) * columns_];
    for (size_t column = 0; column < columns_; ++column) {
      const size_t begin = column * cell_, end = std::min(begin + cell_, width_);
      uint64_t sum = 0;
      for (size_t x = begin; x < end; ++x) sum += sums[x];
      cells[column] = float(sum);
    }
  }
  std::fill(sums_.begin(), sums_.end(), 0u);
}

// Outside of the grid lies nothing, of no weight.
void ColorGrid::Blur(float* plane) {
  const int columns = int(columns_), lines = int(lines_), r = box_radius_;
  const double share = 1.0 / (2 * r + 1);
  for (int pass = 0; pass < kPasses; ++pass) {
    for (int y = 0; y < lines; ++y) {  // along the rows, to blurred_
      const float* from = plane + size_t(y) * columns_;
      float* to = blurred_.data() + size_t(y) * columns_;
      double sum = 0;
      for (int x = 0; x < std::min(r, columns); ++x) sum += from[x];
      for (int x = 0; x < columns; ++x) {
        if (x + r < columns) sum += from[x + r];
        if (x - r - 1 >= 0) sum -= from[x - r - 1];
        to[x] = float(sum * share);
      }
    }
    std::fill(box_.begin(), box_.end(), 0.0);
    const auto add = [&](int y, double sign) {
      if (y < 0 || y >= lines) return;
      const float* from = blurred_.data() + size_t(y) * columns_;
      for (size_t x = 0; x < columns_; ++x) box_[x] += sign * from[x];
    };
    for (int y = 0; y < std::min(r, lines); ++y) add(y, 1);
    for (int y = 0; y < lines; ++y) {  // and down the columns, back
      add(y + r, 1);
      add(y - r - 1, -1);
      float* to = plane + size_t(y) * columns_;
      for (size_t x = 0; x < columns_; ++x) to[x] = float(box_[x] * share);
    }
  }
}

void ColorGrid::Finish() {
  if (row_ % cell_ != 0) EndCellRow();
  const size_t size = columns_ * lines_;
  for (size_t p = 0; p < Layers() * kPlanes; ++p) Blur(&grid_[p * size]);
  for (size_t layer = 0; layer < Layers(); ++layer) {
    float* colours = &grid_[layer * kPlanes * size];
    const float* weight = colours + 3 * size;  // times 255, as the colours are
    for (size_t i = 0; i < 3 * size; ++i) {
      // Where there is no background near, none is seen.
      const float w = weight[i % size];
      colours[i] = w > kLeastWeight ? colours[i] * 255.0f / w : 0.0f;
    }
  }
  enlarger_.Start(grid_.data());
}

void ColorGrid::Row(int first_plane, int y, const Planes& out) {
  uint8_t* const planes[] = {out.red, out.green, out.blue};
  for (int c = 0; c < 3; ++c) {
    rows_->between(enlarger_.Row(first_plane + c, y), width_, planes[c]);
  }
}

}  // namespace selfieseg::core
