/* SECTION:element-selfiesegment
 *
 * Finds the persons in a video and puts another background behind them, or gives their mask. The
 * picture goes nowhere; no network connection is made. If a frame cannot be worked on, the stream
 * ends with an error: it is never shown as it was.
 *
 * ## Example launch lines
 * |[
 * gst-launch-1.0 v4l2src ! videoconvert ! selfiesegment ! videoconvert ! autovideosink
 * ]| Blurs what is behind you.
 * |[
 * gst-launch-1.0 videotestsrc ! selfiesegment emit=matte ! videoconvert ! autovideosink
 * ]| Shows the mask.
 */
// GStreamer's side: caps, events and properties. Renderer does the work.
#include "gst/segment.h"

#include <gst/video/gstvideofilter.h>
#include <gst/video/video.h>

#include <atomic>
#include <exception>
#include <mutex>
#include <new>
#include <string>
#include <utility>

#include "gst/caps.h"
#include "gst/formats.h"
#include "gst/mask_output.h"
#include "gst/properties.h"
#include "gst/renderer.h"

GST_DEBUG_CATEGORY_STATIC(selfiesegment_debug);
#define GST_CAT_DEFAULT selfiesegment_debug

namespace selfieseg::gst {
namespace {

// A jump in time from here on is another scene; a frame that was lost is not.
constexpr GstClockTimeDiff kLongestGap = GST_SECOND / 2;

struct State {
  std::mutex setting;  // held while a property is set, which may take its time
  std::mutex mutex;    // guards the next four; held for moments
  Settings settings;
  uint64_t version = 1;           // of the settings
  std::string complaint;          // that came before there was anyone to hear it
  const Format* input = nullptr;  // null before caps are agreed on

  std::atomic<bool> forget = false;  // the frames before
  MaskOutput mask;

  // Of the streaming thread:
  Renderer renderer;
  Settings shown;
  uint64_t shown_version = 0;
  Emit emit = Emit::kComposite;  // of the frame at hand
  GstClockTime next_time = GST_CLOCK_TIME_NONE;
};

struct GstSelfieSegment {
  GstVideoFilter parent;
  State* state;
};
struct GstSelfieSegmentClass {
  GstVideoFilterClass parent;
};

G_DEFINE_TYPE(GstSelfieSegment, gst_selfie_segment, GST_TYPE_VIDEO_FILTER)

template <class Object>
State& StateOf(Object* object) {
  return *reinterpret_cast<GstSelfieSegment*>(object)->state;
}

// ---- properties

// Posts a warning, or keeps it until there is a bus that takes it.
void Complain(GstSelfieSegment* self, const std::string& sentence) {
  GST_WARNING_OBJECT(self, "%s", sentence.c_str());
  GST_OBJECT_LOCK(self);
  const bool heard = GST_STATE(self) != GST_STATE_NULL;
  GST_OBJECT_UNLOCK(self);
  if (heard) {
    GST_ELEMENT_WARNING(self, LIBRARY, SETTINGS, ("%s", sentence.c_str()), (nullptr));
    return;
  }
  const std::lock_guard lock(self->state->mutex);
  self->state->complaint = sentence;
}

// Both sides may have to agree on other formats. Where the frames that come now do not suit, the
// side before us is asked first, and what it sends then brings other caps with it.
void Renegotiate(GstSelfieSegment* self, Emit wanted) {
  const Format* input = nullptr;
  {
    const std::lock_guard lock(self->state->mutex);
    input = self->state->input;
  }
  if (input == nullptr) return;
  gst_base_transform_reconfigure_sink(GST_BASE_TRANSFORM(self));
  const bool suits = wanted != Emit::kAlpha || input->can_become_alpha;
  if (suits) gst_base_transform_reconfigure_src(GST_BASE_TRANSFORM(self));
}

void OnSetProperty(GObject* object, guint id, const GValue* value, GParamSpec*) {
  auto* self = reinterpret_cast<GstSelfieSegment*>(object);
  State& state = *self->state;
  const std::lock_guard setting(state.setting);
  Settings settings = state.settings;  // nobody else writes it
  const Emit before = settings.Wanted();
  try {
    SetProperty(id, value, &settings);
  } catch (const std::exception& refusal) {
    return Complain(self, refusal.what());
  }
  const Emit wanted = settings.Wanted();
  {
    const std::lock_guard lock(state.mutex);
    state.settings = std::move(settings);
    ++state.version;
  }
  if (wanted != before) Renegotiate(self, wanted);
}

void OnGetProperty(GObject* object, guint id, GValue* value, GParamSpec*) {
  State& state = StateOf(object);
  const std::lock_guard lock(state.mutex);
  GetProperty(id, state.settings, value);
}

Emit WantedEmit(State& state) {
  const std::lock_guard lock(state.mutex);
  return state.settings.Wanted();
}

// ---- caps

GstCaps* OnTransformCaps(GstBaseTransform* base, GstPadDirection direction, GstCaps* caps,
                         GstCaps* filter) {
  return OtherCaps(WantedEmit(StateOf(base)), direction, caps, filter);
}

gboolean OnSetInfo(GstVideoFilter* filter, GstCaps*, GstVideoInfo* in, GstCaps*, GstVideoInfo*) {
  State& state = StateOf(filter);
  const std::lock_guard lock(state.mutex);
  state.input = FindFormat(GST_VIDEO_INFO_FORMAT(in));
  return state.input != nullptr;
}

// ---- frames

GstFlowReturn Fail(GstElement* element, const char* sentence) {
  GST_ELEMENT_ERROR(element, STREAM, FAILED, ("%s", sentence), ("The frame is not shown."));
  return GST_FLOW_ERROR;
}

class MappedFrame {
 public:
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
  selfieseg_image View() const { return ViewOf(frame_); }

