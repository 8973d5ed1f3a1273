#include "cli/overlay.h"

#include <algorithm>
#include <array>
#include <vector>

namespace selfieseg::cli {
namespace {

constexpr int kLongerSide = 480;  // pixels
constexpr std::array<int, 3> kExtra = {255, 30, 30}, kMissed = {40, 90, 255};

}  // namespace

Picture PaintMistakes(const Picture& frame, const Picture& mask, const Picture& truth) {
  const int step = (std::max(frame.width, frame.height) + kLongerSide - 1) / kLongerSide;
  Picture small =
      NewPicture(SELFIESEG_RGBA, (frame.width + step - 1) / step, (frame.height + step - 1) / step);
  small.opaque = true;
  std::vector<int> sums(small.bytes().size());
  for (int y = 0; y < frame.height; ++y) {
    for (int x = 0; x < frame.width; ++x) {
      const size_t i = size_t(y) * size_t(frame.width) + size_t(x);
      const bool found = mask.bytes()[i] >= 128, is = truth.bytes()[i] >= 128;
      int* sum = &sums[4 * (size_t(y / step) * size_t(small.width) + size_t(x / step))];
      for (size_t c = 0; c < 3; ++c) {
        const int level = frame.bytes()[4 * i + c];
        sum[c] += found == is ? level : (level + 2 * (found ? kExtra : kMissed)[c]) / 3;
      }
      ++sum[3];
    }
  }
  for (size_t i = 0; i < sums.size(); ++i) {
    small.bytes()[i] = i % 4 == 3 ? 255 : uint8_t(sums[i] / sums[i | 3]);
  }
  return small;
}

}  // namespace selfieseg::cli
