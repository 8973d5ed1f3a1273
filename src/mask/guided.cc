#include "mask/guided.h"

#include <algorithm>

namespace selfieseg::core {
namespace {

constexpr size_t kRadius = 2;       // of the window, in pixels of the mask
constexpr float kSteepFrom = 0.2f;  // confidence that becomes 0; 1 - this becomes 1
constexpr size_t kSlope = 4, kOffset = 5, kPlanes = 6;

}  // namespace

GuidedFilter::GuidedFilter(const RowKernels& rows, const Shape& shape)
    : rows_(&rows),
      width_(size_t(shape.width)),
      height_(size_t(shape.height)),
      kept_(kPlanes * kLines * RowRoom(width_)),
      sums_(RowRoom(width_)),
      means_(2 * RowRoom(width_)),
      slope_(width_ * height_ + kRowPadding),
      offset_(width_ * height_ + kRowPadding),
      value_(width_ * height_) {}

void GuidedFilter::Mean(size_t plane, size_t y, float* means) {
  const float* lines[kLines];
  for (size_t i = 0; i < kLines; ++i) {
    const size_t below = y + i;  // by the radius
    lines[i] = Line(plane, std::min(below < kRadius ? 0 : below - kRadius, height_ - 1));
  }
  rows_->box(lines, width_, sums_.data(), means);
}

void GuidedFilter::FitRow(size_t y, const float* luma, const float* mask, float epsilon) {
  for (; begun_ < std::min(y + kRadius + 1, height_); ++begun_) {
    const GuideRows raw = {Line(0, begun_), Line(1, begun_), Line(2, begun_), Line(3, begun_)};
    rows_->guide(luma + begun_ * width_, mask + begun_ * width_, kSteepFrom,
                 1.0f / (1.0f - 2.0f * kSteepFrom), width_, raw);
  }
  const GuideRows means = {Line(kSlope, y), Line(kOffset, y), means_.data(),
                           means_.data() + RowRoom(width_)};
  Mean(0, y, means.luma);
  Mean(1, y, means.person);
  Mean(2, y, means.product);
  Mean(3, y, means.square);
  rows_->fit(means, epsilon, width_);
}

LinearFit GuidedFilter::Fit(const float* luma, const float* mask, float epsilon) {
  begun_ = 0;
  size_t fitted = 0;
  for (size_t y = 0; y < height_; ++y) {
    for (; fitted < std::min(y + kRadius + 1, height_); ++fitted) {
      FitRow(fitted, luma, mask, epsilon);
    }
    // What a vector writes behind its row, the next row corrects.
    float *slope = &slope_[y * width_], *offset = &offset_[y * width_];
    Mean(kSlope, y, slope);
    Mean(kOffset, y, offset);
    float* value = &value_[y * width_];
    for (size_t x = 0; x < width_; ++x) value[x] = slope[x] * luma[y * width_ + x] + offset[x];
  }
  return {slope_.data(), offset_.data(), value_.data()};
}

}  // namespace selfieseg::core
