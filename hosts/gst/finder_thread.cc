#include "gst/finder_thread.h"

#include <cstring>
#include <new>
#include <stdexcept>
#include <utility>

#include "gst/mapped_frame.h"

namespace selfieseg::gst {

FinderThread::FinderThread(Session& session)
    : session_(session), thread_([this](Job& job) { Work(job); }) {
  gst_video_info_init(&info_);
}

FinderThread::~FinderThread() {
  thread_.Wait();
  gst_clear_buffer(&input_);
}

void FinderThread::Forget() {
  mask_.clear();
  error_.clear();
  ++stream_;
}

void FinderThread::Receive() {
  for (Job& job : thread_.Finished()) {
    error_ = job.error;
    if (error_.empty() && job.stream == stream_) mask_.swap(job.mask);
    room_ = std::move(job.mask);
  }
}

void FinderThread::Newest(const GstVideoFrame& frame, const selfieseg_image& matte) {
  const size_t size = size_t(matte.width) * size_t(matte.height);
  const bool same = GST_VIDEO_FRAME_WIDTH(&frame) == GST_VIDEO_INFO_WIDTH(&info_) &&
                    GST_VIDEO_FRAME_HEIGHT(&frame) == GST_VIDEO_INFO_HEIGHT(&info_);
  Receive();
  if (!mask_.empty() && !same) Forget();
  if (mask_.empty()) thread_.Wait();  // with what is of no use any more
  Receive();
  if (thread_.IsIdle() && error_.empty()) Start(frame);
  if (mask_.empty()) thread_.Wait();
  Receive();
  if (!error_.empty()) throw std::runtime_error(error_);
  if (mask_.size() != size) throw std::logic_error("the mask is not of the frame's size");
  for (size_t y = 0; y < size_t(matte.height); ++y) {
    std::memcpy(static_cast<uint8_t*>(matte.data) + y * matte.stride,
                &mask_[y * size_t(matte.width)], size_t(matte.width));
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
  }
  info_.colorimetry = now.colorimetry;
  info_.chroma_site = now.chroma_site;
  {
    MappedFrame copy(info_, input_, GST_MAP_WRITE);
    GstVideoFrame to = copy.frame();
    if (!copy.ok() || !gst_video_frame_copy(&to, &frame)) throw std::bad_alloc();
  }
  thread_.Give(Job{stream_, std::move(room_), ""});
}

void FinderThread::Work(Job& job) try {
  if (std::exchange(stream_of_session_, job.stream) != job.stream) session_.Reset();
  const MappedFrame frame(info_, input_, GST_MAP_READ);
  if (!frame.ok()) throw std::bad_alloc();
  const selfieseg_image view = frame.View();
  job.mask.resize(size_t(view.width) * size_t(view.height));
  session_.Segment(view,
                   selfieseg_wrap(SELFIESEG_GRAY, view.width, view.height, job.mask.data(), 0));
} catch (const std::exception& wrong) {
  job.error = wrong.what();
}

}  // namespace selfieseg::gst
