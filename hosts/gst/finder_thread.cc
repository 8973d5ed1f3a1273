#include "gst/finder_thread.h"

#include <cstring>
#include <new>
#include <stdexcept>
#include <utility>

#include "gst/mapped_frame.h"

namespace selfieseg::gst {

FinderThread::FinderThread(Session session) : session_(std::move(session)) {
  gst_video_info_init(&info_);
  thread_ = std::thread([this] { Run(); });
}

FinderThread::~FinderThread() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
  }
  changed_.notify_all();
  thread_.join();
  gst_clear_buffer(&input_);
}

void FinderThread::Forget() {
  const std::lock_guard lock(mutex_);
  have_mask_ = false;
  error_.clear();
  ++stream_;
}

void FinderThread::Newest(const GstVideoFrame& frame, const selfieseg_image& matte) {
  std::unique_lock lock(mutex_);
  const size_t size = size_t(matte.width) * size_t(matte.height);
  const bool same = GST_VIDEO_FRAME_WIDTH(&frame) == GST_VIDEO_INFO_WIDTH(&info_) &&
                    GST_VIDEO_FRAME_HEIGHT(&frame) == GST_VIDEO_INFO_HEIGHT(&info_);
  if (have_mask_ && !same) {
    have_mask_ = false;
    ++stream_;
  }
  if (!have_mask_) changed_.wait(lock, [&] { return !busy_; });  // with what is of no use any more
  if (!busy_ && error_.empty()) Start(frame);
  changed_.wait(lock, [&] { return have_mask_ || !error_.empty(); });
  if (!error_.empty()) throw std::runtime_error(error_);
  if (finished_.size() != size) throw std::logic_error("the mask is not of the frame's size");
  for (size_t y = 0; y < size_t(matte.height); ++y) {
    std::memcpy(static_cast<uint8_t*>(matte.data) + y * matte.stride,
                &finished_[y * size_t(matte.width)], size_t(matte.width));
  }
}

// With a copy: the frame itself is about to be painted.
void FinderThread::Start(const GstVideoFrame& frame) {
  const GstVideoInfo& now = frame.info;
  const bool same = input_ != nullptr && info_.finfo == now.finfo && info_.width == now.width &&
                    info_.height == now.height;
  if (!same) {
    gst_clear_buffer(&input_);
    gst_video_info_set_format(&info_, GST_VIDEO_INFO_FORMAT(&now), guint(now.width),
                              guint(now.height));
    input_ = gst_buffer_new_allocate(nullptr, info_.size, nullptr);
    if (input_ == nullptr) throw std::bad_alloc();
    making_.resize(size_t(now.width) * size_t(now.height));
  }
  info_.colorimetry = now.colorimetry;
  info_.chroma_site = now.chroma_site;
  {
    MappedFrame copy(info_, input_, GST_MAP_WRITE);
    GstVideoFrame to = copy.frame();
    if (!copy.ok() || !gst_video_frame_copy(&to, &frame)) throw std::bad_alloc();
  }
  reset_ = stream_ != stream_of_work_;
  stream_of_work_ = stream_;
  busy_ = true;
  changed_.notify_all();
}

void FinderThread::Run() {
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [&] { return busy_ || ending_; });
    if (ending_) return;
    lock.unlock();
    std::string error;
    try {
      Work();
    } catch (const std::exception& wrong) {
      error = wrong.what();
    }
    lock.lock();
    error_ = error;
    if (error.empty() && stream_of_work_ == stream_) {
      finished_.swap(making_);
      making_.resize(finished_.size());
      have_mask_ = true;
    }
    busy_ = false;
    changed_.notify_all();
  }
}

void FinderThread::Work() {
  if (reset_) session_.Reset();
  const MappedFrame frame(info_, input_, GST_MAP_READ);
  if (!frame.ok()) throw std::bad_alloc();
  const selfieseg_image view = frame.View();
  session_.Segment(view,
                   selfieseg_wrap(SELFIESEG_GRAY, view.width, view.height, making_.data(), 0));
}

}  // namespace selfieseg::gst
