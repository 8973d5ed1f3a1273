// The pad on which those who ask for it get the mask of every frame, in GRAY8, beside the picture.
#pragma once

#include <gst/video/video.h>

#include <mutex>

namespace selfieseg::gst {

// The template for the element's class.
GstPadTemplate* NewMaskTemplate();

// Request() and Release() may come from any thread, all else from the streaming thread.
class MaskOutput {
 public:
  // Null if there is one already. The element owns it.
  GstPad* Request(GstElement* element, GstPadTemplate* how);
  void Release(GstElement* element, GstPad* pad);

  // A buffer for the mask of a frame of these caps; null if nobody wants it or there is none to be
  // had, which `flow` then says. The caller owns it.
  GstBuffer* NewBuffer(GstPad* sink, const GstVideoInfo& frame, GstFlowReturn* flow);
  const GstVideoInfo& info() const { return info_; }

  // Takes the buffer. Says what must end the stream, and nothing else: this pad may be left unread.
  GstFlowReturn Push(GstBuffer* mask, const GstBuffer& frame);

  // Hands on what came to the sink pad: flushes, gaps, the end.
  void Forward(GstPad* sink, GstEvent* event);

  // Gives all memory back, and takes what comes for a new stream.
  void Stop();

 private:
  GstPad* Pad();  // a reference, or null
  bool Renew(const GstVideoInfo& frame);
  void SendSticky(GstPad* pad, GstPad* sink, GstEventType type);
  void SendAllSticky(GstPad* pad, GstPad* sink);

  std::mutex mutex_;  // guards the next two
  GstPad* pad_ = nullptr;
  bool is_new_ = false;  // the pad has seen nothing of the stream yet
  GstVideoInfo info_ = {};
  GstBufferPool* pool_ = nullptr;
  GstEvent *start_ = nullptr, *caps_ = nullptr, *segment_ = nullptr;  // the sink's; references
};

}  // namespace selfieseg::gst
