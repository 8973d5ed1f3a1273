#include "base/turn.h"

#include <algorithm>
#include <cstring>

namespace selfieseg::core {
namespace {

// Whether the upright picture begins at the right, or at the bottom, of what is stored.
bool FromRight(int orientation) {
  return orientation == 2 || orientation == 3 || orientation == 7 || orientation == 8;
}
bool FromBottom(int orientation) {
  return orientation == 3 || orientation == 4 || orientation == 6 || orientation == 7;
}

// In bytes of what is stored: where the upright picture begins, and how far it is to its next
// column and to its next row.
struct Walk {
  ptrdiff_t start, column, row;
};
Walk WalkOf(int orientation, const Packed& stored) {
  const ptrdiff_t stride = ptrdiff_t(stored.stride), pixel = ptrdiff_t(stored.pixel);
  const bool right = FromRight(orientation), bottom = FromBottom(orientation);
  const ptrdiff_t across = right ? -pixel : pixel, down = bottom ? -stride : stride;
  const ptrdiff_t start =
      (right ? (stored.width - 1) * pixel : 0) + (bottom ? (stored.height - 1) * stride : 0);
  return SwapsSides(orientation) ? Walk{start, down, across} : Walk{start, across, down};
}

template <size_t kPixel>
void TurnPixels(const Packed& stored, int orientation, const Packed& upright) {
  constexpr int kTile = 32;  // pixels: a tile of both pictures stays in the cache
  const Walk walk = WalkOf(orientation, stored);
  const uint8_t* from = stored.data + walk.start;
  for (int top = 0; top < upright.height; top += kTile) {
    for (int left = 0; left < upright.width; left += kTile) {
      for (int y = top; y < std::min(top + kTile, upright.height); ++y) {
        for (int x = left; x < std::min(left + kTile, upright.width); ++x) {
          std::memcpy(upright.data + size_t(y) * upright.stride + size_t(x) * kPixel,
                      from + x * walk.column + y * walk.row, kPixel);
        }
      }
    }
  }
}

}  // namespace

Rect StoredPart(const Rect& upright, int orientation, int width, int height) {
  Rect part = upright;
  if (SwapsSides(orientation)) part = {upright.y, upright.x, upright.height, upright.width};
  if (FromRight(orientation)) part.x = width - part.x - part.width;
  if (FromBottom(orientation)) part.y = height - part.y - part.height;
  return part;
}

void Turn(const Packed& stored, int orientation, const Packed& upright) {
  switch (stored.pixel) {
    case 1:
      return TurnPixels<1>(stored, orientation, upright);
    case 2:
      return TurnPixels<2>(stored, orientation, upright);
    case 3:
      return TurnPixels<3>(stored, orientation, upright);
    case 4:
      return TurnPixels<4>(stored, orientation, upright);
    default:
      return TurnPixels<12>(stored, orientation, upright);
  }
}

void TurnFloats(const float* stored, int width, int height, int channels, int orientation,
                float* upright) {
  const size_t pixel = size_t(channels) * sizeof(float);
  const bool swaps = SwapsSides(orientation);
  const int upright_width = swaps ? height : width, upright_height = swaps ? width : height;
  // Only read.
  auto* from = reinterpret_cast<uint8_t*>(const_cast<float*>(stored));
  Turn({from, size_t(width) * pixel, width, height, pixel}, orientation,
       {reinterpret_cast<uint8_t*>(upright), size_t(upright_width) * pixel, upright_width,
        upright_height, pixel});
}

}  // namespace selfieseg::core
