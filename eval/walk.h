// A clip with truth, made of a photo: its person, made smaller, sways at one side of a wide frame,
// before the photo's own background with the hole filled.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "eval/scores.h"

namespace selfieseg::eval {

class Walk {
 public:
  static constexpr size_t kWidth = 960, kHeight = 540, kFrames = 160;

  // photo: rows of RGBA without padding, of the truth's size. The photo's height becomes that of
  // the frame, divided by `times`, which is 1 or more.
  Walk(std::span<const uint8_t> photo, const Mask& truth, double times);

  // Frame `number` as RGBA, and its truth.
  void Draw(size_t number, std::span<uint8_t> rgba, std::span<uint8_t> truth) const;

 private:
  std::vector<uint8_t> background_;  // RGBA
  size_t width_, height_;            // of the person's cut-out
  std::vector<float> person_;        // RGB and weight, 0..255 and 0..1
};

// The mean of each figure.
Scores Mean(std::span<const Scores> scores);

}  // namespace selfieseg::eval
