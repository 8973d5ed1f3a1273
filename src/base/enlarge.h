// Where the pixels of a row lie between the samples of a small picture.
#pragma once

#include <cstdint>
#include <vector>

#include "base/buffer.h"
#include "base/rows.h"

namespace selfieseg::core {

// Of rows whose width is that of `samples` samples. Half-pixel centres; edges clamped. Works for
// any sizes, shrinking included (without antialiasing).
class Cells {
 public:
  // samples_per_pixel: width / samples, unless the last sample stands for less than the others.
  Cells(int samples, int width, double samples_per_pixel);
  Cells(int samples, int width) : Cells(samples, width, double(samples) / width) {}

  int width() const { return width_; }
  // Column where cell c begins, for c of 0..samples + 1. Cell c lies between the samples c - 1 and
  // c, clamped to the row.
  const std::vector<int32_t>& begins() const { return begins_; }

  // For the row kernels: the columns begin..end-1, and those of the cells first..last.
  CellColumns Columns(size_t begin, size_t end) const;
  CellColumns OfCells(size_t first, size_t last) const {
    return {begins_.data(), fractions_.data(),      fractions4_.data(),       first,
            last,           size_t(begins_[first]), size_t(begins_[last + 1])};
  }

 private:
  size_t CellOf(size_t x) const;

  int width_;
  double samples_per_pixel_;
  std::vector<int32_t> begins_;
  Buffer fractions_;
  std::vector<int16_t> fractions4_;
};

}  // namespace selfieseg::core
