// The person alone: the frame's colours with the matte as alpha.
#pragma once

#include "base/image.h"

namespace selfieseg::core {

// Alpha is not premultiplied. `matte` is GRAY, `out` has alpha; all have one size; `out` may be
// `frame`. Real-time safe.
void CutOut(const Image& frame, const Image& matte, const Image& out);

}  // namespace selfieseg::core
