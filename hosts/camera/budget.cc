#include "camera/budget.h"

#include <iterator>

namespace selfieseg::camera {
namespace {

constexpr Budget::Step kSteps[] = {{false, 1},      {true, 1},   {true, 2.0 / 3}, {true, 0.5},
                                   {true, 1.0 / 3}, {true, 0.2}, {true, 0.1}};
// The next dearer step may take twice as much: it is taken when there is room for that, and stays.
constexpr double kRoom = 0.5;
constexpr int kCalmNotes = 5;

}  // namespace

Budget::Step Budget::Now() const { return kSteps[step_]; }

void Budget::SetLimit(int percent) {
  limit_ = percent;
  calm_ = 0;
  if (percent == 0) step_ = 0;
}

bool Budget::Note(double used_percent) {
  if (limit_ == 0) return false;
  const int before = step_;
  calm_ = used_percent < kRoom * limit_ ? calm_ + 1 : 0;
  if (used_percent > limit_ && step_ + 1 < int(std::size(kSteps))) ++step_;
  if (calm_ >= kCalmNotes && step_ > 0) {
    --step_;
    calm_ = 0;
  }
  return step_ != before;
}

}  // namespace selfieseg::camera
