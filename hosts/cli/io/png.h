// PNG files of every colour type and bit depth in; gray and RGBA out.
#pragma once

#include <cstdint>
#include <span>

#include "cli/picture.h"

namespace selfieseg::cli {

// 8 bits a channel, alpha not premultiplied. A damaged or cut file is refused; one that lacks only
// what follows the pixels is read, with a warning.
Decoded DecodePng(std::span<const uint8_t> bytes, int64_t max_pixels);

// A GRAY or RGBA picture, without loss.
Bytes EncodePng(const Picture& picture);

}  // namespace selfieseg::cli
