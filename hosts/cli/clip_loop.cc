#include "cli/clip_loop.h"

#include <algorithm>
#include <utility>

#include "cli/interrupt.h"

namespace selfieseg::cli {
namespace {

constexpr double kUsualRate = 25, kShortest = 1e-3;  // seconds

}  // namespace

ClipLoop::ClipLoop(ClipInput options) : options_(std::move(options)) {
  reader_.emplace(options_);
  reader_->Read(&now_);
  ReadOn();
}

// The next frame; the first one, after the last was shown for as long as others.
void ClipLoop::ReadOn() {
  const double rate = reader_->facts().rate_fps > 0 ? reader_->facts().rate_fps : kUsualRate;
  const double end = begin_ + now_.view().seconds + 1 / rate;
  if (!reader_->Read(&next_)) {
    reader_.reset();
    reader_.emplace(options_);
    begin_ = end;
    reader_->Read(&next_);
  }
  next_at_ = begin_ + std::max(next_.view().seconds, 0.0);
}

const selfieseg_image& ClipLoop::At(double seconds) {
  try {
    while (next_at_ <= seconds + kShortest / 2) {
      std::swap(now_, next_);
      const double shown_at = next_at_;
      ReadOn();
      next_at_ = std::max(next_at_, shown_at + kShortest);
    }
  } catch (const Interrupted&) {
    next_at_ = seconds + 1e9;
  }
  return now_.view().frame;
}

}  // namespace selfieseg::cli
