// A progress bar with the time that is left, on a terminal; nothing anywhere else.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>

namespace selfieseg::cli {

// "1:05", "2:03:04".
std::string Duration(double seconds);

// One line: "[#####     ] 45/100, 12.3/s, 0:04 left". `columns` is the terminal's width.
std::string ProgressLine(size_t done, size_t total, double seconds, size_t columns);

class Progress {
 public:
  // `wanted` and standard error is a terminal: else all of this does nothing.
  Progress(size_t total, bool wanted);
  ~Progress() { Clear(); }
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  void Advance();
  // Removes the bar, so that something else can be printed.
  void Clear();

 private:
  using Clock = std::chrono::steady_clock;

  const size_t total_;
  const bool shown_;
  const Clock::time_point start_ = Clock::now();
  Clock::time_point drawn_{};
  size_t done_ = 0;
};

}  // namespace selfieseg::cli