 private:
  GstVideoFrame frame_;
  bool mapped_;
};

// Makes `out`, which may be `in`, and sends the mask ahead to its pad. Fails closed.
GstFlowReturn Work(GstSelfieSegment* self, const selfieseg_image& in, const selfieseg_image& out,
                   const GstBuffer& frame) {
  State& state = *self->state;
  GstElement* element = GST_ELEMENT(self);
  GstFlowReturn flow = GST_FLOW_OK;
  GstBuffer* mask = state.mask.NewBuffer(GST_BASE_TRANSFORM_SINK_PAD(self),
                                         GST_VIDEO_FILTER(self)->in_info, &flow);
  if (flow == GST_FLOW_ERROR) return Fail(element, "There is no memory for the mask.");
  if (flow != GST_FLOW_OK) return flow;
  try {
    state.renderer.Prepare(state.shown, state.emit, in.width, in.height);
    if (state.forget.exchange(false)) state.renderer.Reset();
    if (mask == nullptr) {
      state.renderer.Render(in, out, nullptr);
      return GST_FLOW_OK;
    }
    const MappedFrame pixels(state.mask.info(), mask, GST_MAP_WRITE);
    if (!pixels.ok()) throw std::bad_alloc();
    const selfieseg_image matte = pixels.View();
    state.renderer.Render(in, out, &matte);
  } catch (const std::exception& error) {
    gst_clear_buffer(&mask);
    return Fail(element, error.what());
  }
  return state.mask.Push(mask, frame);
}

constexpr const char* kBadBuffer = "A buffer does not hold the frame that its caps promise.";

// Instead of GstVideoFilter's own, which shows a frame as it was if it cannot be mapped.
GstFlowReturn OnTransformInPlace(GstBaseTransform* base, GstBuffer* buffer) {
  const MappedFrame frame(GST_VIDEO_FILTER(base)->in_info, buffer, GST_MAP_READWRITE);
  if (!frame.ok()) return Fail(GST_ELEMENT(base), kBadBuffer);
  return Work(reinterpret_cast<GstSelfieSegment*>(base), frame.View(), frame.View(), *buffer);
}

GstFlowReturn OnTransform(GstBaseTransform* base, GstBuffer* input, GstBuffer* output) {
  const MappedFrame in(GST_VIDEO_FILTER(base)->in_info, input, GST_MAP_READ);
  const MappedFrame out(GST_VIDEO_FILTER(base)->out_info, output, GST_MAP_WRITE);
  if (!in.ok() || !out.ok()) return Fail(GST_ELEMENT(base), kBadBuffer);
  return Work(reinterpret_cast<GstSelfieSegment*>(base), in.View(), out.View(), *input);
}

// After a jump in time the frames before are forgotten. Where only some are missing, as behind a
// queue that drops them, they are still worth something.
void NoticeJump(State& state, const GstBuffer& buffer, bool is_discont) {
  const GstClockTime time = GST_BUFFER_PTS(&buffer);
  const bool known = GST_CLOCK_TIME_IS_VALID(time) && GST_CLOCK_TIME_IS_VALID(state.next_time);
  const GstClockTimeDiff gap = known ? GST_CLOCK_DIFF(state.next_time, time) : 0;
  if (is_discont && (!known || gap < -kLongestGap || gap > kLongestGap)) state.forget = true;
  state.next_time = time;
  if (GST_CLOCK_TIME_IS_VALID(time) && GST_BUFFER_DURATION_IS_VALID(&buffer)) {
    state.next_time += GST_BUFFER_DURATION(&buffer);
  }
}

GstFlowReturn OnSubmit(GstBaseTransform* base, gboolean is_discont, GstBuffer* input) {
  State& state = StateOf(base);
  NoticeJump(state, *input, is_discont);
  // Agrees on formats, if that is asked for; drops what is late.
  const GstFlowReturn flow = GST_BASE_TRANSFORM_CLASS(gst_selfie_segment_parent_class)
                                 ->submit_input_buffer(base, is_discont, input);
  if (flow != GST_FLOW_OK) return flow;
  {
    const std::lock_guard lock(state.mutex);
    if (state.version != state.shown_version) {
      state.shown = state.settings;
      state.shown_version = state.version;
    }
  }
  const GstVideoFilter* filter = GST_VIDEO_FILTER(base);
  if (!filter->negotiated) return GST_FLOW_OK;  // the base class says so
  const GstVideoFormat in = GST_VIDEO_INFO_FORMAT(&filter->in_info);
  const GstVideoFormat out = GST_VIDEO_INFO_FORMAT(&filter->out_info);
  state.emit = AgreedEmit(state.shown.Wanted(), in, out);
  gst_base_transform_set_in_place(base, in == out && state.emit != Emit::kMatte);
  return GST_FLOW_OK;
}

// ---- events and states

gboolean OnSinkEvent(GstBaseTransform* base, GstEvent* event) {
  State& state = StateOf(base);
  const GstEventType type = GST_EVENT_TYPE(event);
  if (type == GST_EVENT_FLUSH_STOP || type == GST_EVENT_SEGMENT || type == GST_EVENT_STREAM_START) {
    state.forget = true;
  }
  state.mask.Forward(GST_BASE_TRANSFORM_SINK_PAD(base), event);
  return GST_BASE_TRANSFORM_CLASS(gst_selfie_segment_parent_class)->sink_event(base, event);
}

gboolean OnStop(GstBaseTransform* base) {
  State& state = StateOf(base);
  state.mask.Stop();
  state.forget = true;
  state.next_time = GST_CLOCK_TIME_NONE;
  const std::lock_guard lock(state.mutex);
  state.input = nullptr;
  return TRUE;
}

GstStateChangeReturn OnChangeState(GstElement* element, GstStateChange change) {
  if (change == GST_STATE_CHANGE_NULL_TO_READY) {
    std::string complaint;
    {
      const std::lock_guard lock(StateOf(element).mutex);
      complaint.swap(StateOf(element).complaint);
    }
    if (!complaint.empty()) {
      GST_ELEMENT_WARNING(element, LIBRARY, SETTINGS, ("%s", complaint.c_str()), (nullptr));
    }
  }
  const auto result =
      GST_ELEMENT_CLASS(gst_selfie_segment_parent_class)->change_state(element, change);
  if (change == GST_STATE_CHANGE_READY_TO_NULL) StateOf(element).renderer = Renderer();
  return result;
}

GstPad* OnRequestPad(GstElement* element, GstPadTemplate* how, const gchar*, const GstCaps*) {
  return StateOf(element).mask.Request(element, how);
}

void OnReleasePad(GstElement* element, GstPad* pad) { StateOf(element).mask.Release(element, pad); }

// ---- the class

void OnFinalize(GObject* object) {
  delete reinterpret_cast<GstSelfieSegment*>(object)->state;
  G_OBJECT_CLASS(gst_selfie_segment_parent_class)->finalize(object);
}

void gst_selfie_segment_init(GstSelfieSegment* self) { self->state = new State; }

void AddTemplates(GstElementClass* element_class) {
  GstCaps* caps = CapsOf([](const Format&) { return true; });
  for (const auto& [name, direction] : {std::pair{"sink", GST_PAD_SINK}, {"src", GST_PAD_SRC}}) {
    gst_element_class_add_pad_template(element_class,
                                       gst_pad_template_new(name, direction, GST_PAD_ALWAYS, caps));
  }
  gst_caps_unref(caps);
  gst_element_class_add_pad_template(element_class, NewMaskTemplate());
}

void gst_selfie_segment_class_init(GstSelfieSegmentClass* klass) {
  GST_DEBUG_CATEGORY_INIT(selfiesegment_debug, "selfiesegment", 0, "selfie segmentation");
  auto* object_class = G_OBJECT_CLASS(klass);
  object_class->set_property = OnSetProperty;
  object_class->get_property = OnGetProperty;
  object_class->finalize = OnFinalize;
  InstallProperties(object_class);

  auto* element_class = GST_ELEMENT_CLASS(klass);
  element_class->change_state = OnChangeState;
  element_class->request_new_pad = OnRequestPad;
  element_class->release_pad = OnReleasePad;
  gst_element_class_set_static_metadata(
      element_class, "Selfie segmentation", "Filter/Effect/Video",
      "Finds the persons in a video and puts another background behind them, or gives their mask",
      "the selfieseg authors");
  AddTemplates(element_class);

  auto* base_class = GST_BASE_TRANSFORM_CLASS(klass);
  base_class->transform_caps = OnTransformCaps;
  base_class->transform_ip = OnTransformInPlace;
  base_class->transform = OnTransform;
  base_class->submit_input_buffer = OnSubmit;
  base_class->sink_event = OnSinkEvent;
  base_class->stop = OnStop;
  base_class->passthrough_on_same_caps = FALSE;
  GST_VIDEO_FILTER_CLASS(klass)->set_info = OnSetInfo;
}

}  // namespace

GType SegmentType() { return gst_selfie_segment_get_type(); }

}  // namespace selfieseg::gst
