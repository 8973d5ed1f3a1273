#include "obs/worker.h"

#include <exception>
#include <utility>

#include "obs/formats.h"
#include "obs/picture.h"

namespace selfieseg::obs {
namespace {

// An older mask is not put on a picture: who it was made for has moved.
constexpr int64_t kOldestMask = 500'000'000;  // ns

void Move(obs_source_frame** frame, Frames* to) {
  if (*frame != nullptr) to->push_back(std::exchange(*frame, nullptr));
}

// Black, where nothing is wanted, and frames have no alpha.
live::Backdrop BackdropFor(const obs_source_frame& frame, const Settings& settings) {
  live::Backdrop backdrop = settings.backdrop;
  const bool can = backdrop.kind != SELFIESEG_TRANSPARENT || FindFormat(frame.format)->has_alpha;
  if (!can) backdrop.kind = SELFIESEG_COLOR;
  return backdrop;
}

}  // namespace

Worker::Worker(obs_source_t* source) : source_(source), thread_([this](Job& job) { Work(job); }) {}

void Worker::Set(const Settings& settings) {
  const std::lock_guard lock(mutex_);
  newest_order_.settings = settings;
  ++newest_order_.number;
}

void Worker::SayOnce(const std::string& sentence) {
  if (sentence == said_) return;
  said_ = sentence;
  blog(LOG_WARNING, "[selfieseg] '%s': %s. The picture is replaced.", obs_source_get_name(source_),
       sentence.c_str());
}

bool Worker::HasDelayMatch() {
  const std::lock_guard lock(mutex_);
  return newest_order_.settings.delay_match;
}

void Worker::Give(obs_source_frame* frame, const Surface& surface, bool is_copy, Frames* unused) {
  if (frame == nullptr) return;  // no memory
  std::optional<Job> job = Job{frame, surface, is_copy, frame->timestamp, stream_, order_, {}};
  job->mask.swap(room_);
  try {
    job = thread_.Give(std::move(job));
  } catch (...) {
    if (is_copy) unused->push_back(frame);
    throw;
  }
  if (job) Move(&job->frame, unused);
}

void Worker::Receive(Frames* unused) {
  for (Job& job : thread_.Finished()) {
    Move(&finished_.frame, unused);
    if (job.stream == stream_ && !job.error.empty()) {
      failed_order_ = job.order.number;
      error_ = job.error;
    } else if (job.stream == stream_) {
      std::swap(job, job.order.settings.delay_match ? finished_ : newest_);
    }
    Move(&job.frame, unused);
    Move(&newest_.frame, unused);  // only its mask is of use
    room_ = std::move(job.mask);
  }
}

void Worker::Forget(Frames* unused) {
  auto waited = thread_.Give(std::nullopt);
  if (waited) Move(&waited->frame, unused);
  Move(&finished_.frame, unused);
  newest_ = {};
  ++stream_;
  shows_ = false;
  failed_order_ = 0;
  said_.clear();
}

void Worker::Clear(Frames* unused) {
  Forget(unused);
  thread_.Wait();
  Receive(unused);
}

obs_source_frame* Worker::Exchange(obs_source_frame* frame, Frames* unused,
                                   const Surface& surface) noexcept {
  try {
    {
      const std::lock_guard lock(mutex_);
      if (order_.number != newest_order_.number) {
        order_ = newest_order_;
        said_.clear();
      }
    }
    Receive(unused);
    const Shape shape = {frame->format, frame->width, frame->height};
    if (shape != shape_) Forget(unused);
    shape_ = shape;
    if (FindFormat(frame->format) == nullptr) {
      SayOnce(std::string("frames of format ") + get_video_format_name(frame->format) +
              " are not known here; the filter for any source takes them");
      Blank(*frame);
      return frame;
    }
    if (failed_order_ == order_.number) {
      SayOnce(error_);
      return Replaced(frame);
    }
    if (order_.settings.delay_match) return Delayed(frame, surface, unused);
    if (surface != nullptr) Fetch(surface, *frame);
    return WithNewestMask(frame, unused);
  } catch (const std::exception& wrong) {
    SayOnce(wrong.what());
    Blank(*frame);
    return frame;
  }
}

obs_source_frame* Worker::Replaced(obs_source_frame* frame) {
  live::Backdrop backdrop = BackdropFor(*frame, order_.settings);
  if (backdrop.kind == SELFIESEG_PICTURE) backdrop.kind = SELFIESEG_COLOR;  // that costs nothing
  replacement_.Show(backdrop, ViewOf(*frame));
  return frame;
}

obs_source_frame* Worker::Delayed(obs_source_frame* frame, const Surface& surface, Frames* unused) {
  if (finished_.frame != nullptr && finished_.is_copy) {
    obs_source_frame_copy(frame, finished_.frame);  // OBS forgets a frame that is not its own
    Move(&finished_.frame, unused);
    shows_ = true;
    return frame;
  }
  if (!shows_ && finished_.frame == nullptr && surface == nullptr) {
    // OBS has no picture that could stay.
    if (thread_.IsIdle()) Give(CopyOf(*frame), nullptr, true, unused);
    return Replaced(frame);
  }
  Give(frame, surface, false, unused);
  shows_ = true;
  return std::exchange(finished_.frame, nullptr);
}

obs_source_frame* Worker::WithNewestMask(obs_source_frame* frame, Frames* unused) {
  if (thread_.IsIdle()) Give(CopyOf(*frame), nullptr, true, unused);
  const int64_t age = int64_t(frame->timestamp - newest_.time);
  const bool fresh = age > -kOldestMask && age < kOldestMask;
  if (newest_.effect == nullptr || !fresh) return Replaced(frame);
  const selfieseg_image view = ViewOf(*frame);
  try {
    newest_.effect->Compose(
        view, selfieseg_wrap(SELFIESEG_GRAY, view.width, view.height, newest_.mask.data(), 0),
        view);
  } catch (const Error& error) {
    SayOnce(error.what());
    return Replaced(frame);
  }
  shows_ = true;
  return frame;
}

Effect Worker::OpenEffect(const obs_source_frame& frame, const Settings& settings) const {
  live::Backdrop backdrop = BackdropFor(frame, settings);
  if (backdrop.kind == SELFIESEG_PICTURE) {
    try {
      backdrop.picture = ReadPicture(settings.picture);
    } catch (const std::runtime_error& wrong) {
      blog(LOG_WARNING, "[selfieseg] '%s': %s. The colour is shown instead.",
           obs_source_get_name(source_), wrong.what());
      backdrop.kind = SELFIESEG_COLOR;
    }
  }
  return live::OpenEffect(backdrop);
}

void Worker::Work(Job& job) try {
  if (job.surface != nullptr) Fetch(job.surface, *job.frame);
  const Settings& settings = job.order.settings;
  const selfieseg_image view = ViewOf(*job.frame);
  Session& session = finder_.Prepare(settings.finding, view.width, view.height);
  const bool other_stream = std::exchange(stream_of_work_, job.stream) != job.stream;
  if (other_stream) session.Reset();
  const bool new_effect =
      effect_ == nullptr || order_of_effect_ != job.order.number || other_stream;
  if (new_effect) {
    // A new one always: OBS's thread may be using the one before.
    effect_.reset();
    effect_ = std::make_shared<Effect>(OpenEffect(*job.frame, settings));
    order_of_effect_ = job.order.number;
  }
  if (settings.delay_match) return session.Process(*effect_, view, view);
  job.mask.resize(size_t(view.width) * size_t(view.height));
  const selfieseg_image mask =
      selfieseg_wrap(SELFIESEG_GRAY, view.width, view.height, job.mask.data(), 0);
  session.Segment(view, mask);
  // What an effect makes at its first frame is made here, and not on OBS's thread.
  if (new_effect) effect_->Compose(view, mask, view);
  job.effect = effect_;
} catch (const std::exception& wrong) {
  job.error = wrong.what();
}

}  // namespace selfieseg::obs
