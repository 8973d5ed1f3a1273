// Planes of the network's size that cover parts of a frame.
#pragma once

#include <optional>

#include "base/image.h"
#include "base/tensor.h"

namespace selfieseg::core {

// The samples, from the first column and line to the last, that are sure: at least so much. None if
// there are none.
std::optional<Rect> FindSure(const float* mask, const Shape& shape, float sure);

// A plane of the part `from`, as one of `to`. Bilinear; what lies beyond `from` has the value of
// its edge. shape: its channels are ignored. Real-time safe.
void ShowPart(const float* plane, const Rect& from, const Shape& shape, const Rect& to,
              float* shown);

}  // namespace selfieseg::core
