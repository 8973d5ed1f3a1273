// What happens to a frame between the element's pads, on the thread that brings it.
#pragma once

#include <gst/video/gstvideofilter.h>

#include <atomic>
#include <cstdint>

#include "gst/mask_output.h"
#include "gst/renderer.h"

namespace selfieseg::gst {

// Posts an error, and says so. The frame must not go on.
GstFlowReturn Fail(GstElement* element, const char* sentence);

class FramePath {
 public:
  // Of the frames that follow. `version` is another number for other settings.
  bool Knows(uint64_t version) const { return version == version_; }
  void Learn(const Settings& settings, uint64_t version);

  // Chooses what is emitted between these formats. Returns whether that is done in place.
  bool Agree(GstVideoFormat in, GstVideoFormat out);

  // Looks at the time of a frame that comes.
  void Notice(const GstBuffer& buffer, bool is_discont);

  // The frames before have nothing to do with those that come. From any thread.
  void Forget() { forget_ = true; }

  // The frame in a buffer, or from one to another; sends the mask ahead to its pad. Fails closed:
  // whatever is wrong, the caller must not show the frame unless this says GST_FLOW_OK.
  GstFlowReturn Work(GstVideoFilter* filter, GstBuffer* buffer);
  GstFlowReturn Work(GstVideoFilter* filter, GstBuffer* input, GstBuffer* output);

  void Stop();
  void Close() { renderer_.Close(); }

  MaskOutput& mask() { return mask_; }

 private:
  GstFlowReturn Render(GstVideoFilter* filter, const GstVideoFrame& in, const selfieseg_image& out,
                       const GstBuffer& frame);

  std::atomic<bool> forget_ = false;
  MaskOutput mask_;
  Renderer renderer_;
  Settings settings_;
  uint64_t version_ = 0;
  Emit emit_ = Emit::kComposite;  // of the frame at hand
  GstClockTime next_time_ = GST_CLOCK_TIME_NONE;
};

}  // namespace selfieseg::gst
