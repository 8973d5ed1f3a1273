// A new reader, new caps and a new segment are noticed before the next mask goes out: the sink pad
// keeps its events, and those that this pad has not seen yet are sent.
#include "gst/mask_output.h"

#include <utility>

#include "gst/formats.h"

namespace selfieseg::gst {
namespace {

constexpr guint kFewestBuffers = 2;

GstCaps* MaskCaps(const GstVideoInfo& frame, GstVideoInfo* mask) {
  gst_video_info_set_format(mask, GST_VIDEO_FORMAT_GRAY8, guint(GST_VIDEO_INFO_WIDTH(&frame)),
                            guint(GST_VIDEO_INFO_HEIGHT(&frame)));
  mask->fps_n = frame.fps_n, mask->fps_d = frame.fps_d;
  mask->par_n = frame.par_n, mask->par_d = frame.par_d;
  return gst_video_info_to_caps(mask);
}

GstEvent* MaskStart(GstPad* pad, GstEvent* start) {
  GstElement* element = gst_pad_get_parent_element(pad);
  if (element == nullptr) return nullptr;  // just released
  gchar* id = gst_pad_create_stream_id(pad, element, "mask");
  GstEvent* event = gst_event_new_stream_start(id);
  g_free(id);
  gst_object_unref(element);
  guint group = 0;
  if (gst_event_parse_group_id(start, &group)) gst_event_set_group_id(event, group);
  GstStreamFlags flags;
  gst_event_parse_stream_flags(start, &flags);
  gst_event_set_stream_flags(event, flags);
  gst_event_set_seqnum(event, gst_event_get_seqnum(start));
  return event;
}

GstEvent* MaskCapsEvent(GstEvent* frame_caps) {
  GstCaps* caps = nullptr;
  GstVideoInfo frame, mask;
  gst_event_parse_caps(frame_caps, &caps);
  if (!gst_video_info_from_caps(&frame, caps)) return nullptr;
  caps = MaskCaps(frame, &mask);
  GstEvent* event = gst_event_new_caps(caps);
  gst_caps_unref(caps);
  return event;
}

void Drop(GstEvent** event) { gst_event_replace(event, nullptr); }

}  // namespace

GstPadTemplate* NewMaskTemplate() {
  GstCaps* caps =
      CapsOf([](const Format& format) { return format.theirs == GST_VIDEO_FORMAT_GRAY8; });
  GstPadTemplate* how = gst_pad_template_new("mask", GST_PAD_SRC, GST_PAD_REQUEST, caps);
  gst_caps_unref(caps);
  return how;
}

GstPad* MaskOutput::Request(GstElement* element, GstPadTemplate* how) {
  {
    const std::lock_guard lock(mutex_);
    if (pad_ != nullptr) return nullptr;
    pad_ = gst_pad_new_from_template(how, "mask");
    gst_pad_use_fixed_caps(pad_);
    gst_object_ref(pad_);
    is_new_ = true;
  }
  gst_pad_set_active(pad_, TRUE);
  gst_element_add_pad(element, pad_);
  return pad_;
}

void MaskOutput::Release(GstElement* element, GstPad* pad) {
  {
    const std::lock_guard lock(mutex_);
    if (pad != pad_) return;
    pad_ = nullptr;
  }
  gst_pad_set_active(pad, FALSE);
  gst_element_remove_pad(element, pad);
  gst_object_unref(pad);
}

GstPad* MaskOutput::Pad() {
  const std::lock_guard lock(mutex_);
  return pad_ == nullptr ? nullptr : GST_PAD(gst_object_ref(pad_));
}

// A pool for masks of frames like this one.
bool MaskOutput::Renew(const GstVideoInfo& frame) {
  const bool same = pool_ != nullptr && info_.width == frame.width && info_.height == frame.height;
  if (same) return true;
  if (pool_ != nullptr) {
    gst_buffer_pool_set_active(pool_, FALSE);
    gst_clear_object(&pool_);
  }
  GstCaps* caps = MaskCaps(frame, &info_);
  pool_ = gst_video_buffer_pool_new();
  GstStructure* config = gst_buffer_pool_get_config(pool_);
  gst_buffer_pool_config_set_params(config, caps, guint(info_.size), kFewestBuffers, 0);
  gst_caps_unref(caps);
  if (gst_buffer_pool_set_config(pool_, config) && gst_buffer_pool_set_active(pool_, TRUE)) {
    return true;
  }
  gst_clear_object(&pool_);
  return false;
}

GstBuffer* MaskOutput::NewBuffer(GstPad* sink, const GstVideoInfo& frame, GstFlowReturn* flow) {
  *flow = GST_FLOW_OK;
  GstPad* pad = Pad();
  if (pad == nullptr) return nullptr;
  GstBuffer* buffer = nullptr;
  if (gst_pad_is_linked(pad)) {
    SendAllSticky(pad, sink);
    *flow = Renew(frame) ? gst_buffer_pool_acquire_buffer(pool_, &buffer, nullptr) : GST_FLOW_ERROR;
  }
  gst_object_unref(pad);
  return buffer;
}

GstFlowReturn MaskOutput::Push(GstBuffer* mask, const GstBuffer& frame) {
  GstPad* pad = Pad();
  if (pad == nullptr) {
    gst_buffer_unref(mask);
    return GST_FLOW_OK;
  }
  gst_buffer_copy_into(mask, const_cast<GstBuffer*>(&frame),
                       GstBufferCopyFlags(GST_BUFFER_COPY_TIMESTAMPS | GST_BUFFER_COPY_FLAGS), 0,
                       gsize(-1));
  const GstFlowReturn flow = gst_pad_push(pad, mask);
  gst_object_unref(pad);
  return flow == GST_FLOW_ERROR || flow == GST_FLOW_NOT_NEGOTIATED ? flow : GST_FLOW_OK;
}

void MaskOutput::SendSticky(GstPad* pad, GstPad* sink, GstEventType type) {
  GstEvent** sent = type == GST_EVENT_STREAM_START ? &start_
                    : type == GST_EVENT_CAPS       ? &caps_
                                                   : &segment_;
  GstEvent* now = gst_pad_get_sticky_event(sink, type, 0);
  if (now == nullptr) return;
  if (now != *sent) {
    GstEvent* event = type == GST_EVENT_STREAM_START ? MaskStart(pad, now)
                      : type == GST_EVENT_CAPS       ? MaskCapsEvent(now)
                                                     : gst_event_ref(now);
    if (event != nullptr) gst_pad_push_event(pad, event);
    gst_event_replace(sent, now);
  }
  gst_event_unref(now);
}

void MaskOutput::SendAllSticky(GstPad* pad, GstPad* sink) {
  bool is_new = false;
  {
    const std::lock_guard lock(mutex_);
    std::swap(is_new, is_new_);
  }
  if (is_new) Drop(&start_), Drop(&caps_), Drop(&segment_);
  for (const GstEventType type : {GST_EVENT_STREAM_START, GST_EVENT_CAPS, GST_EVENT_SEGMENT}) {
    SendSticky(pad, sink, type);
  }
}

void MaskOutput::Forward(GstPad* sink, GstEvent* event) {
  const GstEventType type = GST_EVENT_TYPE(event);
  const bool in_order = type == GST_EVENT_EOS || type == GST_EVENT_GAP;
  if (!in_order && type != GST_EVENT_FLUSH_START && type != GST_EVENT_FLUSH_STOP) return;
  GstPad* pad = Pad();
  if (pad == nullptr) return;
  if (in_order) SendAllSticky(pad, sink);
  if (type == GST_EVENT_FLUSH_STOP) Drop(&segment_);  // a flush takes it away
  gst_pad_push_event(pad, gst_event_ref(event));
  gst_object_unref(pad);
}

void MaskOutput::Stop() {
  Drop(&start_), Drop(&caps_), Drop(&segment_);
  if (pool_ == nullptr) return;
  gst_buffer_pool_set_active(pool_, FALSE);
  gst_clear_object(&pool_);
}

}  // namespace selfieseg::gst
