// How calm and how prompt a video's mattes are, without any truth.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace selfieseg::eval {

struct Motion {
  size_t frames = 0;
  // Mean change of the matte from one frame to the next, 0..1, where the picture did not change:
  // the means of luma over 8x8 pixels differ by less than 2 of 255 levels. 0 for fewer than two
  // frames.
  double flicker = 0;
  // How far the matte stays behind the same frame's own one, in frames: by least squares, the share
  // of the way from this frame's own matte to that of the frame before, where these differ by more
  // than 0.1. 0: prompt; 1: a whole frame late.
  double lag = 0;
};

// Takes frames in order.
class MotionJudge {
 public:
  MotionJudge(size_t width, size_t height);

  // All have width x height levels. `matte`: what the stream showed. `own`: the matte of this frame
  // alone, as if there had been no other.
  void Add(std::span<const uint8_t> luma, std::span<const uint8_t> matte,
           std::span<const uint8_t> own);

  Motion Result() const;

 private:
  std::vector<float> BlockMeans(std::span<const uint8_t> luma) const;

  size_t width_, height_, frames_ = 0;
  std::vector<float> blocks_;
  std::vector<uint8_t> matte_, own_;  // of the frame before
  double change_ = 0;
  size_t still_ = 0;
  double behind_ = 0, moved_ = 0;
};

}  // namespace selfieseg::eval
