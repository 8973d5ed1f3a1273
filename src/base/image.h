// A view of pixels that somebody else owns, and the table of pixel formats that tests, CLI names
// and hosts read.
#pragma once

#include <cstdint>
#include <span>

#include "base/status.h"
#include "selfieseg/selfieseg.h"

namespace selfieseg::core {

// One row of the format table. Offsets count channels within a pixel; -1 means absent.
struct PixelFormat {
  selfieseg_format id;
  const char* name;
  int bytes_per_pixel;
  int red, green, blue, alpha;
  bool frame;  // can be a frame (else only a matte)
};

std::span<const PixelFormat> PixelFormats();

// Null for a number that is not in the table.
const PixelFormat* FindPixelFormat(int id);

struct Rect {  // pixels of a picture
  int x = 0, y = 0, width = 0, height = 0;
  bool operator==(const Rect&) const = default;
};

// Checked pixels: Image::Create is the only way from the caller's struct to the stages.
struct Image {
  const PixelFormat* format = nullptr;
  int width = 0;
  int height = 0;
  uint8_t* data = nullptr;
  size_t stride = 0;  // bytes

  template <class T = uint8_t>
  T* Row(int y) const {
    return reinterpret_cast<T*>(data + stride * y);
  }

  // The pixels within, which lie in this image.
  Image Part(const Rect& part) const {
    return {format, part.width, part.height,
            data + stride * part.y + size_t(part.x) * format->bytes_per_pixel, stride};
  }

  // `what` names the picture in the sentence of an error: "frame", "matte".
  static Result<Image> Create(const selfieseg_image* image, const char* what);
};

inline constexpr int kMaxSide = 65535;  // pixels, of any picture

}  // namespace selfieseg::core
