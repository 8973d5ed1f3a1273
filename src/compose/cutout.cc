#include "compose/cutout.h"

namespace selfieseg::core {

void CutOut(const Image& frame, const Image& matte, const Image& out) {
  const PixelFormat& from = *frame.format;
  const PixelFormat& to = *out.format;
  for (int y = 0; y < out.height; ++y) {
    const uint8_t* in = frame.Row(y);
    const uint8_t* alpha = matte.Row(y);
    uint8_t* pixel = out.Row(y);
    for (int x = 0; x < out.width; ++x, in += from.bytes_per_pixel, pixel += to.bytes_per_pixel) {
      // All three are read before any is written: `out` may be `frame`.
      const uint8_t red = in[from.red], green = in[from.green], blue = in[from.blue];
      pixel[to.red] = red;
      pixel[to.green] = green;
      pixel[to.blue] = blue;
      pixel[to.alpha] = alpha[x];
    }
  }
}

}  // namespace selfieseg::core
