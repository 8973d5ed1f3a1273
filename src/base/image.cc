#include "base/image.h"

#include <string>

namespace selfieseg::core {
namespace {

constexpr PixelFormat kFormats[] = {
    // id, name, bytes, r, g, b, a, frame
    {SELFIESEG_RGB, "rgb", 3, 0, 1, 2, -1, true},
    {SELFIESEG_BGR, "bgr", 3, 2, 1, 0, -1, true},
    {SELFIESEG_RGBA, "rgba", 4, 0, 1, 2, 3, true},
    {SELFIESEG_BGRA, "bgra", 4, 2, 1, 0, 3, true},
    {SELFIESEG_GRAY, "gray", 1, 0, 0, 0, -1, true},
    {SELFIESEG_GRAY_F32, "gray_f32", 4, -1, -1, -1, -1, false},
};

Status Bad(const char* what, const std::string& fault) {
  return {SELFIESEG_BAD_ARGUMENT, std::string(what) + " " + fault};
}

}  // namespace

std::span<const PixelFormat> PixelFormats() { return kFormats; }

const PixelFormat* FindPixelFormat(int id) {
  for (const PixelFormat& format : kFormats) {
    if (format.id == id) return &format;
  }
  return nullptr;
}

Result<Image> Image::Create(const selfieseg_image* image, const char* what) {
  if (image == nullptr) return Bad(what, "is null");
  if (image->struct_size < sizeof(selfieseg_image)) {
    return Bad(what, "has struct_size " + std::to_string(image->struct_size) + ", need " +
                         std::to_string(sizeof(selfieseg_image)) + ": make it by selfieseg_wrap()");
  }
  const PixelFormat* format = FindPixelFormat(image->format);
  if (format == nullptr) return Bad(what, "has unknown format " + std::to_string(image->format));
  const int width = image->width;
  const int height = image->height;
  if (width < 1 || height < 1 || width > kMaxSide || height > kMaxSide) {
    return Bad(what, "is " + std::to_string(width) + "x" + std::to_string(height) +
                         " pixels, each side must be 1.." + std::to_string(kMaxSide));
  }
  if (image->data == nullptr) return Bad(what, "has no pixels (data is null)");
  const size_t row_bytes = size_t(width) * format->bytes_per_pixel;
  if (image->stride < row_bytes || image->stride > SIZE_MAX / height) {
    return Bad(what, "has a stride of " + std::to_string(image->stride) + " bytes, a row of " +
                         std::to_string(width) + " " + format->name + " pixels has " +
                         std::to_string(row_bytes));
  }
  if (format->id == SELFIESEG_GRAY_F32 &&
      (image->stride % sizeof(float) != 0 || uintptr_t(image->data) % sizeof(float) != 0)) {
    return Bad(what, "of format gray_f32 must be aligned to 4 bytes");
  }
  return Image{format, width, height, static_cast<uint8_t*>(image->data), image->stride};
}

}  // namespace selfieseg::core
