// The library composes it, so that it has the very colours of the live picture's background.
#include "camera/replacement.h"

namespace selfieseg::camera {

std::vector<uint8_t> MakeReplacement(const live::Backdrop& backdrop, int width, int height) {
  std::vector<uint8_t> pixels(size_t(width) * size_t(height) * 2);
  live::Replacement().Show(backdrop,
                           selfieseg_wrap(SELFIESEG_YUY2, width, height, pixels.data(), 0));
  return pixels;
}

}  // namespace selfieseg::camera
