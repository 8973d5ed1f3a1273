// The network's small mask to a matte of the frame's size.
#pragma once

#include <optional>
#include <vector>

#include "base/between.h"
#include "base/enlarge.h"
#include "base/image.h"
#include "base/tensor.h"
#include "base/threads.h"
#include "mask/guided.h"

namespace selfieseg::core {

// For the guide: how much variance of luma is noise. A close-up shows finer edges.
inline constexpr float kWholeEpsilon = 0.03f, kCloseupEpsilon = 0.01f;

// Without guide it is bilinear with half-pixel centres, edges clamped: what MediaPipe does.
class Refiner {
 public:
  // threads: as many may make rows, each in a lane of its own, and they divide the work of Start;
  // null: the caller's alone. Both outlive this.
  Refiner(const RowKernels& rows, const Shape& shape, bool guided, Threads* threads = nullptr);

  // Makes room for frames of this size. Allocates nothing for those not wider than one before.
  void Prepare(int width, int height);

  // luma and mask: of the network's input, and its output, both with room for a vector more. They
  // must live as long as rows are asked for. Real-time safe once prepared for the frame's size, as
  // are the others.
  void Start(const float* luma, const float* mask, float epsilon, const Ramp& ramp);
  // Row y of the matte, to the first row of `matte`: GRAY or GRAY_F32. Any order of rows; from the
  // top is fastest.
  void Row(const Image& frame, int y, const Image& matte, int lane = 0);
  // All rows, each to its own.
  void Run(const Image& frame, const Image& matte);
  // The matte in the mask's size; valid until the next Start().
  const float* Small();

 private:
  // Cells that are surely background or person, or must be computed.
  struct Span {
    size_t first, last;
    uint8_t sure;
  };

  struct alignas(kApart) Lane {
    std::vector<uint8_t> sure_cells;  // between two lines
    int above = -1, below = -1;       // lines of samples that `spans` is for
    std::vector<Span> spans;
    std::vector<uint8_t> planes;  // three colours and luma of one row
    Buffer slopes, offsets;       // of one row, with the first and the last twice
  };

  void FindSpans(Lane& lane) const;
  void MixFit(const Between& lines, const CellColumns& columns, const Image& frame, float most,
              Lane& lane) const;
  void ReadLuma(const Image& frame, int y, const CellColumns& columns, Lane& lane) const;

  const RowKernels* rows_;
  Shape shape_;
  std::optional<GuidedFilter> guide_;
  int height_ = 0;  // of the frame
  std::optional<Cells> cells_;

  LinearFit fit_ = {};  // without guide only an offset
  Ramp ramp_;           // of what the fit gives
  float gain_ = 1;      // of the ramp
  Buffer small_;        // without guide
  std::vector<Lane> lanes_;
};

}  // namespace selfieseg::core
