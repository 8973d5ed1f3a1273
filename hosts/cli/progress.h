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

// How far a clip is.
struct ClipProgress {
  size_t frames = 0;
  double done_seconds = 0, total_seconds = 0;  // of the clip; a total of 0 is not known
};

// One line: "[####      ] 0:12/1:05, 24.1 fps, 0.80x, 1:06 left"; without the ends, where the total
// is not known. `seconds`: since the beginning.
std::string ClipLine(const ClipProgress& clip, double seconds, size_t columns);

// A line on the terminal that is drawn again and again.
class StatusLine {
 public:
  // `wanted` and standard error is a terminal: else all of this does nothing.
  explicit StatusLine(bool wanted);
  ~StatusLine() { Clear(); }
  StatusLine(const StatusLine&) = delete;
  StatusLine& operator=(const StatusLine&) = delete;

  // Draws line(seconds since the beginning, columns), unless it was just drawn; the last one
  // always.
  template <class Line>
  void Draw(bool last, const Line& line) {
    if (IsDue(last)) Print(line(Seconds(), Columns()));
  }
  // Removes the line, so that something else can be printed.
  void Clear();

 private:
  using Clock = std::chrono::steady_clock;

  bool IsDue(bool last) const;
  double Seconds() const;
  static size_t Columns();
  void Print(const std::string& line);

  const bool shown_;
  const Clock::time_point start_ = Clock::now();
  Clock::time_point drawn_{};
};

class Progress {
 public:
  Progress(size_t total, bool wanted) : total_(total), status_(wanted) {}

  void Advance();
  void Clear() { status_.Clear(); }

 private:
  const size_t total_;
  StatusLine status_;
  size_t done_ = 0;
};

}  // namespace selfieseg::cli
