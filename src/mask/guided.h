// The small mask, drawn to the edges of the picture: a guided filter.
//
// Within every window the mask is fitted by slope * luma + offset, with least squares and a penalty
// epsilon on the slope (He, Sun, Tang: Guided Image Filtering, 2010). Evaluated with the luma of
// the full-size frame, the fit has that frame's edges (He, Sun: Fast Guided Filter, 2015).
#pragma once

#include <vector>

#include "base/buffer.h"
#include "base/image.h"
#include "base/rows.h"
#include "base/tensor.h"
#include "base/threads.h"

namespace selfieseg::core {

// Confidences up to `low` become 0, from `high` on 1, and those between lie on a straight line.
struct Ramp {
  float low = 0, high = 1;  // low < high

  float operator()(float confidence) const {
    const float value = (confidence - low) * (1.0f / (high - low));
    const float positive = value > 0.0f ? value : 0.0f;
    return positive < 1.0f ? positive : 1.0f;
  }
};

// Planes of the mask's size: a pixel's confidence is slope * luma + offset.
struct LinearFit {
  const float* slope;
  const float* offset;
  const uint8_t* sure;  // what the ramp makes of it whatever the luma is: RowKernels::ramp
  const float* matte;   // what it makes of it with the luma of the network's input
};

class GuidedFilter {
 public:
  // shape: of the network's input; its channels are ignored. threads: divide the work; null: the
  // caller's alone. Both outlive this.
  GuidedFilter(const RowKernels& rows, const Shape& shape, Threads* threads = nullptr);

  // luma: of the network's input, with room for a vector more. mask: its output; NaN counts as 0.
  // It is made steeper first, so that what is nearly sure pulls no haze along the edges. epsilon: a
  // variance of luma that is noise. ramp.low: not negative. The result is valid until the next
  // call. Real-time safe.
  LinearFit Fit(const float* luma, const float* mask, float epsilon, const Ramp& ramp);

 private:
  static constexpr size_t kLines = 5;  // of a window

  // Of a thread.
  struct alignas(kApart) Lane {
    Buffer kept;    // lines of planes: luma, person, product, square; slope, offset
    int begun = 0;  // rows of the first four
    Buffer sums, means;
    std::vector<uint8_t> sure;
    Rect found;
  };

  template <class Job>
  void InBands(int rows, const Job& job) {
    if (threads_ == nullptr) return job(0, rows, lanes_[0]);
    threads_->InBands(rows,
                      [&](int begin, int end, int lane) { job(begin, end, lanes_[size_t(lane)]); });
  }
  // Row y of a plane of which only the last lines are kept, from the part's left edge on.
  float* Line(Lane& lane, size_t plane, int y) {
    return &lane.kept[(plane * kLines + size_t(y) % kLines) * RowRoom(width_)];
  }
  size_t At(int y) const { return size_t(y) * width_ + size_t(part_.x); }

  Rect FindSome(Lane& lane, const float* mask, int begin, int end) const;
  // All that is not far from everybody.
  Rect FindPart(const float* mask);
  void Clear(const Rect& before);
  // The mean of the windows around row y, of a kept plane.
  void Mean(Lane& lane, size_t plane, int y, float* means);
  void FitRow(Lane& lane, int y, const float* luma, const float* mask, float epsilon);
  void FinishRow(Lane& lane, int y, const float* luma);
  void FitRows(Lane& lane, int top, int bottom, const float* luma, const float* mask,
               float epsilon);

  const RowKernels* rows_;
  Threads* threads_;
  size_t width_, height_;
  Rect part_;
  Ramp ramp_;
  std::vector<Lane> lanes_;
  Buffer slope_, offset_, matte_;
  std::vector<uint8_t> sure_;
};

}  // namespace selfieseg::core
