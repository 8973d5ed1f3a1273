#include "base/resample.h"

#include <algorithm>
#include <cmath>

#include "base/between.h"

namespace selfieseg::core {

Taps::Taps(Filter filter, int in, int out) {
  const double ratio = double(in) / out;
  const bool area = filter == Filter::kArea && ratio > 1;
  taps = size_t(std::min(area ? int(std::ceil(ratio)) + 1 : 2, in));
  first.resize(size_t(out));
  weights.assign(size_t(out) * taps, 0.0f);
  for (int i = 0; i < out; ++i) {
    float* weight = &weights[size_t(i) * taps];
    if (area) {
      const double begin = i * ratio, end = (i + 1) * ratio;
      const int from = std::min(int(begin), in - int(taps));
      first[size_t(i)] = from;
      for (size_t tap = 0; tap < taps; ++tap) {
        const double left = std::max(begin, from + double(tap));
        const double right = std::min(end, from + double(tap) + 1);
        weight[tap] = float(std::max(right - left, 0.0) / ratio);
      }
    } else {
      const Between place = LocateBetween(i, in, out);
      const int from = std::min(place.first, in - int(taps));
      first[size_t(i)] = from;
      weight[place.first - from] += 1.0f - place.fraction;
      weight[place.second - from] += place.fraction;
    }
  }
}

Resampler::Resampler(const RowKernels& rows, Filter filter, int width, int height,
                     const Shape& shape)
    : rows_(&rows),
      width_(width),
      height_(height),
      shape_(shape),
      columns_(filter, width, shape.width),
      lines_(filter, height, shape.height),
      sums_(RowRoom(size_t(width) * 4)) {}

void Resampler::Row(const Image& frame, float scale, int y, float* row) {
  const PixelFormat& format = *frame.format;
  const int channel[3] = {format.red, format.green, format.blue};
  bool first = true;
  for (size_t tap = 0; tap < lines_.taps; ++tap) {
    const float weight = lines_.weights[size_t(y) * lines_.taps + tap];
    if (weight == 0.0f) continue;
    rows_->add_bytes(frame.Row(lines_.first[size_t(y)] + int(tap)),
                     size_t(width_) * format.bytes_per_pixel, weight * scale, first, sums_.data());
    first = false;
  }
  const TapColumns columns = {columns_.first.data(), columns_.weights.data(), columns_.taps,
                              size_t(shape_.width)};
  rows_->sum_columns(sums_.data(), size_t(format.bytes_per_pixel), channel, columns, row);
}

void Resampler::Run(const Image& frame, float scale, float* tensor) {
  for (int y = 0; y < shape_.height; ++y) {
    Row(frame, scale, y, tensor + size_t(y) * shape_.width * 3);
  }
}

}  // namespace selfieseg::core
