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
inline constexpr int64_t kDefaultMaxPixels = 100'000'000;  // checked before any pixel is allocated

// Owns packed pixels: RGBA for what was read or made, GRAY for a mask. Moves, does not copy.
struct Picture {
  selfieseg_format format = SELFIESEG_RGBA;
  int width = 0, height = 0;
  std::unique_ptr<uint8_t[]> data;
  bool opaque = false;  // RGBA: alpha says nothing and is not written
  std::string warning;  // "", or what was wrong with a file that could be read

  size_t channels() const { return format == SELFIESEG_GRAY ? 1 : 4; }
  size_t stride() const { return size_t(width) * channels(); }  // bytes
  std::span<uint8_t> bytes() const { return {data.get(), stride() * size_t(height)}; }
  selfieseg_image View() const { return selfieseg_wrap(format, width, height, data.get(), 0); }
  void Warn(const std::string& sentence) { warning += (warning.empty() ? "" : "; ") + sentence; }
};

// Uninitialised pixels. Throws Failure when the size is 0 or beyond the limits.
Picture NewPicture(selfieseg_format format, int64_t width, int64_t height,
                   int64_t max_pixels = kDefaultMaxPixels);

// What a decoder finds in a file, before its colours are those of sRGB and it stands upright.
struct Decoded {
  enum class Colours { kGray, kRgb, kInks };

  Picture
      picture;  // RGBA. Gray: three equal channels. Inks: C, M, Y, K as 255 - ink, as Adobe does
  Colours colours = Colours::kRgb;  // what the file holds, and so what its profile speaks of
  Bytes profile;                    // ICC; empty: none
  Bytes exif;                       // without the name "Exif" before it; empty: none
};

// One row of the table of formats. What the tool only recognises, to name it in an error, has no
// functions.
struct PictureFormat {
  const char* name;
  size_t offset;                // in bytes, of the signature
  std::string_view signature;   // what every such file has at `offset`
  std::string_view extensions;  // "jpg jpeg", in lower case; the first is written
  bool alpha;                   // can hold a cut-out
  // Throws Failure without the file's name.
  Decoded (*decode)(std::span<const uint8_t> bytes, int64_t max_pixels);
  Bytes (*encode)(const Picture& picture);

  std::string extension() const { return std::string(extensions.substr(0, extensions.find(' '))); }
};

// The format of a file's first bytes, by content and never by name; null when unknown.
const PictureFormat* FindFormatByContent(std::span<const uint8_t> bytes);

// The format that a file's extension names, in any case; null when unknown or there is none.
const PictureFormat* FindFormatByExtension(const std::string& path);

// As many of a file's first bytes as FindFormatByContent() may look at.
inline constexpr size_t kSignatureBytes = 16;

// "JPEG, PNG, WebP": what can be read and written.
std::string FormatNames();

// A file's bytes as RGBA: upright, colours of sRGB. Throws Failure without the file's name.
Picture DecodePicture(std::span<const uint8_t> bytes, int64_t max_pixels = kDefaultMaxPixels);

// A mask file as GRAY, its levels as they are stored: neither turned nor converted. Throws
// FileFailure, also when it has colours or alpha.
Picture ReadMask(const std::string& path);

// The same as DecodePicture() of a file. Throws FileFailure.
Picture ReadPicture(const std::string& path, int64_t max_pixels = kDefaultMaxPixels);

}  // namespace selfieseg::cli
