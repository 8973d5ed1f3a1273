#include "cli/progress.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace selfieseg::cli {
namespace {

constexpr std::chrono::milliseconds kRedraw{100};

bool IsTerminal() {
  const char* kind = std::getenv("TERM");
  return isatty(STDERR_FILENO) != 0 && kind != nullptr && std::strcmp(kind, "dumb") != 0;
}

size_t Columns() {
  winsize size = {};
  return ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
}

}  // namespace

std::string Duration(double seconds) {
  const long whole = std::lround(std::max(seconds, 0.0));
  char text[40];
  if (whole < 3600) {
    std::snprintf(text, sizeof(text), "%ld:%02ld", whole / 60, whole % 60);
  } else {
    std::snprintf(text, sizeof(text), "%ld:%02ld:%02ld", whole / 3600, whole / 60 % 60, whole % 60);
  }
  return text;
}

std::string ProgressLine(size_t done, size_t total, double seconds, size_t columns) {
  char numbers[120];
  const double rate = seconds > 0 ? double(done) / seconds : 0;
  const std::string left =
      done > 0 ? Duration(double(total - done) / rate) + " left" : std::string("...");
  std::snprintf(numbers, sizeof(numbers), " %zu/%zu, %.1f/s, %s", done, total, rate, left.c_str());
  const std::string text = numbers;
  if (text.size() + 12 >= columns) return text.substr(1, columns > 1 ? columns - 2 : 0);
  const size_t width = std::min<size_t>(40, columns - 3 - text.size());
  const size_t filled = total > 0 ? width * done / total : width;
  return "[" + std::string(filled, '#') + std::string(width - filled, ' ') + "]" + text;
}

Progress::Progress(size_t total, bool wanted) : total_(total), shown_(wanted && IsTerminal()) {}

void Progress::Advance() {
  ++done_;
  const Clock::time_point now = Clock::now();
  if (!shown_ || (now - drawn_ < kRedraw && done_ < total_)) return;
  drawn_ = now;
  const std::chrono::duration<double> seconds = now - start_;
  const std::string line = ProgressLine(done_, total_, seconds.count(), Columns());
  std::fprintf(stderr, "\r\x1B[K%s", line.c_str());
  std::fflush(stderr);
}

void Progress::Clear() {
  if (shown_ && drawn_ != Clock::time_point{}) std::fprintf(stderr, "\r\x1B[K");
  drawn_ = {};
}

}  // namespace selfieseg::cli
