// A drawn person, whom the network finds, for tests that need somebody.
#pragma once

#include <algorithm>
#include <cstdint>

namespace selfieseg {

struct SomebodysEllipse {
  double x, y, across, down;  // in heights of the figure, from the middle of its upper edge
  uint8_t colour[3];
};
inline constexpr SomebodysEllipse kSomebody[] = {
    {0, 1.15, 0.48, 0.55, {40, 50, 90}},      // shoulders
    {0, 0.60, 0.085, 0.12, {200, 150, 125}},  // neck
    {0, 0.36, 0.19, 0.25, {45, 30, 22}},      // hair
    {0, 0.42, 0.145, 0.20, {224, 172, 145}},  // face
};

// The colour of a pixel of a picture with somebody before a wall.
inline void DrawSomebody(int column, int row, int width, int height, uint8_t rgb[3]) {
  const double size = std::min(width, height);
  const double x = (column + 0.5 - width / 2.0) / size, y = (row + 0.5 - height) / size + 1;
  const uint8_t wall[3] = {uint8_t(120 + 30 * row / height), 150,
                           uint8_t(150 - 40 * column / width)};
  std::copy_n(wall, 3, rgb);
  for (const SomebodysEllipse& ellipse : kSomebody) {
    const double across = (x - ellipse.x) / ellipse.across, down = (y - ellipse.y) / ellipse.down;
    if (across * across + down * down < 1) std::copy_n(ellipse.colour, 3, rgb);
  }
}

}  // namespace selfieseg
