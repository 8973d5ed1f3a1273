// WebP files: still pictures in; gray, colour and alpha out.
#pragma once

#include <cstdint>
#include <span>

#include "cli/picture.h"

namespace selfieseg::cli {

// A damaged or cut file, and an animation, are refused.
Decoded DecodeWebp(std::span<const uint8_t> bytes, int64_t max_pixels);

// GRAY without loss; the colours of RGBA with little, its alpha without. At most 16383 pixels a
// side.
Bytes EncodeWebp(const Picture& picture);

}  // namespace selfieseg::cli
