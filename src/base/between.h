// Where a sample of a resized row or column lies in the original: half-pixel centres, edges
// clamped.
#pragma once

#include <algorithm>
#include <cmath>

namespace selfieseg::core {

struct Between {
  int first, second;  // indices of the two neighbours; equal at an edge
  float fraction;     // of the way from first to second, [0, 1)
};

// Sample `i` of `out` samples that cover `in` samples, which lie `shift` of their distance further.
inline Between LocateBetween(int i, int in, int out, double shift = 0) {
  const double position = (i + 0.5) * in / out - 0.5 - shift;
  const double floor = std::floor(position);
  return {std::clamp(int(floor), 0, in - 1), std::clamp(int(floor) + 1, 0, in - 1),
          float(position - floor)};
}

// Where a position in a frame lies between the samples of its part `begin`, `length`.
inline Between LocateInPart(double position, int begin, int length, size_t samples) {
  const double at = (position - begin) * double(samples) / length - 0.5;
  const double bounded = std::clamp(at, 0.0, double(samples - 1));
  const int first = int(bounded);
  return {first, std::min(first + 1, int(samples) - 1), float(bounded - first)};
}

}  // namespace selfieseg::core
