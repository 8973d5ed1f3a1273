// What is done in which order, and in how small pieces.
#include "selfieseg_compose.h"

#include <algorithm>

namespace selfieseg::core {

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
  const size_t lane_bytes = stride * size_t(rows);
  lanes_.resize(size_t(path.lanes()));
  matte_.resize(lane_bytes * (by_rows ? lanes_.size() : 1));
  const auto matte = [&](int lane) -> Image {
    return {FindPixelFormat(SELFIESEG_GRAY), frame.width, rows, &matte_[lane_bytes * size_t(lane)],
            stride};
  };
  Stopwatch watch;
  if (!by_rows) {
    path.Run(frame, matte(0), observer, timings);
    watch.Lap();
    Compose(frame, matte(0), out);
    timings->compose_ms = watch.Lap();
    return;
  }
  effect_.Prepare(out, path.shape(), path.lanes());
  ReadPicture(path.shape());
  path.Start(frame, observer, timings);
  watch.Lap();
  effect_.Start(path.SmallFrame(frame), path.SmallMatte(), &path.threads());
  timings->compose_ms = watch.Lap();
  for (Lane& lane : lanes_) lane = {};
  path.ForBands([&](int begin, int end, int lane) {
    Stopwatch own;
    const Image turn = matte(lane);
    Image line = turn;
    for (int top = begin; top < end; top += rows) {
      const int bottom = std::min(top + rows, end);
      for (int y = top; y < bottom; ++y) {
        line.data = turn.Row(y - top);
        path.Row(frame, y, line, lane);
      }
      lanes_[size_t(lane)].mask_ms += own.Lap();
      effect_.Rows(lane, frame, turn, top, bottom, out);
      lanes_[size_t(lane)].compose_ms += own.Lap();
    }
  });
  // The threads worked on both at once.
  Lane all;
  for (const Lane& lane : lanes_) {
    all.mask_ms += lane.mask_ms, all.compose_ms += lane.compose_ms;
  }
  const double bands_ms = watch.Lap(), sum_ms = all.mask_ms + all.compose_ms;
  const double share = sum_ms > 0 ? all.mask_ms / sum_ms : 0;
  timings->mask_ms += bands_ms * share;
  timings->compose_ms += bands_ms * (1 - share);
}

}  // namespace selfieseg::core
