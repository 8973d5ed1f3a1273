#include "obs/picture.h"

#include <obs.h>

#include <stdexcept>

namespace selfieseg::obs {

void Picture::Free::operator()(uint8_t* pixels) const { bfree(pixels); }

Picture ReadPicture(const std::string& path) {
  if (path.empty()) throw std::runtime_error("no picture is chosen");
  gs_color_format format = GS_UNKNOWN;
  uint32_t width = 0, height = 0;
  Picture picture;
  picture.pixels.reset(gs_create_texture_file_data(path.c_str(), &format, &width, &height));
  if (picture.pixels == nullptr) {
    throw std::runtime_error("the picture '" + path + "' could not be read");
  }
  if (format != GS_RGBA && format != GS_BGRA && format != GS_BGRX) {
    throw std::runtime_error("the picture '" + path + "' does not have 8 bits a channel");
  }
  picture.view = selfieseg_wrap(format == GS_RGBA ? SELFIESEG_RGBA : SELFIESEG_BGRA, int32_t(width),
                                int32_t(height), picture.pixels.get(), 0);
  return picture;
}

}  // namespace selfieseg::obs
