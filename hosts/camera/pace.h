// Lets at most so many frames a second pass, by the frames' own times. Instead of the element
// videorate, which ends the program at a frame without duration: at every picture, for example.
#pragma once

#include <atomic>
#include <cstdint>

namespace selfieseg::camera {

class Pace {
 public:
  void SetRate(int frames_a_second) { rate_ = frames_a_second; }  // any thread
  // Whether the frame of this time, in nanoseconds, passes.
  bool Passes(int64_t time);

 private:
  std::atomic<int> rate_ = 30;
  int64_t last_ = -1, due_ = 0;  // of the last frame; when the next one is wanted
};

}  // namespace selfieseg::camera
