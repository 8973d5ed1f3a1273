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
// GStreamer's side: caps, events and properties. FramePath does the work.
#include "gst/segment.h"

#include <gst/video/gstvideofilter.h>
#include <gst/video/video.h>

#include <cstdint>
#include <exception>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

#include "gst/caps.h"
#include "gst/formats.h"
#include "gst/frame_path.h"
#include "gst/mask_output.h"
#include "gst/properties.h"

GST_DEBUG_CATEGORY_STATIC(selfiesegment_debug);
#define GST_CAT_DEFAULT selfiesegment_debug

namespace selfieseg::gst {
namespace {

struct State {
  std::mutex setting;  // held while a property is set, which may take its time
  std::mutex mutex;    // guards the next four; held for moments
  Settings settings;
  uint64_t version = 1;           // of the settings
  std::string complaint;          // that came before there was anyone to hear it
  const Format* input = nullptr;  // null before caps are agreed on

  FramePath path;  // of the streaming thread
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

// Null before caps are agreed on.
const Format* InputOf(State& state) {
  const std::lock_guard lock(state.mutex);
  return state.input;
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
  const Format* input = InputOf(*self->state);
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

// While it lives, its thread is told one and the same of what to emit: to answer a question about
// caps, or to agree on them, takes many questions, and contradictory answers would end the stream.
// What frames of `input` cannot become is not held: the side before us has been asked for others.
class HeldEmit {
 public:
  HeldEmit(State& state, const Format* input) : before_(now_) {
    if (now_.state == &state) return;
    const std::lock_guard lock(state.mutex);
    const Emit wanted = state.settings.Wanted();
    const bool can = wanted != Emit::kAlpha || input == nullptr || input->can_become_alpha;
    now_ = {&state, can ? wanted : Emit::kComposite};
  }
  HeldEmit(const HeldEmit&) = delete;
  HeldEmit& operator=(const HeldEmit&) = delete;
  ~HeldEmit() { now_ = before_; }

  static Emit Of(State& state) {
    if (now_.state == &state) return now_.emit;
    const std::lock_guard lock(state.mutex);
    return state.settings.Wanted();
  }

 private:
  struct Held {
    const State* state;
    Emit emit;
  };
  static thread_local Held now_;
  Held before_;
};
thread_local HeldEmit::Held HeldEmit::now_ = {nullptr, Emit::kComposite};

// ---- caps

GstCaps* OnTransformCaps(GstBaseTransform* base, GstPadDirection direction, GstCaps* caps,
                         GstCaps* filter) {
  return OtherCaps(HeldEmit::Of(StateOf(base)), direction, caps, filter);
}

gboolean OnQuery(GstBaseTransform* base, GstPadDirection direction, GstQuery* query) {
  const HeldEmit held(StateOf(base), nullptr);
  return GST_BASE_TRANSFORM_CLASS(gst_selfie_segment_parent_class)->query(base, direction, query);
}

gboolean OnSetInfo(GstVideoFilter* filter, GstCaps*, GstVideoInfo* in, GstCaps*, GstVideoInfo*) {
  State& state = StateOf(filter);
  const std::lock_guard lock(state.mutex);
  state.input = FindFormat(GST_VIDEO_INFO_FORMAT(in));
  return state.input != nullptr;
}

// ---- frames

GstFlowReturn OnTransformInPlace(GstBaseTransform* base, GstBuffer* buffer) {
  return StateOf(base).path.Work(GST_VIDEO_FILTER(base), buffer);
}

GstFlowReturn OnTransform(GstBaseTransform* base, GstBuffer* input, GstBuffer* output) {
  return StateOf(base).path.Work(GST_VIDEO_FILTER(base), input, output);
}

GstFlowReturn OnSubmit(GstBaseTransform* base, gboolean is_discont, GstBuffer* input) {
  State& state = StateOf(base);
  state.path.Notice(*input, is_discont);
  // Agrees on formats, if that is asked for; drops what is late.
  GstFlowReturn flow;
  {
    const HeldEmit held(state, InputOf(state));
    flow = GST_BASE_TRANSFORM_CLASS(gst_selfie_segment_parent_class)
               ->submit_input_buffer(base, is_discont, input);
  }
  const GstVideoFilter* filter = GST_VIDEO_FILTER(base);
  if (flow != GST_FLOW_OK || !filter->negotiated) return flow;  // the base class says so later
  {
    const std::lock_guard lock(state.mutex);
    if (!state.path.Knows(state.version)) state.path.Learn(state.settings, state.version);
  }
  gst_base_transform_set_in_place(base, state.path.Agree(GST_VIDEO_INFO_FORMAT(&filter->in_info),
                                                         GST_VIDEO_INFO_FORMAT(&filter->out_info)));
  return GST_FLOW_OK;
}

// ---- events and states

// Of a caps event; null if it is none of ours.
const Format* FormatOf(GstEvent* event) {
  GstCaps* caps = nullptr;
  GstVideoInfo info;
  gst_event_parse_caps(event, &caps);
  return gst_video_info_from_caps(&info, caps) ? FindFormat(GST_VIDEO_INFO_FORMAT(&info)) : nullptr;
}

gboolean OnSinkEvent(GstBaseTransform* base, GstEvent* event) {
  State& state = StateOf(base);
  const GstEventType type = GST_EVENT_TYPE(event);
  if (type == GST_EVENT_FLUSH_STOP || type == GST_EVENT_SEGMENT || type == GST_EVENT_STREAM_START) {
    state.path.Forget();
  }
  state.path.mask().Forward(GST_BASE_TRANSFORM_SINK_PAD(base), event);
  std::optional<HeldEmit> held;
  if (type == GST_EVENT_CAPS) held.emplace(state, FormatOf(event));
  return GST_BASE_TRANSFORM_CLASS(gst_selfie_segment_parent_class)->sink_event(base, event);
}

gboolean OnStop(GstBaseTransform* base) {
  State& state = StateOf(base);
  state.path.Stop();
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
  if (change == GST_STATE_CHANGE_READY_TO_NULL) StateOf(element).path.Close();
  return result;
}

GstPad* OnRequestPad(GstElement* element, GstPadTemplate* how, const gchar*, const GstCaps*) {
  return StateOf(element).path.mask().Request(element, how);
}

void OnReleasePad(GstElement* element, GstPad* pad) {
  StateOf(element).path.mask().Release(element, pad);
}

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
  base_class->query = OnQuery;
  // Instead of GstVideoFilter's own, which shows a frame as it was if it cannot be mapped.
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
