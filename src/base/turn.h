// Turning and mirroring pixels. An orientation says how what is stored lies, as EXIF numbers it:
// 1 is upright, 8 are all the ways there are.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/image.h"

namespace selfieseg::core {

// Whether upright pixels are as wide as the stored ones are high.
constexpr bool SwapsSides(int orientation) { return orientation >= 5; }

// What undoes an orientation.
constexpr int Inverse(int orientation) {
  return orientation == 6 ? 8 : orientation == 8 ? 6 : orientation;
}

// With which the same pixels are seen in a mirror: left is right.
constexpr int Mirrored(int orientation) {
  constexpr int kMirrored[] = {2, 1, 4, 3, 6, 5, 8, 7};
  return kMirrored[orientation - 1];
}

// Where an upright part lies in what is stored, which is width x height.
Rect StoredPart(const Rect& upright, int orientation, int width, int height);

// Of one kind, without planes. Strides in bytes.
struct Packed {
  uint8_t* data;
  size_t stride;
  int width, height;
  size_t pixel;  // bytes: 1, 2, 3, 4 or 12
};

// Turns what is stored upright. `upright` has the sides of `stored`, swapped if SwapsSides(), and
// does not overlap it.
void Turn(const Packed& stored, int orientation, const Packed& upright);

// Planes of floats without padding; `stored` is width x height.
void TurnFloats(const float* stored, int width, int height, int channels, int orientation,
                float* upright);

}  // namespace selfieseg::core
