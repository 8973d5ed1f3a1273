#include "obs/picture.h"

#include <obs.h>

#include <stdexcept>

namespace selfieseg::obs {

std::shared_ptr<const live::Picture> ReadPicture(const std::string& path) {
  gs_color_format format = GS_UNKNOWN;
  uint32_t width = 0, height = 0;
  const std::unique_ptr<uint8_t, void (*)(uint8_t*)> pixels(
      gs_create_texture_file_data(path.c_str(), &format, &width, &height),
      [](uint8_t* p) { bfree(p); });
  if (pixels == nullptr) {
    throw std::runtime_error("the picture '" + path + "' could not be read");
  }
  if (format != GS_RGBA && format != GS_BGRA && format != GS_BGRX) {
    throw std::runtime_error("the picture '" + path + "' does not have 8 bits a channel");
  }
  return std::make_shared<live::Picture>(
      live::Picture{{pixels.get(), pixels.get() + size_t(width) * height * 4},
                    format == GS_RGBA ? SELFIESEG_RGBA : SELFIESEG_BGRA,
                    int(width),
                    int(height)});
}

}  // namespace selfieseg::obs
