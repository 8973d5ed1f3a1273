// The library composes it, so that it has the very colours of the live picture's background.
#include "camera/replacement.h"

#include "gst/renderer.h"
#include "selfieseg/selfieseg.hpp"

namespace selfieseg::camera {

std::vector<uint8_t> MakeReplacement(const gst::Backdrop& wanted, int width, int height) {
  constexpr uint8_t kBlack[] = {16, 128};
  std::vector<uint8_t> pixels(size_t(width) * size_t(height) * 2);
  for (size_t i = 0; i < pixels.size(); ++i) pixels[i] = kBlack[i % 2];
  const bool shown = wanted.kind == SELFIESEG_COLOR || wanted.kind == SELFIESEG_PICTURE;
  if (!shown) return pixels;
  Effect effect = gst::OpenEffect(wanted);
  std::vector<uint8_t> nobody(size_t(width) * size_t(height), 0);
  const selfieseg_image frame = selfieseg_wrap(SELFIESEG_YUY2, width, height, pixels.data(), 0);
  effect.Compose(frame, selfieseg_wrap(SELFIESEG_GRAY, width, height, nobody.data(), 0), frame);
  return pixels;
}

}  // namespace selfieseg::camera
