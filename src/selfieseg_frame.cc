// What costs a run of the network, and in which order.
#include "selfieseg_frame.h"

#include <algorithm>
#include <cmath>

namespace selfieseg::core {
namespace {

// Weights of the mirror image: the network is not symmetric, and two opinions are better. Half for
// a close-up; less for the frame, where a close portrait loses by it (docs/evaluation.md).
constexpr float kFrameMirrored = 0.25f, kCloseupMirrored = 0.5f;

constexpr Quality kQualities[] = {
    {"balanced", Filter::kArea, true, false},
    {"fast", Filter::kArea, false, false},
    {"best", Filter::kArea, true, true},
    {"mediapipe", Filter::kBilinear, false, false},
};

Shape TurnedShape(const Shape& shape, int orientation) {
  if (!SwapsSides(orientation)) return shape;
  return {shape.width, shape.height, shape.channels};
}

// In place.
template <class T>
void GrowAll(Grower& grower, const Image& matte) {
  const auto read = [&](int line, T* row) {
    std::copy_n(matte.Row<T>(line), size_t(matte.width), row);
  };
  for (int y = 0; y < matte.height; ++y) grower.Row<T>(y, read, matte.Row<T>(y));
}

Shape None() { return {0, 0, 3}; }

}  // namespace

std::span<const Quality> Qualities() { return kQualities; }

FramePath::FramePath(const RowKernels& rows, const Wanted& wanted, const Shape& input,
                     int orientation, Network& network, Threads& threads)
    : quality_(wanted.quality),
      ramp_(wanted.ramp),
      orientation_(orientation),
      shape_(TurnedShape(input, orientation)),
      network_(&network),
      threads_(&threads),
      sampler_(rows, quality_.filter, shape_, &threads),
      refiner_(rows, shape_, quality_.guided, &threads),
      grow_(wanted.grow),
      invert_(wanted.invert),
      tensor_(input.size()),
      luma_(input.size() / 3),
      mask_(input.size() / 3),
      small_matte_(quality_.closeups ? 0 : input.size() / 3),
      closeup_sampler_(rows, quality_.filter, shape_, &threads),
      body_sampler_(rows, quality_.filter, shape_, &threads),
      closeup_refiner_(rows, quality_.closeups ? shape_ : None(), quality_.guided),
      looks_(quality_.closeups ? shape_ : None()),
      closeup_tensor_(quality_.closeups || wanted.tracking ? input.size() : 0),
      closeup_luma_(quality_.closeups || wanted.tracking ? input.size() / 3 : 0),
      closeup_mask_(quality_.closeups || wanted.tracking ? input.size() / 3 : 0),
      mirrored_mask_(quality_.closeups ? input.size() / 3 : 0),
      turned_tensor_(quality_.closeups || orientation != 1 ? input.size() : 0),
      turned_mask_(turned_tensor_.size() / 3) {
  // A tracker needs what was shown before, and cuts.
  if (wanted.smoothing > 0 || wanted.tracking) smoother_.emplace(shape_, wanted.smoothing);
  if (wanted.tracking) tracker_.emplace(shape_);
}

void FramePath::Prepare(const Image& frame) {
  const bool resized = width_ != frame.width || height_ != frame.height;
  const Rect whole = {0, 0, frame.width, frame.height};
  if (resized && tracker_) {
    if (part_.width > 0)
      MoveTo(tracker_->frame());  // in the old size, so that nothing is forgotten
    tracker_->Reset(frame.width, frame.height);
  }
  if (resized) part_ = whole;
  width_ = frame.width, height_ = frame.height;
  sampler_.Prepare(frame);
  if (!tracker_ || resized) MoveTo(whole);
  // For all boxes: none needs more room than the whole frame.
  if (tracker_ && (resized || format_ != frame.format)) closeup_sampler_.Prepare(frame);
  format_ = frame.format;
  if (!resized || (grow_ == 0 && !invert_)) return;
  const float samples = float(grow_) * float(shape_.width) / float(frame.width);
  grower_.emplace(grow_, invert_);
  grower_->Prepare(frame.width, frame.height);
  small_grower_.emplace(int(std::lround(samples)), invert_);
  small_grower_->Prepare(shape_.width, shape_.height);
}

void FramePath::MoveTo(const Rect& part) {
  if (smoother_ && part != part_) smoother_->Move(part_, part);
  refiner_.Prepare(part.width, part.height);
  part_ = part;
}

void FramePath::Sample(Sampler& sampler, const Image& part, selfieseg_timings* timings,
                       Buffer& tensor, Buffer& luma) {
  Stopwatch watch;
  sampler.Prepare(part);
  sampler.Run(part, tensor.data(), luma.data());
  timings->sample_ms += watch.Lap();
}

void FramePath::RunNetwork(const float* tensor, int orientation, Observer& observer, float* mask) {
  if (orientation == 1) return network_->Run(tensor, mask, observer);
  TurnFloats(tensor, shape_.width, shape_.height, 3, orientation, turned_tensor_.data());
  network_->Run(turned_tensor_.data(), turned_mask_.data(), observer);
  const Shape turned = TurnedShape(shape_, orientation);
  TurnFloats(turned_mask_.data(), turned.width, turned.height, 1, Inverse(orientation), mask);
}

void FramePath::Infer(float mirrored, Observer& observer, selfieseg_timings* timings,
                      const Buffer& tensor, Buffer& mask) {
  Stopwatch watch;
  RunNetwork(tensor.data(), orientation_, observer, mask.data());
  if (mirrored > 0) {
    RunNetwork(tensor.data(), Mirrored(orientation_), observer, mirrored_mask_.data());
    for (size_t i = 0; i < mask.size(); ++i) mask[i] += (mirrored_mask_[i] - mask[i]) * mirrored;
  }
  timings->network_ms += watch.Lap();
}

void FramePath::Look(Sampler& sampler, const Image& part, float mirrored, Observer& observer,
                     selfieseg_timings* timings, Buffer& tensor, Buffer& luma, Buffer& mask) {
  Sample(sampler, part, timings, tensor, luma);
  Infer(mirrored, observer, timings, tensor, mask);
}

void FramePath::Start(const Image& frame, Observer& observer, selfieseg_timings* timings) {
  *timings = {sizeof(selfieseg_timings), 0, 0, 0, 0};
  if (tracker_) {
    if (!tracker_->SeesWhole() && StartInBox(frame, observer, timings)) return;
    MoveTo(tracker_->frame());
  }
  Look(sampler_, frame, quality_.closeups ? kFrameMirrored : 0, observer, timings, tensor_, luma_,
       mask_);
  Stopwatch watch;
  if (tracker_) tracker_->See(mask_.data());
  if (smoother_) smoother_->Run(luma_.data(), mask_.data());
  refiner_.Start(luma_.data(), mask_.data(), kWholeEpsilon, ramp_);
  timings->mask_ms += watch.Lap();
}

bool FramePath::StartInBox(const Image& frame, Observer& observer, selfieseg_timings* timings) {
  const bool moved = part_ != tracker_->box();
  MoveTo(tracker_->box());
  Sample(closeup_sampler_, frame.Part(part_), timings, closeup_tensor_, closeup_luma_);
  float* mask = closeup_mask_.data();
  if (smoother_->Watch(closeup_luma_.data())) {
    Reset();
    return false;
  }
  bool hold = tracker_->IsCheckDue();
  if (hold) {
    Look(sampler_, frame, 0, observer, timings, tensor_, luma_, mask_);
    tracker_->SeeWhole(mask_.data());
    ShowPart(mask_.data(), tracker_->frame(), shape_, part_, mask);
  } else {
    Infer(0, observer, timings, closeup_tensor_, closeup_mask_);
    hold = moved && !tracker_->Confirm(mask, smoother_->mask());
    if (!hold) tracker_->See(mask);
  }
  Stopwatch watch;
  if (hold) {
    smoother_->Hold(mask);
  } else {
    smoother_->Calm(mask);
  }
  refiner_.Start(closeup_luma_.data(), mask, kWholeEpsilon, ramp_);
  timings->mask_ms += watch.Lap();
  return true;
}

void FramePath::PlainRow(const Image& frame, int y, const Image& matte, int lane) {
  if (SeesWhole()) return refiner_.Row(frame, y, matte, lane);
  const size_t pixel = size_t(matte.format->bytes_per_pixel);
  std::fill_n(matte.data, size_t(matte.width) * pixel, uint8_t{0});
  if (y < part_.y || y >= part_.y + part_.height) return;
  refiner_.Row(frame.Part(part_), y - part_.y, matte.Part({part_.x, 0, part_.width, 1}), lane);
}

const float* FramePath::SmallFrame(const Image& frame) {
  if (!SeesWhole()) sampler_.Run(frame, tensor_.data(), luma_.data());
  return tensor_.data();
}

const float* FramePath::SmallMatte() {
  const float* small = refiner_.Small();
  if (SeesWhole() && !small_grower_) return small;
  if (SeesWhole()) {
    std::copy_n(small, small_matte_.size(), small_matte_.data());
  } else {
    tracker_->Place(small, part_, small_matte_.data());
  }
  if (small_grower_) {
    const size_t stride = size_t(shape_.width) * sizeof(float);
    GrowAll<float>(*small_grower_,
                   {FindPixelFormat(SELFIESEG_GRAY_F32), shape_.width, shape_.height,
                    reinterpret_cast<uint8_t*>(small_matte_.data()), stride});
  }
  return small_matte_.data();
}

void FramePath::Run(const Image& frame, const Image& matte, Observer& observer,
                    selfieseg_timings* timings) {
  Start(frame, observer, timings);
  Stopwatch watch;
  ForBands([&](int top, int bottom, int lane) {
    for (int y = top; y < bottom; ++y) {
      PlainRow(frame, y, matte.Part({0, y, frame.width, 1}), lane);
    }
  });
  timings->mask_ms += watch.Lap();
  if (quality_.closeups) LookCloser(frame, matte, observer, timings);
  if (!grower_) return;
  watch.Lap();
  if (matte.format->id == SELFIESEG_GRAY) {
    GrowAll<uint8_t>(*grower_, matte);
  } else {
    GrowAll<float>(*grower_, matte);
  }
  timings->mask_ms += watch.Lap();
}

void FramePath::Row(const Image& frame, int y, const Image& matte, int lane) {
  if (!grower_) return PlainRow(frame, y, matte, lane);
  Image line = matte;
  grower_->Row<uint8_t>(
      y,
      [&](int plain, uint8_t* row) {
        line.data = row;
        PlainRow(frame, plain, line, lane);
      },
      matte.Row(0));
}

void FramePath::LookCloser(const Image& frame, const Image& matte, Observer& observer,
                           selfieseg_timings* timings) {
  const int step = frame.format->yuv ? 2 : 1;
  const auto closeup = FindCloseup(mask_.data(), shape_, frame.width, frame.height, step);
  if (!closeup) return;
  const Image part = frame.Part(*closeup);
  looks_.Start(*closeup, frame.width, frame.height);
  looks_.AddWhole(mask_.data());
  Look(closeup_sampler_, part, kCloseupMirrored, observer, timings, closeup_tensor_, closeup_luma_,
       closeup_mask_);
  if (!looks_.Agrees(closeup_mask_.data())) return;
  looks_.AddCloseup(closeup_mask_.data());
  // Which is at the top only where frames are stored from there.
  const auto body = orientation_ <= 2 ? FindUpperBody(*closeup) : std::nullopt;
  if (body) {
    const Image upper = frame.Part(*body);
    Look(body_sampler_, upper, kCloseupMirrored, observer, timings, tensor_, luma_, closeup_mask_);
    looks_.AddUpperBody(closeup_mask_.data(), *body);
  }
  Stopwatch watch;
  closeup_refiner_.Prepare(part.width, part.height);
  closeup_refiner_.Start(closeup_luma_.data(), looks_.Mean(), kCloseupEpsilon, ramp_);
  closeup_refiner_.Run(part, matte.Part(*closeup));
  timings->mask_ms += watch.Lap();
}

}  // namespace selfieseg::core
