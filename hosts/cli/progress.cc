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

// Puts a bar before the text, as far as both fit.
std::string WithBar(double share, const std::string& text, size_t columns) {
  if (text.size() + 13 >= columns) return text.substr(0, columns > 1 ? columns - 2 : 0);
  const size_t width = std::min<size_t>(40, columns - 4 - text.size());
  const size_t filled = size_t(double(width) * std::clamp(share, 0.0, 1.0));
  return "[" + std::string(filled, '#') + std::string(width - filled, ' ') + "] " + text;
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
  std::snprintf(numbers, sizeof(numbers), "%zu/%zu, %.1f/s, %s", done, total, rate, left.c_str());
  return WithBar(total > 0 ? double(done) / double(total) : 1, numbers, columns);
}

std::string ClipLine(const ClipProgress& clip, double seconds, size_t columns) {
  char rates[80];
  const double fps = seconds > 0 ? double(clip.frames) / seconds : 0;
  const double speed = seconds > 0 ? clip.done_seconds / seconds : 0;
  std::snprintf(rates, sizeof(rates), "%.1f fps, %.2fx", fps, speed);
  const std::string done = Duration(clip.done_seconds);
  if (clip.total_seconds <= 0) {
    return (done + ", " + rates).substr(0, columns > 1 ? columns - 2 : 0);
  }
  const double left_seconds = std::max(clip.total_seconds - clip.done_seconds, 0.0);
  const std::string left = speed > 0 ? Duration(left_seconds / speed) + " left" : "...";
  return WithBar(clip.done_seconds / clip.total_seconds,
                 done + "/" + Duration(clip.total_seconds) + ", " + rates + ", " + left, columns);
}

StatusLine::StatusLine(bool wanted) : shown_(wanted && IsTerminal()) {}

bool StatusLine::IsDue(bool last) const {
  return shown_ && (last || Clock::now() - drawn_ >= kRedraw);
}

double StatusLine::Seconds() const {
  return std::chrono::duration<double>(Clock::now() - start_).count();
}

size_t StatusLine::Columns() {
  winsize size = {};
  return ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
}

void StatusLine::Print(const std::string& line) {
  drawn_ = Clock::now();
  std::fprintf(stderr, "\r\x1B[K%s", line.c_str());
  std::fflush(stderr);
}

void StatusLine::Clear() {
  if (shown_ && drawn_ != Clock::time_point{}) std::fprintf(stderr, "\r\x1B[K");
  drawn_ = {};
}

void Progress::Advance() {
  ++done_;
  status_.Draw(done_ == total_, [&](double seconds, size_t columns) {
    return ProgressLine(done_, total_, seconds, columns);
  });
}

}  // namespace selfieseg::cli
