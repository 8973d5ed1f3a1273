// Masks in time: calm where the picture stands still, prompt where it moves.
//
// Each confidence is a mean of the frame's own and of what was shown before. The share of the
// latter falls to nothing where luma has changed nearby by more than noise: a moving edge follows
// at once and leaves no ghost. (MediaPipe's smoothing, by the network's uncertainty, calms less and
// lets moving edges lag.)
#pragma once

#include "base/buffer.h"
#include "base/image.h"
#include "base/tensor.h"

namespace selfieseg::core {

class Smoother {
 public:
  // shape: of the network's input; its channels are ignored. strength: 0..1.
  Smoother(const Shape& shape, float strength);

  // The next frame is the first.
  void Reset() { fresh_ = true; }

  // luma: of the network's input. mask: its output, changed in place. A cut resets. Real-time safe,
  // as are the others.
  void Run(const float* luma, float* mask) {
    Watch(luma);
    Calm(mask);
  }

  // The same in two steps, of which the first needs no mask. Whether it is a cut.
  bool Watch(const float* luma);
  void Calm(float* mask) { Mix(strength_ * kMost, mask); }
  // In place of the second: what was shown before, but this mask where the picture moves.
  void Hold(float* mask) { Mix(1, mask); }

  // From now on the network looks at another part of the frame. What lies beyond the part before is
  // remembered as not known.
  void Move(const Rect& from, const Rect& to);
  // What was shown before; kUnknown where nothing was.
  const float* mask() const { return mask_.data(); }
  static constexpr float kUnknown = -1;

 private:
  static constexpr float kMost = 0.95f;  // share of the frames before

  void Mix(float share, float* mask);
  // The change of luma since the frame before, the greatest mean of 3 x 3 nearby, and the median of
  // the means, in 1/255. Returns the mean.
  float Measure(const float* luma);

  size_t width_, height_;
  float strength_;
  bool fresh_ = true, cut_ = true;
  float noise_ = 0;
  Buffer luma_, mask_;  // of the frame before
  Buffer change_, row_, rows_;
};

}  // namespace selfieseg::core
