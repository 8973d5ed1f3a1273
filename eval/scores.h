// How well a matte meets the truth, for one picture.
//
// The truth is binary: levels of 128 and more are person. So is the prediction, for all but the
// mean absolute error. Where neither has a person, all is right: an IoU of 1. Nothing is ever NaN.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace selfieseg::eval {

// Rows of gray levels without padding: 0 background .. 255 person.
struct Mask {
  std::span<const uint8_t> levels;
  size_t width, height;
};

struct Scores {
  double iou = 0;           // area of intersection by area of union, of person; 0..1
  double boundary_iou = 0;  // the same of the two boundary regions; 0..1
  double mae = 0;           // mean of |matte - truth|, soft; 0..1
  double false_positive = 0, false_negative = 0;  // shares of the picture's area; 0..1
};

// Both masks have one size.
Scores Judge(const Mask& matte, const Mask& truth);

// How deep a boundary region is, in pixels: 2 % of the diagonal to nearest, halves to even, as the
// authors' code has it; at least 1.
// Cheng et al., Boundary IoU, CVPR 2021: the region is what a mask loses by eroding it so often
// with a 3x3 square; beyond the picture there is no person.
int BoundaryDepth(size_t width, size_t height);

// Share of levels that are neither 0 nor 255 nor within 8 of them (compression).
double SoftShare(const Mask& mask);

}  // namespace selfieseg::eval
