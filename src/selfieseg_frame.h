// A frame to its matte: the stages input/, net/ and mask/ in order; for the best quality, again on
// the person.
#pragma once

#include <chrono>
#include <memory>
#include <span>

#include "base/buffer.h"
#include "base/image.h"
#include "base/rows.h"
#include "base/turn.h"
#include "input/sample.h"
#include "mask/closeup.h"
#include "mask/grow.h"
#include "mask/part.h"
#include "mask/refine.h"
#include "mask/smooth.h"
#include "mask/track.h"
#include "net/backend.h"

namespace selfieseg::core {

// What a name of selfieseg_options::quality stands for.
struct Quality {
  const char* name;
  Filter filter;  // from frame to tensor
  bool guided;    // the matte is drawn to the frame's edges
  bool closeups;  // mirrored too, and again on the person: several runs of the network
};
std::span<const Quality> Qualities();  // the default first

// Milliseconds since the last call.
class Stopwatch {
 public:
  double Lap() {
    const auto now = std::chrono::steady_clock::now();
    const std::chrono::duration<double, std::milli> taken = now - last_;
    last_ = now;
    return taken.count();
  }

 private:
  std::chrono::steady_clock::time_point last_ = std::chrono::steady_clock::now();
};

// What is made of masks, as selfieseg_options says.
struct Wanted {
  Quality quality;
  Ramp ramp;
  float smoothing;
  bool tracking;  // not with close-ups
  int grow;
  bool invert;
};

// Mattes and results by turns, so that a row's pixels are still near when they are needed again.
inline constexpr int kRowsInTurn = 8;

class FramePath {
 public:
  // For frames that lie as `orientation` says, of a network whose input has this shape. `network`
  // and what it uses outlive this, and so do `threads`, which divide a frame.
  FramePath(const RowKernels& rows, const Wanted& wanted, const Shape& input, int orientation,
            Network& network, Threads& threads);
  int orientation() const { return orientation_; }

  // The next frame has nothing to do with those before.
  void Reset() {
    if (smoother_) smoother_->Reset();
    if (tracker_) tracker_->Reset(width_, height_);
  }

  // Makes room for frames of this size and format. What is remembered is of the network's size and
  // stays.
  void Prepare(const Image& frame);

  // matte: GRAY or GRAY_F32, of the frame's size. Sets the three times, and compose_ms to 0.
  // Real-time safe once prepared, unless there are close-ups: they have sizes of their own.
  void Run(const Image& frame, const Image& matte, Observer& observer, selfieseg_timings* timings);

  // The same row by row, without close-ups: after Start the rows of the matte, each to the first
  // row of `matte`, which is GRAY.
  bool ByRows() const { return !quality_.closeups; }
  void Start(const Image& frame, Observer& observer, selfieseg_timings* timings);
  void Row(const Image& frame, int y, const Image& matte, int lane);
  // Calls job(top, bottom, lane) for bands of rows, which begin at multiples of kRowsInTurn; each
  // in the lane of its thread. Where a matte grows there is one: its rows are made from the top.
  template <class Job>
  void ForBands(const Job& job) {
    if (grower_) return job(0, height_, 0);
    threads_->Divide((height_ + kRowsInTurn - 1) / kRowsInTurn, [&](int begin, int end, int lane) {
      job(kRowsInTurn * begin, std::min(kRowsInTurn * end, height_), lane);
    });
  }
  int lanes() const { return threads_->count(); }
  Threads& threads() { return *threads_; }
  // After Start: the frame, as the network saw it or would have, and the matte, both of the
  // network's size.
  const float* SmallFrame(const Image& frame);
  const float* SmallMatte();
  const Shape& shape() const { return shape_; }

 private:
  void Sample(Sampler& sampler, const Image& part, selfieseg_timings* timings, Buffer& tensor,
              Buffer& luma);
  // Of the network's own, upright, and back.
  void RunNetwork(const float* tensor, int orientation, Observer& observer, float* mask);
  void Infer(float mirrored, Observer& observer, selfieseg_timings* timings, const Buffer& tensor,
             Buffer& mask);
  // The mask of a frame or a part of it, and of its mirror image with this weight.
  void Look(Sampler& sampler, const Image& part, float mirrored, Observer& observer,
            selfieseg_timings* timings, Buffer& tensor, Buffer& luma, Buffer& mask);
  void LookCloser(const Image& frame, const Image& matte, Observer& observer,
                  selfieseg_timings* timings);
  void PlainRow(const Image& frame, int y, const Image& matte, int lane);
  // The matte is that of this part of the frame, and nothing around it.
  void MoveTo(const Rect& part);
  // Start, in the tracker's box. False at a cut: then it must be the whole frame.
  bool StartInBox(const Image& frame, Observer& observer, selfieseg_timings* timings);
  bool SeesWhole() const { return !tracker_ || part_ == tracker_->frame(); }

  Quality quality_;
  Ramp ramp_;
  const int orientation_;
  Shape shape_;  // of the network's input, as frames lie
  Network* network_;
  Threads* threads_;
  Sampler sampler_;
  Refiner refiner_;
  std::optional<Smoother> smoother_;
  std::optional<Tracker> tracker_;
  const int grow_;
  const bool invert_;
  std::optional<Grower> grower_, small_grower_;
  int width_ = 0, height_ = 0;  // of the frame before
  const PixelFormat* format_ = nullptr;
  Rect part_;  // of it that was looked at
  Buffer tensor_, luma_, mask_, small_matte_;
  // Of close-ups, or the tracker's box; empty without.
  Sampler closeup_sampler_, body_sampler_;
  Refiner closeup_refiner_;
  Looks looks_;
  Buffer closeup_tensor_, closeup_luma_, closeup_mask_;
  Buffer mirrored_mask_;
  Buffer turned_tensor_, turned_mask_;  // as the network wants them, if that is another way
};

}  // namespace selfieseg::core
