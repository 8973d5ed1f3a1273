#include "obs/worker.h"

#include <exception>
#include <new>
#include <utility>

#include "obs/formats.h"

namespace selfieseg::obs {
namespace {

// An older mask is not put on a picture: who it was made for has moved.
constexpr uint64_t kOldestMask = 500'000'000;  // ns

void Move(obs_source_frame** frame, Frames* to) {
  if (*frame != nullptr) to->push_back(std::exchange(*frame, nullptr));
}

}  // namespace

Worker::Worker(obs_source_t* source) : source_(source) {
  thread_ = std::thread([this] { Run(); });
}

Worker::~Worker() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

void Worker::Set(const Settings& settings) {
  const std::lock_guard lock(mutex_);
  order_.settings = settings;
  ++order_.number;
}

void Worker::SayOnce(const std::string& sentence) {
  if (sentence == said_) return;
  said_ = sentence;
  blog(LOG_WARNING, "[selfieseg] '%s': %s. The picture is replaced.", obs_source_get_name(source_),
       sentence.c_str());
}

void Worker::Forget(Frames* unused) {
  Move(&waiting_, unused);
  Move(&finished_, unused);
  ++stream_;
  reset_ = true;
  shows_ = false;
  failed_order_ = 0;
  error_.clear();
  finished_mask_.clear();
  newest_mask_.clear();
}

void Worker::Clear(Frames* unused) {
  std::unique_lock lock(mutex_);
  Forget(unused);
  changed_.wait(lock, [&] { return !busy_; });
  unused->insert(unused->end(), dropped_.begin(), dropped_.end());
  dropped_.clear();
}

obs_source_frame* Worker::Exchange(obs_source_frame* frame, Frames* unused) noexcept {
  try {
    std::unique_lock lock(mutex_);
    unused->insert(unused->end(), dropped_.begin(), dropped_.end());
    dropped_.clear();
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
    said_.clear();
    return order_.settings.delay_match ? Delayed(frame, unused) : WithNewestMask(frame);
  } catch (...) {  // no memory
    Blank(*frame);
    return frame;
  }
}

obs_source_frame* Worker::Replaced(obs_source_frame* frame) {
  replacement_.Show(order_.settings.backdrop, *frame);
  return frame;
}

void Worker::HandOver(obs_source_frame* frame) {
  waiting_ = frame;
  changed_.notify_all();
}

obs_source_frame* Worker::Delayed(obs_source_frame* frame, Frames* unused) {
  if (finished_ != nullptr && finished_ == copy_) {
    obs_source_frame_copy(frame, finished_);  // OBS forgets a frame that is not its own
    Move(&finished_, unused);
    shows_ = true;
    return frame;
  }
  if (!shows_ && finished_ == nullptr) {  // OBS has no picture that could stay
    if (!busy_ && waiting_ == nullptr) HandOver(copy_ = CopyOf(*frame));
    return Replaced(frame);
  }
  Move(&waiting_, unused);
  HandOver(frame);
  shows_ = true;
  return std::exchange(finished_, nullptr);
}

obs_source_frame* Worker::WithNewestMask(obs_source_frame* frame) {
  if (!busy_ && waiting_ == nullptr) HandOver(CopyOf(*frame));
  if (!finished_mask_.empty()) {
    newest_mask_.swap(finished_mask_);
    finished_mask_.clear();
    newest_mask_time_ = finished_mask_time_;
  }
  const int64_t age = int64_t(frame->timestamp - newest_mask_time_);
  const bool fresh = age > -int64_t(kOldestMask) && age < int64_t(kOldestMask);
  if (newest_mask_.empty() || effect_ == nullptr || !fresh) return Replaced(frame);
  const selfieseg_image view = ViewOf(*frame);
  try {
    effect_->Compose(
        view, selfieseg_wrap(SELFIESEG_GRAY, view.width, view.height, newest_mask_.data(), 0),
        view);
  } catch (const Error& error) {
    SayOnce(error.what());
    return Replaced(frame);
  }
  shows_ = true;
  return frame;
}

void Worker::Run() {
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [&] { return waiting_ != nullptr || ending_; });
    if (ending_) return;
    obs_source_frame* const frame = std::exchange(waiting_, nullptr);
    const Order order = order_;
    const uint64_t stream = stream_;
    const bool reset = std::exchange(reset_, false);
    busy_ = true;
    lock.unlock();
    std::string error;
    try {
      Work(order, *frame, reset);
    } catch (const std::exception& wrong) {
      error = wrong.what();
    }
    lock.lock();
    busy_ = false;
    const bool delayed = order.settings.delay_match;
    const bool wanted = stream == stream_ && error.empty();
    Move(&finished_, &dropped_);
    if (wanted && delayed) {
      finished_ = frame;
    } else {
      dropped_.push_back(frame);
    }
    if (wanted && !delayed) {
      finished_mask_.swap(making_);
      finished_mask_time_ = frame->timestamp;
      effect_ = own_effect_;
    }
    if (stream == stream_ && !error.empty()) {
      failed_order_ = order.number;
      error_ = error;
    }
    changed_.notify_all();
  }
}

void Worker::Work(const Order& order, const obs_source_frame& frame, bool reset) {
  const selfieseg_image view = ViewOf(frame);
  Session& session = finder_.Prepare(order.settings.finding, view.width, view.height);
  if (reset) session.Reset();
  if (own_effect_ == nullptr || order_of_effect_ != order.number) {
    // A new one always: OBS's thread may be using the one before.
    own_effect_.reset();
    Backdrop backdrop = order.settings.backdrop;
    own_effect_ = std::make_shared<Effect>(OpenEffect(backdrop));
    order_of_effect_ = order.number;
  }
  if (order.settings.delay_match) return session.Process(*own_effect_, view, view);
  making_.resize(size_t(view.width) * size_t(view.height));
  session.Segment(view, selfieseg_wrap(SELFIESEG_GRAY, view.width, view.height, making_.data(), 0));
}

}  // namespace selfieseg::obs
