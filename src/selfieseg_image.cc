// The part of the C API that is about pictures alone.
#include <cstring>
#include <string>

#include "base/image.h"
#include "base/turn.h"
#include "selfieseg/selfieseg.h"
#include "selfieseg_guard.h"

using selfieseg::core::BadArgument;
using selfieseg::core::FindPixelFormat;
using selfieseg::core::Guard;
using selfieseg::core::Image;
using selfieseg::core::Packed;
using selfieseg::core::PixelFormat;
using selfieseg::core::PlaneLayout;
using selfieseg::core::Status;
using selfieseg::core::SwapsSides;

namespace {

Packed PlaneOf(const Image& image, int plane) {
  if (!image.format->frame) {
    return {image.data, image.stride, image.width, image.height,
            size_t(image.format->bytes_per_pixel)};
  }
  const PlaneLayout& layout = image.format->plane[plane];
  return {image.PlaneRow(plane, 0), plane == 0 ? image.stride : image.chroma_stride[plane - 1],
          layout.Groups(image.width), layout.Lines(image.height), image.format->GroupBytes(plane)};
}

Status Turn(const selfieseg_image* stored_view, const selfieseg_image* upright_view) {
  TRY_ASSIGN(const Image stored, Image::Create(stored_view, "stored"));
  TRY_ASSIGN(const Image upright, Image::Create(upright_view, "upright"));
  const std::string name = stored.format->name;
  if (stored.format != upright.format) {
    return BadArgument("stored is " + name + " and upright is " + upright.format->name +
                       ": they must be the same");
  }
  const bool swaps = SwapsSides(stored.orientation);
  const int width = swaps ? stored.height : stored.width;
  const int height = swaps ? stored.width : stored.height;
  if (upright.width != width || upright.height != height) {
    return BadArgument("upright is " + std::to_string(upright.width) + "x" +
                       std::to_string(upright.height) + ", stored is " + std::to_string(width) +
                       "x" + std::to_string(height) + " when it is turned");
  }
  for (int plane = 0; plane < stored.format->planes; ++plane) {
    const PlaneLayout& layout = stored.format->plane[plane];
    const bool packed = stored.format->yuv && layout.channels == 4;
    if (packed || (swaps && layout.x_shift != layout.y_shift)) {
      return BadArgument("a picture of " + name +
                         " cannot be turned: its chroma is wider than high");
    }
  }
  for (int plane = 0; plane < stored.format->planes; ++plane) {
    selfieseg::core::Turn(PlaneOf(stored, plane), stored.orientation, PlaneOf(upright, plane));
  }
  return {};
}

}  // namespace

selfieseg_image selfieseg_wrap(selfieseg_format format, int32_t width, int32_t height, void* data,
                               size_t stride) {
  selfieseg_image image = {};
  image.struct_size = sizeof(image);
  image.format = format;
  image.width = width, image.height = height;
  image.data = data;
  image.stride = stride;
  const PixelFormat* row = FindPixelFormat(format);
  if (row == nullptr || width < 1 || height < 1) return image;
  if (stride == 0) image.stride = row->RowBytes(0, width);
  uint8_t* next = static_cast<uint8_t*>(data);
  size_t last = image.stride * size_t(height);
  for (int plane = 1; plane < row->planes && data != nullptr; ++plane) {
    const size_t columns = image.stride / size_t(row->number_bytes);
    image.chroma[plane - 1] = next += last;
    image.chroma_stride[plane - 1] = (columns + 1) / 2 * row->GroupBytes(plane);
    last = image.chroma_stride[plane - 1] * size_t(row->plane[plane].Lines(height));
  }
  return image;
}

selfieseg_status selfieseg_format_by_name(const char* name, selfieseg_format* format) {
  return Guard([&]() -> Status {
    NEED(name);
    NEED(format);
    std::string names;
    for (const PixelFormat& row : selfieseg::core::PixelFormats()) {
      if (std::strcmp(row.name, name) == 0) {
        *format = row.id;
        return {};
      }
      names += (names.empty() ? "" : ", ") + std::string(row.name);
    }
    return BadArgument("no pixel format '" + std::string(name) + "'; there are " + names);
  });
}

selfieseg_status selfieseg_turn(const selfieseg_image* stored, const selfieseg_image* upright) {
  return Guard([&] { return Turn(stored, upright); });
}
