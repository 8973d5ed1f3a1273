// Whatever the backdrop, nothing of the frame is left where nobody was found.
#include "live/backdrop.h"

#include <gtest/gtest.h>

#include <array>
#include <memory>
#include <vector>

namespace selfieseg::live {
namespace {

using Pixel = std::array<uint8_t, 4>;  // BGRA
constexpr Pixel kRoom = {90, 150, 120, 255};

Backdrop Of(selfieseg_background kind) {
  Backdrop backdrop;
  backdrop.kind = kind;
  backdrop.red = 200, backdrop.green = 100, backdrop.blue = 50;
  backdrop.picture = std::make_shared<Picture>(Picture{{7, 8, 9}, SELFIESEG_RGB, 1, 1});
  return backdrop;
}

TEST(Replacement, HasNothingOfTheFrame) {
  const struct {
    selfieseg_background kind;
    Pixel wanted;
  } kCases[] = {
      {SELFIESEG_COLOR, {50, 100, 200, 255}}, {SELFIESEG_PICTURE, {9, 8, 7, 255}},
      {SELFIESEG_TRANSPARENT, {0, 0, 0, 0}},  {SELFIESEG_BLUR, {0, 0, 0, 255}},
      {SELFIESEG_KEEP, {0, 0, 0, 255}},
  };
  Replacement replacement;
  for (const auto& row : kCases) {
    for (const int width : {6, 8}) {
      std::vector<Pixel> frame(size_t(width) * 4, kRoom);
      replacement.Show(Of(row.kind), selfieseg_wrap(SELFIESEG_BGRA, width, 4, frame.data(), 0));
      for (const Pixel& pixel : frame) ASSERT_EQ(pixel, row.wanted) << "background " << row.kind;
    }
  }
}

}  // namespace
}  // namespace selfieseg::live
