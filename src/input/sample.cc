#include "input/sample.h"

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

void Sampler::Prepare(const Image& frame) {
  if (!resampler_) {
    resampler_.emplace(*rows_, filter_, frame.width, frame.height, shape_);
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
  chroma_resampler_.emplace(*rows_, filter_, width, height, shape_, left, top);
  for (Buffer* row : {&y_, &cb_, &cr_}) {
    if (row->size() == 0) *row = Buffer(RowRoom(size_t(shape_.width)));
  }
  format_ = frame.format;
  siting_ = frame.siting;
}

void Sampler::Run(const Image& frame, float* tensor, float* luma) {
  constexpr float kScale = 1.0f / 255.0f;
  const size_t width = size_t(shape_.width);
  if (!frame.format->yuv) {
    resampler_->Run(Samples(frame), kScale, tensor);
    for (size_t y = 0; y < size_t(shape_.height); ++y) {
      rows_->luma_floats(tensor + 3 * y * width, width, luma + y * width);
    }
    return;
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
  for (int y = 0; y < shape_.height; ++y) {
    resampler_->PlanesRow(light, kScale, y, y_.data(), nullptr);
    chroma_resampler_->PlanesRow(blue, kScale, y, cb_.data(), together ? cr_.data() : nullptr);
    if (!together) chroma_resampler_->PlanesRow(red, kScale, y, cr_.data(), nullptr);
    rows_->to_rgb(y_.data(), cb_.data(), cr_.data(), frame.coding, width,
                  tensor + 3 * size_t(y) * width, luma + size_t(y) * width);
  }
}

}  // namespace selfieseg::core
