// The small mask to a matte of the frame's size.
#pragma once

#include "base/image.h"
#include "base/tensor.h"

namespace selfieseg::core {

// Bilinear with half-pixel centres, edges clamped: what MediaPipe does. `mask` holds shape.height *
// shape.width floats in [0, 1]; `matte` is GRAY (rounded to nearest) or GRAY_F32. Real-time safe.
void UpsampleMask(const float* mask, const Shape& shape, const Image& matte);

}  // namespace selfieseg::core
