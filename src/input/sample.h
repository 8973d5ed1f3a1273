// A frame to the network's input, in one pass.
#pragma once

#include <optional>

#include "base/buffer.h"
#include "base/resample.h"
#include "base/threads.h"

namespace selfieseg::core {

// The frame is stretched to the network's size, as the network was trained. Planes of Y'CbCr are
// made small each by itself, and become RGB then.
class Sampler {
 public:
  // threads: divide the work, and outlive this. Null: the caller's alone.
  Sampler(const RowKernels& rows, Filter filter, const Shape& shape, Threads* threads = nullptr);

  // Makes room for frames of this size and format. Allocates nothing for a part of the first frame.
  void Prepare(const Image& frame);

  // tensor: shape.height x shape.width x 3, RGB in [0, 1]. luma: shape.height x shape.width, with
  // room for a vector more; that of the frame's Y' if it has any. Real-time safe once prepared.
  void Run(const Image& frame, float* tensor, float* luma);

 private:
  // Calls job(y, lane) for every row of the tensor.
  template <class Job>
  void ForRows(const Job& job);

  const RowKernels* rows_;
  Filter filter_;
  Shape shape_;
  Threads* threads_;
  int lanes_;
  std::optional<Resampler> resampler_;
  // Of Y'CbCr.
  const PixelFormat* format_ = nullptr;
  selfieseg_siting siting_ = SELFIESEG_LEFT;
  std::optional<Resampler> chroma_resampler_;
  struct alignas(kApart) Lane {
    Buffer y, cb, cr;  // one row of the tensor
  };
  std::vector<Lane> of_lanes_;
};

}  // namespace selfieseg::core
