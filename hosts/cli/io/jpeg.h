// JPEG files, baseline and progressive: gray, colour and Adobe's CMYK in; gray and colour out.
#pragma once

#include <cstdint>
#include <span>

#include "cli/picture.h"

namespace selfieseg::cli {

// Damaged or cut picture data is refused; a file that lacks only its end marker is read, with a
// warning.
Decoded DecodeJpeg(std::span<const uint8_t> bytes, int64_t max_pixels);

// A GRAY or opaque RGBA picture, at a quality that keeps a mask's levels.
Bytes EncodeJpeg(const Picture& picture);
// The same at a quality of 1..100.
Bytes EncodeJpeg(const Picture& picture, int quality);

}  // namespace selfieseg::cli
