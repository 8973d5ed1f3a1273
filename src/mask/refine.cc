#include "mask/refine.h"

namespace selfieseg::core {

Refiner::Refiner(const RowKernels& rows, const Shape& shape, bool guided)
    : rows_(&rows), shape_(shape) {
  if (guided) guide_.emplace(shape);
}

void Refiner::Prepare(int width, int height) {
  if (enlarger_ && enlarger_->width() == width && enlarger_->height() == height) return;
  enlarger_.emplace(*rows_, guide_ ? 2 : 1, shape_.width, shape_.height, width, height);
  planes_.assign(4 * RowRoom(size_t(width)), 0);
}

void Refiner::Run(const Image& frame, const float* tensor, const float* mask, const Ramp& ramp,
                  const Image& matte) {
  const size_t width = size_t(frame.width), room = RowRoom(width);
  const Planes planes = {&planes_[0], &planes_[room], &planes_[2 * room]};
  uint8_t* luma = &planes_[3 * room];
  enlarger_->Start(guide_ ? guide_->Fit(tensor, mask) : mask);
  MatteRow row = {.slope = {},
                  .offset = {},
                  .luma = luma,
                  .low = ramp.low,
                  .gain = 1.0f / (ramp.high - ramp.low),
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
