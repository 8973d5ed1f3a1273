#include "base/resample.h"

#include <algorithm>
#include <cmath>

#include "base/between.h"

namespace selfieseg::core {

namespace {

constexpr int kRowUnit = 256, kColumnUnit = 65536;
constexpr double kNothing = 1e-6;  // of a sample: what rounding leaves over

}  // namespace

void Taps::Fit(Filter filter, int in, int out, int unit, double shift) {
  const double ratio = double(in) / out;
  const bool area = filter == Filter::kArea && ratio > 1;
  taps = size_t(in == out && shift == 0 ? 1 : std::min(2, in));
  for (int i = 0; area && i < out; ++i) {
    const double begin = i * ratio - shift, end = std::min(begin + ratio, double(in));
    taps = std::max(taps, size_t(std::ceil(end - kNothing)) - size_t(begin));
  }
  most = area ? size_t(std::ceil(ratio)) + 1 : 2;
  weights.reserve(size_t(out) * most);
  shares.reserve(most);
  first.resize(size_t(out));
  weights.resize(size_t(out) * taps);
  shares.resize(taps);
  for (int i = 0; i < out; ++i) {
    std::fill(shares.begin(), shares.end(), 0.0);
    if (area) {
      // What lies beyond the first or the last sample counts as that.
      const double begin = i * ratio - shift, end = begin + ratio;
      const int from = std::clamp(int(begin), 0, in - int(taps));
      first[size_t(i)] = from;
      for (size_t tap = 0; tap < taps; ++tap) {
        const int at = from + int(tap);
        const double left = at == 0 ? begin : std::max(begin, double(at));
        const double right = at == in - 1 ? end : std::min(end, at + 1.0);
        shares[tap] = std::max(right - left, 0.0) / ratio;
      }
    } else {
      const Between place = LocateBetween(i, in, out, shift);
      const int from = std::min(place.first, in - int(taps));
      first[size_t(i)] = from;
      shares[size_t(place.first - from)] += 1.0 - double(place.fraction);
      if (place.fraction > 0) shares[size_t(place.second - from)] += double(place.fraction);
    }
    // What rounding takes from one tap, the next one gets.
    double sum = 0;
    int64_t given = 0;
    for (size_t tap = 0; tap < taps; ++tap) {
      sum += shares[tap];
      const int64_t due = tap + 1 == taps ? unit : std::llround(sum * unit);
      weights[size_t(i) * taps + tap] = uint32_t(due - given);
      given = due;
    }
  }
}

Resampler::Resampler(const RowKernels& rows, Filter filter, int width, int height,
                     const Shape& shape, double shift_x, double shift_y, int lanes)
    : rows_(&rows),
      filter_(filter),
      width_(width),
      height_(height),
      shape_(shape),
      shift_x_(shift_x),
      shift_y_(shift_y),
      columns_(filter, width, shape.width, kColumnUnit, shift_x),
      lines_(filter, height, shape.height, kRowUnit, shift_y),
      lanes_(size_t(lanes)) {
  weights_.reserve(columns_.first.size() * TapColumns::Room(columns_.most, 4));
  FitLanes();
}

void Resampler::Fit(int width, int height) {
  columns_.Fit(filter_, width, shape_.width, kColumnUnit, shift_x_);
  lines_.Fit(filter_, height, shape_.height, kRowUnit, shift_y_);
  width_ = width, height_ = height;
  FitLanes();
  step_ = 0;
}

void Resampler::FitLanes() {
  for (Lane& lane : lanes_) {
    lane.rows.resize(std::max(lines_.most, lane.rows.size()));
    lane.weights.resize(lane.rows.size());
    lane.sums.resize(std::max(RowRoom(size_t(width_) * 4), lane.sums.size()));
  }
}

void Resampler::Prepare(size_t step) {
  if (step == step_) return;
  step_ = step;
  weights_.assign(columns_.first.size() * TapColumns::Room(columns_.taps, step), 0);
  uint16_t* row = weights_.data();
  for (size_t i = 0; i < columns_.first.size(); ++i, row += TapColumns::Room(columns_.taps, step)) {
    for (size_t k = 0; k < columns_.taps * step; ++k) {
      const size_t tap = k / step;
      row[k] = uint16_t(std::min(columns_.weights[i * columns_.taps + tap], 65535u));
    }
  }
}

// To the lane's sums; what is left to do with them.
TapColumns Resampler::SumRows(const Samples& picture, int y, Lane& lane) {
  size_t count = 0;
  for (size_t tap = 0; tap < lines_.taps; ++tap) {
    const uint32_t weight = lines_.weights[size_t(y) * lines_.taps + tap];
    if (weight == 0) continue;
    lane.rows[count] = picture.data + picture.stride * (size_t(lines_.first[size_t(y)]) + tap);
    lane.weights[count++] = uint16_t(weight);
  }
  const size_t numbers = size_t(width_) * picture.step;
  uint16_t* sums = lane.sums.data();
  if (picture.ten_bits == nullptr) {
    rows_->sum_rows(lane.rows.data(), lane.weights.data(), count, numbers, sums);
  } else {
    const auto* words = reinterpret_cast<const uint16_t* const*>(lane.rows.data());
    rows_->sum_words(words, picture.ten_bits->shift, lane.weights.data(), count, numbers, sums);
  }
  return {columns_.first.data(), weights_.data(), columns_.taps, size_t(shape_.width)};
}

void Resampler::Row(const Samples& picture, float scale, int y, float* row, int lane) {
  Lane& own = lanes_[size_t(lane)];
  const TapColumns columns = SumRows(picture, y, own);
  rows_->sum_columns(own.sums.data(), picture.step, picture.channel, columns, scale / kRowUnit,
                     row);
}

void Resampler::PlanesRow(const Samples& picture, float scale, int y, float* first, float* second,
                          int lane) {
  Lane& own = lanes_[size_t(lane)];
  const TapColumns columns = SumRows(picture, y, own);
  rows_->sum_planes(own.sums.data(), picture.step, picture.channel, columns, scale / kRowUnit,
                    first, second);
}

void Resampler::Run(const Samples& picture, float scale, float* tensor) {
  Prepare(picture.step);
  for (int y = 0; y < shape_.height; ++y) {
    Row(picture, scale, y, tensor + size_t(y) * shape_.width * 3);
  }
}

}  // namespace selfieseg::core
