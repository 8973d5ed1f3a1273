// Keeps the load below what the user gave: by a ladder of cheaper ways to work, one step at a time.
#pragma once

namespace selfieseg::camera {

class Budget {
 public:
  struct Step {
    bool fast;     // the cheapest quality
    double share;  // of the rate
  };

  // Per cent of one core; 0: no limit.
  void SetLimit(int percent);
  // Takes what was used since the last call, some seconds ago. Returns whether the step changed.
  bool Note(double used_percent);

  int step() const { return step_; }
  Step Now() const;

 private:
  int limit_ = 0, step_ = 0, calm_ = 0;
};

}  // namespace selfieseg::camera
