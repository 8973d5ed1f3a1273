// A few small planes of floats, enlarged bilinearly to the size of a frame, row after row.
#pragma once

#include <vector>

#include "base/buffer.h"
#include "base/rows.h"

namespace selfieseg::core {

// Half-pixel centres, edges clamped. Works for any sizes, shrinking included (without
// antialiasing).
class Enlarger {
 public:
  Enlarger(const RowKernels& rows, int planes, int small_width, int small_height, int width,
           int height);

  int width() const { return width_; }
  int height() const { return height_; }

  // Column of the frame where cell c begins, for c of 0..small_width + 1. Cell c lies between the
  // samples c - 1 and c, clamped to the row.
  const std::vector<int32_t>& cells() const { return begins_; }

  // The planes to read from now on: planes x small_height x small_width floats, not copied.
  void Start(const float* small);

  // Where row y of the frame lies, for plane 0, 1, ... Valid until two rows later. Any order of
  // rows; from the top each small row is stretched once. Real-time safe.
  RowPair Row(int plane, int y);

 private:
  float* Stretched(int plane, int small_row);

  const RowKernels* rows_;
  int planes_, small_width_, small_height_, width_, height_;
  std::vector<int32_t> begins_;
  Buffer fractions_;
  Buffer stretched_;       // for each plane the last small rows: even ones first, then odd
  std::vector<int> held_;  // which small row that is; -1: none
  const float* small_ = nullptr;
};

}  // namespace selfieseg::core
