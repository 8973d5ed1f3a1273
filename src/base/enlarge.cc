#include "base/enlarge.h"

#include <algorithm>
#include <cmath>

namespace selfieseg::core {

Cells::Cells(int samples, int width, double samples_per_pixel)
    : width_(width),
      samples_per_pixel_(samples_per_pixel),
      begins_(size_t(samples) + 2, width),
      fractions_(RowRoom(size_t(width))),
      fractions4_(4 * RowRoom(size_t(width))) {
  for (int x = width - 1; x >= 0; --x) {
    const double position = (x + 0.5) * samples_per_pixel - 0.5;
    const double fraction = position - std::floor(position);
    begins_[CellOf(size_t(x))] = x;
    fractions_[size_t(x)] = float(fraction);
    const auto fixed = int16_t(std::min(std::lround(fraction * 32768), 32767L));
    std::fill_n(&fractions4_[4 * size_t(x)], 4, fixed);
  }
  for (size_t cell = size_t(samples) + 1; cell-- > 0;) {  // cells without columns
    begins_[cell] = std::min(begins_[cell], begins_[cell + 1]);
  }
}

size_t Cells::CellOf(size_t x) const {
  const double position = (double(x) + 0.5) * samples_per_pixel_ - 0.5;
  return size_t(std::clamp(int(std::floor(position)) + 1, 0, int(begins_.size()) - 2));
}

CellColumns Cells::Columns(size_t begin, size_t end) const {
  CellColumns columns = OfCells(CellOf(begin), CellOf(end - 1));
  columns.begin = begin;
  columns.end = end;
  return columns;
}

}  // namespace selfieseg::core
