// The table of picture formats; each format that can be read or written has a file in io/.
#include "cli/picture.h"

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <sstream>

#include "cli/failure.h"
#include "cli/io/jpeg.h"
#include "cli/io/png.h"

namespace selfieseg::cli {
namespace {

using namespace std::string_view_literals;

constexpr PictureFormat kFormats[] = {
    {"JPEG", 0, "\xFF\xD8\xFF"sv, "jpg jpeg"sv, false, DecodeJpeg, EncodeJpeg},
    {"PNG", 0, "\x89PNG\r\n\x1A\n"sv, "png"sv, true, DecodePng, EncodePng},
    {"WebP", 8, "WEBP"sv, "webp"sv, true, nullptr, nullptr},
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

}  // namespace

Picture NewPicture(selfieseg_format format, int64_t width, int64_t height) {
  const std::string size = "is " + std::to_string(width) + "x" + std::to_string(height);
  if (width < 1 || height < 1) throw Failure(size + ", which is no picture");
  if (width > kMaxPictureSide || height > kMaxPictureSide) {
    throw Failure(size + "; the limit is " + std::to_string(kMaxPictureSide) + " pixels a side");
  }
  if (width * height > kMaxPicturePixels) {
    throw Failure(size + "; the limit is " + std::to_string(kMaxPicturePixels / 1'000'000) +
                  " million pixels");
  }
  Picture picture{format, int(width), int(height), nullptr, ""};
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

const PictureFormat& FindFormatForOutput(const std::string& path) {
  std::string extension = ExtensionOf(path);
  if (extension.empty()) extension = "png";
  for (const PictureFormat& format : kFormats) {
    if (format.encode != nullptr && HasWord(format.extensions, extension)) return format;
  }
  throw Misuse("'" + path + "': cannot write ." + extension + ", only .png and .jpg");
}

Picture ReadPicture(const std::string& path) {
  const Bytes bytes = ReadFile(path);
  const PictureFormat* format = FindFormatByContent(bytes);
  if (format == nullptr) throw FileFailure(path, "is not a JPEG or PNG picture");
  if (format->decode == nullptr) {
    throw FileFailure(path, std::string("is ") + format->name + "; only JPEG and PNG can be read");
  }
  try {
    return format->decode(bytes);
  } catch (const Failure& failure) {
    throw FileFailure(path, failure.what());
  }
}

}  // namespace selfieseg::cli
