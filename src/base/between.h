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

}  // namespace selfieseg::core
