// Turning and mirroring pixels, as EXIF numbers it: 1 is upright, 8 are all the ways to lie.
#pragma once

#include "selfieseg/selfieseg.h"

namespace selfieseg::cli {

// Whether upright pixels are as wide as the stored ones are high.
constexpr bool SwapsSides(int orientation) { return orientation >= 5; }

// What undoes an orientation.
constexpr int Inverse(int orientation) {
  return orientation == 6 ? 8 : orientation == 8 ? 6 : orientation;
}

// Turns what is stored with this orientation, 1..8, upright. Both have one format, GRAY or one of 4
// bytes a pixel, and do not overlap; `upright` has the sides of `stored`, swapped if
// SwapsSides().
void Turn(const selfieseg_image& stored, int orientation, const selfieseg_image& upright);

}  // namespace selfieseg::cli
