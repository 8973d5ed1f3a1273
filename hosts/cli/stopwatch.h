// Measures the stages of a command, one after the other.
#pragma once

#include <chrono>

namespace selfieseg::cli {

class Stopwatch {
 public:
  // Milliseconds since the last call, or since the beginning.
  double Lap() {
    const auto now = std::chrono::steady_clock::now();
    const std::chrono::duration<double, std::milli> taken = now - last_;
    last_ = now;
    return taken.count();
  }

 private:
  std::chrono::steady_clock::time_point last_ = std::chrono::steady_clock::now();
};

}  // namespace selfieseg::cli
