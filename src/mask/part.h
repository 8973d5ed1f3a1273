// A plane that covers one part of a frame, as a plane of another part; both in the network's size.
#pragma once

#include "base/image.h"
#include "base/tensor.h"

namespace selfieseg::core {

// Bilinear; what lies beyond `from` has the value of its edge. shape: its channels are ignored.
// Real-time safe.
void ShowPart(const float* plane, const Rect& from, const Shape& shape, const Rect& to,
              float* shown);

}  // namespace selfieseg::core
