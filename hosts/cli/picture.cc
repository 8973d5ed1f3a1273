// The table of picture formats; each format that can be read or written has a file in io/.
#include "cli/picture.h"

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <sstream>
#include <utility>

#include "cli/colours.h"
#include "cli/failure.h"
#include "cli/io/jpeg.h"
#include "cli/io/png.h"
#include "cli/io/webp.h"
#include "cli/orientation.h"

namespace selfieseg::cli {
namespace {

using namespace std::string_view_literals;

constexpr PictureFormat kFormats[] = {
    {"JPEG", 0, "\xFF\xD8\xFF"sv, "jpg jpeg"sv, false, DecodeJpeg, EncodeJpeg},
    {"PNG", 0, "\x89PNG\r\n\x1A\n"sv, "png"sv, true, DecodePng, EncodePng},
    {"WebP", 8, "WEBP"sv, "webp"sv, true, DecodeWebp, EncodeWebp},
    {"GIF", 0, "GIF8"sv, "gif"sv, false, nullptr, nullptr},
    {"TIFF", 0, "II*\0"sv, "tif tiff"sv, false, nullptr, nullptr},
    {"TIFF", 0, "MM\0*"sv, "tif tiff"sv, false, nullptr, nullptr},
    {"BMP", 0, "BM"sv, "bmp"sv, false, nullptr, nullptr},
    {"HEIC", 4, "ftyphei"sv, "heic heif"sv, false, nullptr, nullptr},
    {"AVIF", 4, "ftypavif"sv, "avif"sv, false, nullptr, nullptr},
    {"MP4", 4, "ftyp"sv, "mp4 mov"sv, false, nullptr, nullptr},
};

// "png", of "folder/x.PNG"; "" when the name has none.
std::string ExtensionOf(const std::string& path) {
  std::string extension = std::filesystem::path(path).extension();
  if (!extension.empty()) extension.erase(0, 1);
  std::transform(extension.begin(), extension.end(), extension.begin(),
                 [](unsigned char c) { return char(std::tolower(c)); });
  return extension;
}

bool HasWord(std::string_view words, const std::string& word) {
  std::istringstream stream{std::string(words)};
  for (std::string each; stream >> each;) {
    if (each == word) return true;
  }
  return false;
}

// Throws Failure when there is none.
const PictureFormat& FormatToRead(std::span<const uint8_t> bytes) {
  const PictureFormat* format = FindFormatByContent(bytes);
  if (format == nullptr) throw Failure("is no picture: need " + FormatNames());
  if (format->decode == nullptr) {
    throw Failure(std::string("is ") + format->name + ": need " + FormatNames());
  }
  return *format;
}

// Reads a file and decodes it; what is wrong is about the file.
template <class Decode>
Picture ReadAs(const std::string& path, const Decode& decode) {
  try {
    const Bytes beginning = ReadBeginning(path, kSignatureBytes);
    if (!beginning.empty()) FormatToRead(beginning);  // before a large file is read
    return decode(ReadFile(path));
  } catch (const FileFailure&) {
    throw;
  } catch (const Failure& failure) {
    throw FileFailure(path, failure.what());
  }
}

}  // namespace

Picture NewPicture(selfieseg_format format, int64_t width, int64_t height, int64_t max_pixels) {
  const std::string size = "is " + std::to_string(width) + "x" + std::to_string(height);
  if (width < 1 || height < 1) throw Failure(size + ", which is no picture");
  if (width > kMaxPictureSide || height > kMaxPictureSide) {
    throw Failure(size + "; the limit is " + std::to_string(kMaxPictureSide) + " pixels a side");
  }
  if (width * height > max_pixels) {
    throw Failure(size + ", " + std::to_string(width * height) + " pixels; the limit is " +
                  std::to_string(max_pixels) + " (--max-pixels)");
  }
  Picture picture;
  picture.format = format;
  picture.width = int(width);
  picture.height = int(height);
  picture.data =
      std::make_unique_for_overwrite<uint8_t[]>(picture.stride() * size_t(picture.height));
  return picture;
}

const PictureFormat* FindFormatByContent(std::span<const uint8_t> bytes) {
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  for (const PictureFormat& format : kFormats) {
    if (text.size() > format.offset && text.substr(format.offset).starts_with(format.signature)) {
      return &format;
    }
  }
  return nullptr;
}

const PictureFormat* FindFormatByExtension(const std::string& path) {
  const std::string extension = ExtensionOf(path);
  for (const PictureFormat& format : kFormats) {
    if (!extension.empty() && HasWord(format.extensions, extension)) return &format;
  }
  return nullptr;
}

std::string FormatNames() {
  std::string names;
  for (const PictureFormat& format : kFormats) {
    if (format.decode != nullptr) names += (names.empty() ? "" : ", ") + std::string(format.name);
  }
  return names;
}

Picture DecodePicture(std::span<const uint8_t> bytes, int64_t max_pixels) {
  Decoded decoded = FormatToRead(bytes).decode(bytes, max_pixels);
  ConvertToSrgb(&decoded);
  TurnUpright(&decoded.picture, OrientationOf(decoded.exif));
  return std::move(decoded.picture);
}

Picture ReadMask(const std::string& path) {
  return ReadAs(path, [](std::span<const uint8_t> bytes) {
    const Picture stored = FormatToRead(bytes).decode(bytes, kDefaultMaxPixels).picture;
    Picture mask = NewPicture(SELFIESEG_GRAY, stored.width, stored.height);
    for (size_t i = 0; i < mask.bytes().size(); ++i) {
      const uint8_t* pixel = &stored.bytes()[4 * i];
      if (pixel[0] != pixel[1] || pixel[0] != pixel[2] || pixel[3] != 255) {
        throw Failure("has colours or alpha; a mask is gray");
      }
      mask.bytes()[i] = pixel[0];
    }
    return mask;
  });
}

Picture ReadPicture(const std::string& path, int64_t max_pixels) {
  return ReadAs(path,
                [&](std::span<const uint8_t> bytes) { return DecodePicture(bytes, max_pixels); });
}

}  // namespace selfieseg::cli
