// Masks in time: calm where the picture stands still, prompt where it moves.
//
// Each confidence is a mean of the frame's own and of what was shown before. The share of the
// latter falls to nothing where luma has changed nearby by more than noise: a moving edge follows
// at once and leaves no ghost. (MediaPipe's smoothing, by the network's uncertainty, calms less and
// lets moving edges lag.)
#pragma once

#include "base/buffer.h"
#include "base/tensor.h"

namespace selfieseg::core {

class Smoother {
 public:
  // shape: of the network's input; its channels are ignored. strength: 0..1.
  Smoother(const Shape& shape, float strength);

  // The next frame is the first.
  void Reset() { fresh_ = true; }

  // luma: of the network's input. mask: its output, changed in place. A cut resets. Real-time safe.
  void Run(const float* luma, float* mask);

 private:
  // The change of luma since the frame before, the greatest mean of 3 x 3 nearby, and the median of
  // the means, in 1/255. Returns the mean.
  float Measure(const float* luma);

  size_t width_, height_;
  float strength_;
  bool fresh_ = true;
  float noise_ = 0;
  Buffer luma_, mask_;  // of the frame before
  Buffer change_, row_, rows_;
};

}  // namespace selfieseg::core
