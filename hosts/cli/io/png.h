// PNG files of every colour type and bit depth in; gray and RGBA out.
#pragma once

#include <cstdint>
#include <span>

#include "cli/picture.h"

namespace selfieseg::cli {

// RGBA, 8 bits a channel, alpha not premultiplied. A damaged or cut file is refused.
Picture DecodePng(std::span<const uint8_t> bytes);

// A GRAY or RGBA picture, without loss.
Bytes EncodePng(const Picture& picture);

}  // namespace selfieseg::cli
