#include "mask/refine.h"

namespace selfieseg::core {
namespace {

constexpr float kHaze = 0.1f;  // what the guided filter leaves behind and takes away at edges

}  // namespace

Refiner::Refiner(const RowKernels& rows, const Shape& shape, bool guided)
    : rows_(&rows), shape_(shape) {
  if (guided) guide_.emplace(shape);
}

void Refiner::Prepare(int width, int height) {
  if (enlarger_ && enlarger_->width() == width && enlarger_->height() == height) return;
  enlarger_.emplace(*rows_, guide_ ? 2 : 1, shape_.width, shape_.height, width, height);
  planes_.assign(4 * RowRoom(size_t(width)), 0);
}

void Refiner::Run(const Image& frame, const float* tensor, const float* mask, float epsilon,
                  const Ramp& ramp, const Image& matte) {
  const size_t width = size_t(frame.width), room = RowRoom(width);
  const Planes planes = {&planes_[0], &planes_[room], &planes_[2 * room]};
  uint8_t* luma = &planes_[3 * room];
  enlarger_->Start(guide_ ? guide_->Fit(tensor, mask, epsilon) : mask);
  // Two ramps, one after the other, are one.
  const float low = guide_ ? kHaze + (1 - 2 * kHaze) * ramp.low : ramp.low;
  const float high = guide_ ? kHaze + (1 - 2 * kHaze) * ramp.high : ramp.high;
  MatteRow row = {.slope = {},
                  .offset = {},
                  .luma = luma,
                  .low = low,
                  .gain = 1.0f / (high - low),
                  .width = width};
  for (int y = 0; y < frame.height; ++y) {
    row.offset = enlarger_->Row(guide_ ? 1 : 0, y);
    if (guide_) {
      row.slope = enlarger_->Row(0, y);
      rows_->split(frame.Row(y), *frame.format, width, planes);
      rows_->luma(planes, width, luma);
    }
    if (matte.format->id == SELFIESEG_GRAY) {
      rows_->matte_bytes(row, matte.Row(y));
    } else {
      rows_->matte_floats(row, matte.Row<float>(y));
    }
  }
}

}  // namespace selfieseg::core
