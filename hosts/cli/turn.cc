#include "cli/turn.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace selfieseg::cli {
namespace {

// In bytes of what is stored: where the upright picture begins, and how far it is to its next
// column and to its next row.
struct Walk {
  ptrdiff_t start, column, row;
};
Walk WalkOf(int orientation, const selfieseg_image& stored, ptrdiff_t pixel) {
  const ptrdiff_t stride = ptrdiff_t(stored.stride);
  const ptrdiff_t right = (stored.width - 1) * pixel, bottom = (stored.height - 1) * stride;
  switch (orientation) {
    case 2:
      return {right, -pixel, stride};
    case 3:
      return {bottom + right, -pixel, -stride};
    case 4:
      return {bottom, pixel, -stride};
    case 5:
      return {0, stride, pixel};
    case 6:
      return {bottom, -stride, pixel};
    case 7:
      return {bottom + right, -stride, -pixel};
    case 8:
      return {right, stride, -pixel};
    default:
      return {0, pixel, stride};
  }
}

template <size_t kPixel>
void TurnPixels(const selfieseg_image& stored, int orientation, const selfieseg_image& upright) {
  constexpr int kTile = 32;  // pixels: a tile of both pictures stays in the cache
  const Walk walk = WalkOf(orientation, stored, kPixel);
  const uint8_t* from = static_cast<const uint8_t*>(stored.data) + walk.start;
  uint8_t* to = static_cast<uint8_t*>(upright.data);
  for (int top = 0; top < upright.height; top += kTile) {
    for (int left = 0; left < upright.width; left += kTile) {
      for (int y = top; y < std::min(top + kTile, upright.height); ++y) {
        for (int x = left; x < std::min(left + kTile, upright.width); ++x) {
          std::memcpy(to + size_t(y) * upright.stride + size_t(x) * kPixel,
                      from + x * walk.column + y * walk.row, kPixel);
        }
      }
    }
  }
}

}  // namespace

void Turn(const selfieseg_image& stored, int orientation, const selfieseg_image& upright) {
  if (stored.format == SELFIESEG_GRAY) {
    TurnPixels<1>(stored, orientation, upright);
  } else {
    TurnPixels<4>(stored, orientation, upright);
  }
}

}  // namespace selfieseg::cli
