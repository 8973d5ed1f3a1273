// Where the pixels of a row lie between the samples of a small picture.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/buffer.h"
#include "base/rows.h"

namespace selfieseg::core {

// Of rows whose width is that of `samples` samples. Half-pixel centres; edges clamped. Works for
// any sizes, shrinking included (without antialiasing).
class Cells {
 public:
  Cells(int samples, int width) : Cells(samples, width, double(samples) / width, {0.5}) {}
  // The columns are groups of numbers, each of which lies at its own place: elements[i] groups
  // right of the group's begin.
  Cells(int samples, int width, double samples_per_column, const std::vector<double>& elements);

  int width() const { return width_; }
  size_t samples() const { return begins_.size() - 2; }
  // Other rows of the first kind. Allocates nothing where they are not wider than those before.
  void Fit(int width);

  // For the row kernels: the columns begin..end-1, and those of the cells first..last. Cell c lies
  // between the samples c - 1 and c, clamped to the row.
  CellColumns Columns(size_t begin, size_t end) const;
  CellColumns OfCells(size_t first, size_t last) const {
    return {begins_.data(),
            cells_.data(),
            fractions_.data(),
            elements_.data(),
            first,
            last,
            size_t(begins_[first]),
            size_t(begins_[last + 1]),
            samples_per_column_ <= 1};
  }

 private:
  void Locate(std::span<const double> elements);
  size_t CellOf(size_t x) const;

  int width_;
  double samples_per_column_;
  std::vector<int32_t> begins_;  // columns where cells begin, and the width
  std::vector<int32_t> cells_;   // of each column, and of as many as a vector has behind the last
  Buffer fractions_;
  std::vector<int16_t> elements_;
};

// Two lines of a small picture's numbers, as wide as the frame, whose lines lie between them.
class WideLines {
 public:
  // Makes room and forgets all lines. channels: numbers of a sample, 1 to 4.
  void Prepare(const Cells& cells, size_t channels);

  // Line `number` of `numbers`, which are not negative; 3 of a sample have room for a fourth. The
  // line is kept until another that is as odd or even as it is wanted. Real-time safe.
  const int16_t* Line(const RowKernels& rows, const Cells& cells, const int16_t* numbers,
                      int number) {
    const size_t place = size_t(number) % 2;
    if (numbers_[place] != number) Enlarge(rows, cells, numbers, number);
    return lines_[place].data();
  }

 private:
  void Enlarge(const RowKernels& rows, const Cells& cells, const int16_t* numbers, int number);

  size_t channels_ = 1;
  int numbers_[2] = {-1, -1};
  std::vector<int16_t> narrow_, lines_[2];
};

}  // namespace selfieseg::core
