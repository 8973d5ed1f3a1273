// What is done in which order, and in how small pieces.
#include "selfieseg_compose.h"

#include <algorithm>

namespace selfieseg::core {
namespace {

// Mattes and results by turns, so that a row's pixels are still near when they are needed again.
constexpr int kRowsInTurn = 8;

}  // namespace

void Composer::Compose(const Image& frame, const Image& matte, const Image& out) {
  const Shape shape = effect_.BestShape(frame.width, frame.height);
  effect_.Prepare(out, shape, 1);
  if (shape != shape_) {
    shape_ = {};  // in case that what follows throws
    frame_sampler_.emplace(*SimdRows().front(), Filter::kArea, shape);
    matte_sampler_.emplace(*SimdRows().front(), Filter::kArea, shape);
    small_frame_ = Buffer(shape.size());
    small_matte_ = Buffer(shape.size());
    unused_ = Buffer(shape.size());
    shape_ = shape;
  }
  frame_sampler_->Prepare(frame);
  frame_sampler_->Run(frame, small_frame_.data(), unused_.data());
  matte_sampler_->Prepare(matte);
  matte_sampler_->Run(matte, unused_.data(), small_matte_.data());
  ReadPicture(shape);
  effect_.Start(small_frame_.data(), small_matte_.data());
  effect_.Rows(0, frame, matte, 0, frame.height, out);
}

void Composer::ReadPicture(const Shape& shape) {
  const Image picture = effect_.WantedColours();
  if (picture.data == nullptr) return;
  if (shape != picture_shape_) {
    picture_shape_ = {};
    picture_sampler_.emplace(*SimdRows().front(), Filter::kArea, shape);
    small_picture_ = Buffer(shape.size() + 1);
    picture_luma_ = Buffer(RowRoom(shape.size() / 3));
    picture_shape_ = shape;
  }
  picture_sampler_->Prepare(picture);
  picture_sampler_->Run(picture, small_picture_.data(), picture_luma_.data());
  effect_.SetColours(small_picture_.data());
}

void Composer::Process(FramePath& path, const Image& frame, const Image& out, Observer& observer,
                       selfieseg_timings* timings) {
  path.Prepare(frame);
  const size_t stride = size_t(frame.width);
  const bool by_rows = path.ByRows() && effect_.Suits(path.shape(), frame.width, frame.height);
  const int rows = by_rows ? std::min(kRowsInTurn, frame.height) : frame.height;
  matte_.resize(stride * size_t(rows));
  const Image matte = {FindPixelFormat(SELFIESEG_GRAY), frame.width, rows, matte_.data(), stride};
  Stopwatch watch;
  if (!by_rows) {
    path.Run(frame, matte, observer, timings);
    watch.Lap();
    Compose(frame, matte, out);
    timings->compose_ms = watch.Lap();
    return;
  }
  effect_.Prepare(out, path.shape(), 1);
  ReadPicture(path.shape());
  path.Start(frame, observer, timings);
  watch.Lap();
  effect_.Start(path.SmallFrame(frame), path.SmallMatte());
  timings->compose_ms = watch.Lap();
  for (int top = 0; top < frame.height; top += rows) {
    const int bottom = std::min(top + rows, frame.height);
    for (int y = top; y < bottom; ++y) {
      path.Row(frame, y, matte.Part({0, y - top, frame.width, 1}));
    }
    timings->mask_ms += watch.Lap();
    effect_.Rows(0, frame, matte, top, bottom, out);
    timings->compose_ms += watch.Lap();
  }
}

}  // namespace selfieseg::core
