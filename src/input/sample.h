// A frame to the network's input tensor: stretched to its size, RGB in [0, 1].
#pragma once

#include "base/image.h"
#include "base/tensor.h"

namespace selfieseg::core {

// Bilinear with half-pixel centres, edges clamped, no antialiasing: what MediaPipe does on the web.
// `tensor` holds shape.size() floats; shape.channels is 3. Real-time safe.
void SampleFrame(const Image& frame, const Shape& shape, float* tensor);

}  // namespace selfieseg::core
