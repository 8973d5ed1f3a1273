#include "input/sample.h"

#include <algorithm>

namespace selfieseg::core {
namespace {

// The numbers of one or two components: where a plane has them.
Samples Find(const Image& frame, int plane, int first, int second) {
  const PlaneLayout& layout = frame.format->plane[plane];
  int at[2] = {0, 0};
  for (int i = layout.channels; i-- > 0;) {
    if (layout.component[i] == first) at[0] = i;
    if (layout.component[i] == second) at[1] = i;
  }
  const size_t stride = plane == 0 ? frame.stride : frame.chroma_stride[plane - 1];
  Samples samples(frame.PlaneRow(plane, 0), stride, size_t(layout.channels), at[0], at[1]);
  if (frame.format->TenBits()) samples.ten_bits = frame.format;
  return samples;
}

bool Has(const PlaneLayout& layout, int component) {
  for (int i = 0; i < layout.channels; ++i) {
    if (layout.component[i] == component) return true;
  }
  return false;
}

}  // namespace

Sampler::Sampler(const RowKernels& rows, Filter filter, const Shape& shape, Threads* threads)
    : rows_(&rows),
      filter_(filter),
      shape_(shape),
      threads_(threads),
      lanes_(threads == nullptr ? 1 : threads->count()) {}

void Sampler::Prepare(const Image& frame) {
  if (!resampler_) {
    resampler_.emplace(*rows_, filter_, frame.width, frame.height, shape_, 0, 0, lanes_);
  } else if (!resampler_->Fits(frame.width, frame.height)) {
    resampler_->Fit(frame.width, frame.height);
  }
  if (!frame.format->yuv) return;
  const PlaneLayout& layout = frame.format->plane[frame.format->planes - 1];
  const int width = layout.Groups(frame.width), height = layout.Lines(frame.height);
  if (format_ == frame.format && siting_ == frame.siting) {
    if (!chroma_resampler_->Fits(width, height)) chroma_resampler_->Fit(width, height);
    return;
  }
  const double left = frame.siting == SELFIESEG_MIDDLE ? 0 : -0.25;
  const double top = frame.siting == SELFIESEG_TOP_LEFT && layout.y_shift > 0 ? -0.25 : 0;
  chroma_resampler_.emplace(*rows_, filter_, width, height, shape_, left, top, lanes_);
  for (size_t lane = of_lanes_.size(); lane < size_t(lanes_); ++lane) {
    const size_t room = RowRoom(size_t(shape_.width));
    of_lanes_.push_back({Buffer(room), Buffer(room), Buffer(room)});
  }
  format_ = frame.format;
  siting_ = frame.siting;
}

template <class Job>
void Sampler::ForRows(const Job& job) {
  const auto band = [&](int begin, int end, int thread) {
    for (int y = begin; y < end; ++y) job(y, thread);
  };
  if (threads_ == nullptr) return band(0, shape_.height, 0);
  threads_->Divide(shape_.height, band);
}

void Sampler::Run(const Image& frame, float* tensor, float* luma) {
  constexpr float kScale = 1.0f / 255.0f;
  const size_t width = size_t(shape_.width);
  if (!frame.format->yuv) {
    const Samples samples(frame);
    resampler_->Prepare(samples.step);
    return ForRows([&](int y, int lane) {
      const size_t at = size_t(y) * width;
      resampler_->Row(samples, kScale, y, tensor + 3 * at, lane);
      rows_->luma_floats(tensor + 3 * at, width, luma + at);
    });
  }
  const PixelFormat& format = *frame.format;
  Samples light = Find(frame, 0, 0, 0);
  light.step = size_t(format.bytes_per_pixel / format.number_bytes);
  const int chroma = format.planes == 1 ? 0 : 1;  // the plane of Cb, or of both
  const bool together = Has(format.plane[chroma], 1) && Has(format.plane[chroma], 2);
  const int second = together ? chroma : 2;
  const bool swapped = !together && !Has(format.plane[chroma], 1);
  const Samples blue = Find(frame, swapped ? second : chroma, 1, 2);
  const Samples red = Find(frame, swapped ? chroma : second, 2, 1);
  resampler_->Prepare(light.step);
  chroma_resampler_->Prepare(blue.step);
  ForRows([&](int y, int lane) {
    Lane& own = of_lanes_[size_t(lane)];
    float *cb = own.cb.data(), *cr = own.cr.data();
    resampler_->PlanesRow(light, kScale, y, own.y.data(), nullptr, lane);
    chroma_resampler_->PlanesRow(blue, kScale, y, cb, together ? cr : nullptr, lane);
    if (!together) chroma_resampler_->PlanesRow(red, kScale, y, cr, nullptr, lane);
    const size_t at = size_t(y) * width;
    rows_->to_rgb(own.y.data(), cb, cr, frame.coding, width, tensor + 3 * at, luma + at);
  });
}

}  // namespace selfieseg::core
