// A buffer's pixels as a frame, for as long as this lives.
#pragma once

#include <gst/video/video.h>

#include "gst/formats.h"

namespace selfieseg::gst {

class MappedFrame {
 public:
  // The buffer must stay. Caps and buffer may contradict each other: ask ok().
  MappedFrame(const GstVideoInfo& info, GstBuffer* buffer, GstMapFlags flags)
      : mapped_(
            gst_video_frame_map(&frame_, const_cast<GstVideoInfo*>(&info), buffer,
                                GstMapFlags(int(flags) | int(GST_VIDEO_FRAME_MAP_FLAG_NO_REF)))) {}
  MappedFrame(const MappedFrame&) = delete;
  MappedFrame& operator=(const MappedFrame&) = delete;
  ~MappedFrame() {
    if (mapped_) gst_video_frame_unmap(&frame_);
  }

  bool ok() const { return mapped_ && FindFormat(GST_VIDEO_FRAME_FORMAT(&frame_)) != nullptr; }
  const GstVideoFrame& frame() const { return frame_; }
  selfieseg_image View() const { return ViewOf(frame_); }

 private:
  GstVideoFrame frame_;
  bool mapped_;
};

}  // namespace selfieseg::gst
