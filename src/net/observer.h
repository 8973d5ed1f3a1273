// Hands every step of a network to the caller's observer. Costs one test of a pointer when there is
// none.
#pragma once

#include <chrono>

#include "base/tensor.h"
#include "selfieseg/selfieseg.h"

namespace selfieseg::core {

class Observer {
 public:
  Observer() = default;
  Observer(selfieseg_observer function, void* context) : function_(function), context_(context) {}

  bool watching() const { return function_ != nullptr; }

  // Call when a run begins, so that the first step has a start.
  void Start() {
    if (watching()) last_ = Clock::now();
  }

  // `name` and `data` need to live during the call only. `data` may be null.
  void Report(const char* name, const Shape& shape, const float* data) {
    if (!watching()) return;
    const auto taken = std::chrono::duration_cast<std::chrono::nanoseconds>(Clock::now() - last_);
    const selfieseg_step step{
        name, {1, shape.height, shape.width, shape.channels}, data, taken.count()};
    function_(context_, &step);
    last_ = Clock::now();  // the observer's own time is nobody's
  }

 private:
  using Clock = std::chrono::steady_clock;
  selfieseg_observer function_ = nullptr;
  void* context_ = nullptr;
  Clock::time_point last_;
};

}  // namespace selfieseg::core
