#include "camera/pace.h"

#include <algorithm>
#include <utility>

namespace selfieseg::camera {

bool Pace::Passes(int64_t time) {
  const int64_t period = 1'000'000'000 / rate_;
  const bool rate_was_raised = due_ > time + 2 * period;
  const bool begins_again = std::exchange(last_, time) >= time || rate_was_raised;
  const bool early = time < due_ - period / 4;  // cameras are not punctual
  if (early && !begins_again) return false;
  due_ = (begins_again ? time : std::max(due_, time - period / 2)) + period;
  return true;
}

}  // namespace selfieseg::camera
