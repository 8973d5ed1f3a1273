// A second look at the person: where it pays, and what several looks say together.
//
// The network sees a person who fills a quarter of the frame with a quarter of its pixels. Run
// again on the person's box it sees more. All constants are from sweeps: docs/evaluation.md.
#pragma once

#include <optional>
#include <vector>

#include "base/buffer.h"
#include "base/image.h"
#include "base/tensor.h"

namespace selfieseg::core {

// The box around all that the mask of the whole frame is sure of, several persons included, with a
// margin. None when nobody is there, or the box is most of the frame anyway, or tiny. It begins at
// a multiple of `step`, where a sample of chroma does.
std::optional<Rect> FindCloseup(const float* mask, const Shape& shape, int width, int height,
                                int step = 1);

// The top square of a box that is much taller than wide: the upper body of somebody who stands.
std::optional<Rect> FindUpperBody(const Rect& closeup);

// Masks of several parts of a frame, averaged where a close-up lies, in the network's own size.
// Call the functions in this order; the close-up and the upper body may change places.
class Looks {
 public:
  explicit Looks(const Shape& shape);  // of the network's input

  void Start(const Rect& closeup, int frame_width, int frame_height);
  void AddWhole(const float* mask);  // of the whole frame
  // Whether a look at the close-up finds again what the whole frame's was sure of. It may not,
  // where the frame is blurred: enlarged, that is nobody any more. Then do not add it.
  bool Agrees(const float* closeup) const;
  void AddCloseup(const float* mask);  // of the close-up; counts twice, less towards its edges
  void AddUpperBody(const float* mask, const Rect& part);  // four times, less towards its end

  const float* Mean();  // of the close-up

 private:
  // `part` is where the mask lies in the frame; `across` and `down` are weights, multiplied.
  void Add(const float* mask, const Rect& part, const std::vector<float>& across,
           const std::vector<float>& down);

  size_t width_, height_;
  Rect frame_, closeup_;
  std::vector<float> across_, down_, down_open_;  // fading at edges; at all but the lower edge
  std::vector<float> even_;                       // ones
  std::vector<float> weights_;                    // of rows
  Buffer shown_, sums_, totals_;
};

}  // namespace selfieseg::core
