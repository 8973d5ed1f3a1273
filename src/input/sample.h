// A frame to the network's input, in one pass.
#pragma once

#include <optional>

#include "base/resample.h"

namespace selfieseg::core {

// The frame is stretched to the network's size, as the network was trained.
class Sampler {
 public:
  Sampler(const RowKernels& rows, Filter filter, const Shape& shape)
      : rows_(&rows), filter_(filter), shape_(shape) {}

  // Makes room for frames of this size.
  void Prepare(int width, int height) {
    if (!resampler_ || !resampler_->Fits(width, height)) {
      resampler_.emplace(*rows_, filter_, width, height, shape_);
    }
  }

  // tensor: shape.height x shape.width x 3, RGB in [0, 1]. Real-time safe once prepared.
  void Run(const Image& frame, float* tensor) { resampler_->Run(frame, 1.0f / 255.0f, tensor); }

 private:
  const RowKernels* rows_;
  Filter filter_;
  Shape shape_;
  std::optional<Resampler> resampler_;
};

}  // namespace selfieseg::core
