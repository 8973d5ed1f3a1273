// A decoded picture in memory, and the table of picture formats that the tool knows.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "cli/files.h"
#include "selfieseg/selfieseg.h"

namespace selfieseg::cli {

inline constexpr int kMaxPictureSide = 65535;              // pixels
inline constexpr int64_t kMaxPicturePixels = 100'000'000;  // checked before any pixel is allocated

// Owns packed pixels: RGBA for what was read or cut out, GRAY for a mask. Moves, does not copy.
struct Picture {
  selfieseg_format format = SELFIESEG_RGBA;
  int width = 0, height = 0;
  std::unique_ptr<uint8_t[]> data;
  std::string warning;  // "", or what the decoder found wrong with a file that it could read

  size_t channels() const { return format == SELFIESEG_GRAY ? 1 : 4; }
  size_t stride() const { return size_t(width) * channels(); }  // bytes
  std::span<uint8_t> bytes() const { return {data.get(), stride() * size_t(height)}; }
  selfieseg_image View() const { return selfieseg_wrap(format, width, height, data.get(), 0); }
};

// Uninitialised pixels. Throws Failure when the size is 0 or beyond the limits above.
Picture NewPicture(selfieseg_format format, int64_t width, int64_t height);

// One row of the table of formats. What the tool only recognises, to name it in an error, has no
// functions.
struct PictureFormat {
  const char* name;
  size_t offset;                // in bytes, of the signature
  std::string_view signature;   // what every such file has at `offset`
  std::string_view extensions;  // "jpg jpeg", in lower case
  bool alpha;                   // can hold a cut-out
  // Gives RGBA; throws Failure without the file's name.
  Picture (*decode)(std::span<const uint8_t> bytes);
  Bytes (*encode)(const Picture& picture);
};

// The format of a file's first bytes, by content and never by name; null when unknown.
const PictureFormat* FindFormatByContent(std::span<const uint8_t> bytes);

// The format to write for a file of this name; PNG when the name has no extension. Throws Misuse.
const PictureFormat& FindFormatForOutput(const std::string& path);

// Reads and decodes a file. Throws Failure naming the file.
Picture ReadPicture(const std::string& path);

}  // namespace selfieseg::cli
