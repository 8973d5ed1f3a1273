#include "mask/guided.h"

#include <algorithm>

namespace selfieseg::core {
namespace {

constexpr size_t kRadius = 2;       // of the window, in pixels of the mask
constexpr float kSteepFrom = 0.2f;  // confidence that becomes 0; 1 - this becomes 1

}  // namespace

GuidedFilter::GuidedFilter(const Shape& shape)
    : width_(size_t(shape.width)),
      height_(size_t(shape.height)),
      luma_(width_ * height_),
      person_(width_ * height_),
      product_(width_ * height_),
      square_(width_ * height_),
      fit_(2 * width_ * height_),
      row_(width_ + 2 * kRadius) {}

void GuidedFilter::BoxMean(const float* from, float* to) {
  constexpr float kShare = 1.0f / float((2 * kRadius + 1) * (2 * kRadius + 1));
  const auto line = [&](size_t y, size_t step) {  // y + step - kRadius, clamped
    const size_t below = y + step;
    return from + std::min(below < kRadius ? 0 : below - kRadius, height_ - 1) * width_;
  };
  for (size_t y = 0; y < height_; ++y) {
    float* sums = row_.data() + kRadius;
    const float *a = line(y, 0), *b = line(y, 1), *c = line(y, 2), *d = line(y, 3), *e = line(y, 4);
    static_assert(kRadius == 2);
    for (size_t x = 0; x < width_; ++x) sums[x] = ((a[x] + b[x]) + (c[x] + d[x])) + e[x];
    for (size_t i = 1; i <= kRadius; ++i) {
      *(sums - i) = sums[0];
      sums[width_ - 1 + i] = sums[width_ - 1];
    }
    const float* s = row_.data();
    float* out = to + y * width_;
    for (size_t x = 0; x < width_; ++x) {
      out[x] = (((s[x] + s[x + 1]) + (s[x + 2] + s[x + 3])) + s[x + 4]) * kShare;
    }
  }
}

const float* GuidedFilter::Fit(const float* tensor, const float* mask, float epsilon) {
  const size_t size = width_ * height_;
  float *slope = fit_.data(), *offset = fit_.data() + size;
  // Each buffer holds the raw values first and their means afterwards; slope and offset serve as
  // room for the raw values.
  for (size_t i = 0; i < size; ++i) {
    const float* rgb = tensor + 3 * i;
    slope[i] = (77.0f * rgb[0] + 150.0f * rgb[1] + 29.0f * rgb[2]) * (1.0f / 256.0f);
    const float steep = (mask[i] - kSteepFrom) * (1.0f / (1.0f - 2.0f * kSteepFrom));
    offset[i] = steep > 0.0f ? std::min(steep, 1.0f) : 0.0f;
    product_[i] = slope[i] * offset[i];
    square_[i] = slope[i] * slope[i];
  }
  BoxMean(slope, luma_.data());
  BoxMean(offset, person_.data());
  BoxMean(product_.data(), slope);
  std::swap_ranges(slope, slope + size, product_.data());
  BoxMean(square_.data(), slope);
  std::swap_ranges(slope, slope + size, square_.data());
  for (size_t i = 0; i < size; ++i) {
    const float covariance = product_[i] - luma_[i] * person_[i];
    const float variance = std::max(square_[i] - luma_[i] * luma_[i], 0.0f);
    product_[i] = covariance / (variance + epsilon);
    square_[i] = person_[i] - product_[i] * luma_[i];
  }
  BoxMean(product_.data(), slope);
  BoxMean(square_.data(), offset);
  return fit_.data();
}

}  // namespace selfieseg::core
