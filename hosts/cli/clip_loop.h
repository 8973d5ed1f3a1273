// A clip that goes on for ever, for what is shown with another: the frame for any moment.
#pragma once

#include <optional>

#include "cli/io/video.h"

namespace selfieseg::cli {

// Used by one thread.
class ClipLoop {
 public:
  // Throws as ClipReader does.
  explicit ClipLoop(ClipInput options);

  // The frame that is shown after so many seconds, which do not become fewer. Valid until the next
  // call; the same one as before has the same pixels. Once interrupted it stands still. Throws
  // FileFailure.
  const selfieseg_image& At(double seconds);

 private:
  void Open();
  void ReadOn();

  ClipInput options_;
  std::optional<ClipReader> reader_;
  ClipPiece now_, next_;
  double begin_ = 0;    // of this round, in seconds
  double next_at_ = 0;  // when `next_` is shown
};

}  // namespace selfieseg::cli
