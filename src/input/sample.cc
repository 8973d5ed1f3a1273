#include "input/sample.h"

#include <algorithm>

#include "base/between.h"

namespace selfieseg::core {

void SampleFrame(const Image& frame, const Shape& shape, float* tensor) {
  constexpr int kColumns = 256;  // located at a time, on the stack
  const PixelFormat& format = *frame.format;
  const int channels[] = {format.red, format.green, format.blue};
  for (int begin = 0; begin < shape.width; begin += kColumns) {
    const int columns = std::min(kColumns, shape.width - begin);
    Between x[kColumns];
    for (int i = 0; i < columns; ++i) x[i] = LocateBetween(begin + i, frame.width, shape.width);
    for (int row = 0; row < shape.height; ++row) {
      const Between y = LocateBetween(row, frame.height, shape.height);
      const uint8_t* above = frame.Row(y.first);
      const uint8_t* below = frame.Row(y.second);
      float* out = tensor + (size_t(row) * shape.width + begin) * 3;
      for (int i = 0; i < columns; ++i, out += 3) {
        const size_t left = size_t(x[i].first) * format.bytes_per_pixel;
        const size_t right = size_t(x[i].second) * format.bytes_per_pixel;
        for (int c = 0; c < 3; ++c) {
          const int at = channels[c];
          const float top =
              above[left + at] + (above[right + at] - above[left + at]) * x[i].fraction;
          const float bottom =
              below[left + at] + (below[right + at] - below[left + at]) * x[i].fraction;
          out[c] = (top + (bottom - top) * y.fraction) * (1.0f / 255.0f);
        }
      }
    }
  }
}

}  // namespace selfieseg::core
