#include "cli/figure.h"

#include <algorithm>
#include <array>
#include <cstdlib>

namespace selfieseg::cli {
namespace {

using Colour = std::array<uint8_t, 3>;

struct Ellipse {
  double x, y, across, down;  // in heights of the figure, from the middle of its upper edge
  Colour colour;
};
constexpr Ellipse kPerson[] = {
    {0, 1.15, 0.48, 0.55, {40, 50, 90}},                                                // shoulders
    {0, 0.60, 0.085, 0.12, {200, 150, 125}},                                            // neck
    {0, 0.36, 0.19, 0.25, {45, 30, 22}},                                                // hair
    {0, 0.42, 0.145, 0.20, {224, 172, 145}},                                            // face
    {-0.055, 0.39, 0.022, 0.012, {40, 30, 30}},                                         // eyes
    {0.055, 0.39, 0.022, 0.012, {40, 30, 30}},  {0, 0.53, 0.05, 0.012, {170, 70, 70}},  // mouth
};

bool Holds(const Ellipse& ellipse, double x, double y) {
  const double across = (x - ellipse.x) / ellipse.across, down = (y - ellipse.y) / ellipse.down;
  return across * across + down * down < 1;
}

}  // namespace

Picture DrawPerson(int width, int height) {
  Picture picture = NewPicture(SELFIESEG_RGBA, width, height, INT64_MAX);
  picture.opaque = true;
  const double size = std::min(width, height);
  for (int row = 0; row < height; ++row) {
    for (int column = 0; column < width; ++column) {
      const double x = (column + 0.5 - width / 2.0) / size, y = (row + 0.5 - height) / size + 1;
      const int wave = std::abs(column % 200 - 100) + std::abs(row % 160 - 80);
      Colour colour = {uint8_t(120 + wave / 4), uint8_t(150 + wave / 8), uint8_t(150 - wave / 4)};
      for (const Ellipse& ellipse : kPerson) {
        if (Holds(ellipse, x, y)) colour = ellipse.colour;
      }
      uint8_t* pixel = picture.data.get() + picture.stride() * size_t(row) + 4 * size_t(column);
      std::copy(colour.begin(), colour.end(), pixel);
      pixel[3] = 255;
    }
  }
  return picture;
}

}  // namespace selfieseg::cli
