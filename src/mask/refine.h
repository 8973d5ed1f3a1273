// The network's small mask to a matte of the frame's size.
#pragma once

#include <optional>

#include "base/enlarge.h"
#include "base/image.h"
#include "base/tensor.h"
#include "mask/guided.h"

namespace selfieseg::core {

// Confidences up to `low` become 0, from `high` on 1, and those between lie on a straight line.
struct Ramp {
  float low = 0, high = 1;  // low < high
};

// For the guide: how much variance of luma is noise. A close-up shows finer edges.
inline constexpr float kWholeEpsilon = 0.03f, kCloseupEpsilon = 0.01f;

class Refiner {
 public:
  Refiner(const RowKernels& rows, const Shape& shape, bool guided);

  // Makes room for frames of this size.
  void Prepare(int width, int height);

  // tensor and mask: the network's input and output. matte: GRAY or GRAY_F32, of the frame's size.
  // Without guide it is bilinear with half-pixel centres, edges clamped: what MediaPipe does.
  // Real-time safe once prepared for the frame's size.
  void Run(const Image& frame, const float* tensor, const float* mask, float epsilon,
           const Ramp& ramp, const Image& matte);

 private:
  // Columns of the frame that are surely background or person, or must be computed.
  struct Span {
    size_t begin, end;
    uint8_t sure;
  };

  void FindSure(const float* fit);
  void FindSpans(size_t above, size_t below);

  const RowKernels* rows_;
  Shape shape_;
  std::optional<GuidedFilter> guide_;
  std::optional<Enlarger> enlarger_;
  std::vector<uint8_t> planes_;  // three colours and luma of one row
  std::vector<uint8_t> sure_;    // of each sample of the fit
  std::vector<Span> spans_;      // of the rows between two lines of samples
};

}  // namespace selfieseg::core
