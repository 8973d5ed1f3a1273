// How pictures lie, as EXIF numbers it: 1 is upright, 8 are all the ways there are.
#pragma once

namespace selfieseg::cli {

// Whether upright pixels are as wide as the stored ones are high.
constexpr bool SwapsSides(int orientation) { return orientation >= 5; }

// What undoes an orientation.
constexpr int Inverse(int orientation) {
  return orientation == 6 ? 8 : orientation == 8 ? 6 : orientation;
}

}  // namespace selfieseg::cli
