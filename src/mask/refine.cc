#include "mask/refine.h"

#include <algorithm>

#include "base/between.h"

namespace selfieseg::core {
namespace {

constexpr float kHaze = 0.1f;  // what the guided filter leaves behind and takes away at edges

// What the fit says of a sample whatever the luma is.
constexpr uint8_t kUnsure = 0, kBackground = 1, kPerson = 2;

}  // namespace

Refiner::Refiner(const RowKernels& rows, const Shape& shape, bool guided)
    : rows_(&rows), shape_(shape) {
  if (!guided) return;
  guide_.emplace(shape);
  sure_.resize(size_t(shape.width) * size_t(shape.height));
  spans_.reserve(size_t(shape.width) + 1);
}

// Most of a frame is far from every edge of the mask: slope 0, and an offset of exactly 0 or 1.
void Refiner::FindSure(const float* fit) {
  const float *slope = fit, *offset = fit + sure_.size();
  for (size_t i = 0; i < sure_.size(); ++i) {
    const bool flat = slope[i] == 0.0f;
    sure_[i] = flat && offset[i] == 0.0f   ? kBackground
               : flat && offset[i] == 1.0f ? kPerson
                                           : kUnsure;
  }
}

void Refiner::FindSpans(size_t above, size_t below) {
  const size_t width = size_t(shape_.width);
  const uint8_t *upper = &sure_[above * width], *lower = &sure_[below * width];
  const std::vector<int32_t>& cells = enlarger_->cells();
  spans_.clear();
  for (size_t c = 0; c <= width; ++c) {
    const size_t left = c == 0 ? 0 : c - 1, right = c == width ? c - 1 : c;
    const bool same =
        upper[left] == upper[right] && upper[left] == lower[left] && upper[left] == lower[right];
    const uint8_t sure = same ? upper[left] : kUnsure;
    const size_t begin = size_t(cells[c]), end = size_t(cells[c + 1]);
    if (begin == end) continue;
    if (!spans_.empty() && spans_.back().sure == sure) {
      spans_.back().end = end;
    } else {
      spans_.push_back({begin, end, sure});
    }
  }
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
  const float* small = guide_ ? guide_->Fit(tensor, mask, epsilon) : mask;
  enlarger_->Start(small);
  spans_.assign(1, {0, width, kUnsure});
  if (guide_) FindSure(small);
  // Two ramps, one after the other, are one.
  const float low = guide_ ? kHaze + (1 - 2 * kHaze) * ramp.low : ramp.low;
  const float high = guide_ ? kHaze + (1 - 2 * kHaze) * ramp.high : ramp.high;
  const bool bytes = matte.format->id == SELFIESEG_GRAY;
  int above = -1, below = -1;
  for (int y = 0; y < frame.height; ++y) {
    const Between lines = LocateBetween(y, shape_.height, frame.height);
    if (guide_ && (lines.first != above || lines.second != below)) {
      above = lines.first, below = lines.second;
      FindSpans(size_t(above), size_t(below));
    }
    for (const Span& span : spans_) {
      if (span.sure != kUnsure) {
        const bool person = span.sure == kPerson;
        if (bytes) {
          std::fill(matte.Row(y) + span.begin, matte.Row(y) + span.end, person ? 255 : 0);
        } else {
          float* row = matte.Row<float>(y);
          std::fill(row + span.begin, row + span.end, person ? 1.0f : 0.0f);
        }
        continue;
      }
      MatteRow row = {.slope = {},
                      .offset = enlarger_->Row(guide_ ? 1 : 0, y).From(span.begin),
                      .luma = luma,
                      .low = low,
                      .gain = 1.0f / (high - low),
                      .width = span.end - span.begin};
      if (guide_) {
        row.slope = enlarger_->Row(0, y).From(span.begin);
        rows_->split(frame.Row(y) + span.begin * frame.format->bytes_per_pixel, *frame.format,
                     row.width, planes);
        rows_->luma(planes, row.width, luma);
      }
      if (bytes) {
        rows_->matte_bytes(row, matte.Row(y) + span.begin);
      } else {
        rows_->matte_floats(row, matte.Row<float>(y) + span.begin);
      }
    }
  }
}

}  // namespace selfieseg::core
