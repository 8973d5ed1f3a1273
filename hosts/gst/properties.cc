#include "gst/properties.h"

#include <gst/gst.h>

#include <vector>

namespace selfieseg::gst {
namespace {

constexpr auto kFlags =
    GParamFlags(G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | GST_PARAM_MUTABLE_PLAYING);

struct Property {
  GParamSpec* (*spec)();
  void (*set)(const GValue* value, Settings* settings);
  void (*get)(const Settings& settings, GValue* value);
};

GType EmitType() {
  static const GEnumValue kValues[] = {
      {int(Emit::kComposite), "The persons on another background", "composite"},
      {int(Emit::kMatte), "How sure each pixel is a person, as GRAY8: 0 background, 255 person",
       "matte"},
      {int(Emit::kAlpha),
       "The persons with transparent surroundings, as RGBA or BGRA, not premultiplied", "alpha"},
      {0, nullptr, nullptr}};
  static const GType type = g_enum_register_static("GstSelfieSegmentEmit", kValues);
  return type;
}

GType ModelType() {
  static const GEnumValue kValues[] = {
      {int(live::Network::kAuto), "landscape from 1.5 times as wide as high on, else general",
       "auto"},
      {int(live::Network::kGeneral), "256 x 256 samples", "general"},
      {int(live::Network::kLandscape), "256 x 144 samples, the fastest", "landscape"},
      {0, nullptr, nullptr}};
  static const GType type = g_enum_register_static("GstSelfieSegmentModel", kValues);
  return type;
}

GType FitType() {
  static const GEnumValue kValues[] = {
      {SELFIESEG_FILL, "All of the frame is covered, the picture's middle is shown", "fill"},
      {SELFIESEG_FIT, "All of the picture is shown", "fit"},
      {SELFIESEG_CENTER, "Pixel for pixel, the picture's middle in the frame's", "center"},
      {0, nullptr, nullptr}};
  static const GType type = g_enum_register_static("GstSelfieSegmentFit", kValues);
  return type;
}

const char* AboutQuality(const std::string& name) {
  if (name == "balanced") return "The mask is drawn to the edges of the frame";
  if (name == "fast") return "The mask is only made larger";
  if (name == "best") return "For pictures: a second look at the person, some times slower";
  return name == "mediapipe" ? "As MediaPipe draws it" : "See the library's header";
}

// What the library has, whatever that is.
GType QualityType() {
  static const std::vector<GEnumValue> kValues = [] {
    std::vector<GEnumValue> values;
    for (size_t i = 0; const char* name = selfieseg_quality_name(i); ++i) {
      values.push_back({int(i), AboutQuality(name), name});
    }
    values.push_back({0, nullptr, nullptr});
    return values;
  }();
  static const GType type = g_enum_register_static("GstSelfieSegmentQuality", kValues.data());
  return type;
}

std::string TextIn(const GValue* value) {
  const char* text = g_value_get_string(value);
  return text == nullptr ? "" : text;
}

const Settings kDefault;

// A property's id is its row, counted from 1.
const Property kProperties[] = {
    {[] {
       return g_param_spec_string(
           "background", "Background",
           "Of a composite: none, keep, blur, blur:RADIUS in pixels (65535 at most), #rrggbb, or "
           "the path of a picture",
           kDefault.background.c_str(), kFlags);
     },
     [](const GValue* value, Settings* s) { SetBackground(TextIn(value), s); },
     [](const Settings& s, GValue* value) { g_value_set_string(value, s.background.c_str()); }},
    {[] {
       return g_param_spec_enum("fit", "Fit", "How a background picture covers the frame",
                                FitType(), kDefault.backdrop.fit, kFlags);
     },
     [](const GValue* value, Settings* s) {
       s->backdrop.fit = selfieseg_fit(g_value_get_enum(value));
     },
     [](const Settings& s, GValue* value) { g_value_set_enum(value, s.backdrop.fit); }},
    {[] {
       return g_param_spec_float("light-wrap", "Light wrap",
                                 "How much light of a colour or picture lies on the person's rim: "
                                 "0 none, 1 half of it on the very edge",
                                 0, 1, kDefault.backdrop.light_wrap, kFlags);
     },
     [](const GValue* value, Settings* s) { s->backdrop.light_wrap = g_value_get_float(value); },
     [](const Settings& s, GValue* value) { g_value_set_float(value, s.backdrop.light_wrap); }},
    {[] {
       return g_param_spec_enum("emit", "Emit",
                                "What leaves the element; alpha takes RGB only, of any order",
                                EmitType(), int(kDefault.emit), kFlags);
     },
     [](const GValue* value, Settings* s) { s->emit = Emit(g_value_get_enum(value)); },
     [](const Settings& s, GValue* value) { g_value_set_enum(value, int(s.emit)); }},
    {[] {
       return g_param_spec_enum("model", "Model", "Which network finds the person", ModelType(),
                                int(kDefault.finding.network), kFlags);
     },
     [](const GValue* value, Settings* s) {
       s->finding.network = live::Network(g_value_get_enum(value));
     },
     [](const Settings& s, GValue* value) { g_value_set_enum(value, int(s.finding.network)); }},
    {[] {
       return g_param_spec_enum("quality", "Quality", "How the mask gets the size of the frame",
                                QualityType(), kDefault.finding.quality, kFlags);
     },
     [](const GValue* value, Settings* s) { s->finding.quality = g_value_get_enum(value); },
     [](const Settings& s, GValue* value) { g_value_set_enum(value, s.finding.quality); }},
    {[] {
       return g_param_spec_string("threshold", "Threshold",
                                  "LO:HI, 0..1: confidence up to LO is no person, from HI on all "
                                  "person; auto: 0:1 for emit=matte, else 0.2:0.8",
                                  kDefault.threshold.c_str(), kFlags);
     },
     [](const GValue* value, Settings* s) { SetThreshold(TextIn(value), s); },
     [](const Settings& s, GValue* value) { g_value_set_string(value, s.threshold.c_str()); }},
    {[] {
       return g_param_spec_float("smoothing", "Smoothing",
                                 "How much masks are calmed where the picture stands still: 0 not "
                                 "at all, 1 most; without effect for quality=best",
                                 0, 1, kDefault.finding.smoothing, kFlags);
     },
     [](const GValue* value, Settings* s) { s->finding.smoothing = g_value_get_float(value); },
     [](const Settings& s, GValue* value) { g_value_set_float(value, s.finding.smoothing); }},
    {[] {
       return g_param_spec_boolean("tracking", "Tracking",
                                   "The network looks at the box of the persons, not always at the "
                                   "whole frame; without effect for quality=best",
                                   kDefault.finding.tracking, kFlags);
     },
     [](const GValue* value, Settings* s) { s->finding.tracking = g_value_get_boolean(value); },
     [](const Settings& s, GValue* value) { g_value_set_boolean(value, s.finding.tracking); }},
    {[] {
       return g_param_spec_int("grow", "Grow",
                               "Pixels of the frame by which the person's outline is moved out, or "
                               "in if negative",
                               -64, 64, kDefault.finding.grow, kFlags);
     },
     [](const GValue* value, Settings* s) { s->finding.grow = g_value_get_int(value); },
     [](const Settings& s, GValue* value) { g_value_set_int(value, s.finding.grow); }},
    {[] {
       return g_param_spec_boolean("invert", "Invert", "Take the background for the person",
                                   kDefault.finding.invert, kFlags);
     },
     [](const GValue* value, Settings* s) { s->finding.invert = g_value_get_boolean(value); },
     [](const Settings& s, GValue* value) { g_value_set_boolean(value, s.finding.invert); }},
    {[] {
       return g_param_spec_boolean(
           "delay-match", "Delay match",
           "Each picture waits for the mask of itself; false: the network has a thread of its own, "
           "and a picture takes the newest mask there is, some frames late",
           kDefault.delay_match, kFlags);
     },
     [](const GValue* value, Settings* s) { s->delay_match = g_value_get_boolean(value); },
     [](const Settings& s, GValue* value) { g_value_set_boolean(value, s.delay_match); }},
    {[] {
       return g_param_spec_int("threads", "Threads",
                               "Threads for the network; the result does not depend on it", 1, 64,
                               kDefault.finding.threads, kFlags);
     },
     [](const GValue* value, Settings* s) { s->finding.threads = g_value_get_int(value); },
     [](const Settings& s, GValue* value) { g_value_set_int(value, s.finding.threads); }},
};

}  // namespace

void InstallProperties(GObjectClass* object_class) {
  guint id = 0;
  for (const Property& property : kProperties) {
    g_object_class_install_property(object_class, ++id, property.spec());
  }
  for (const GType type : {EmitType(), ModelType(), FitType(), QualityType()}) {
    gst_type_mark_as_plugin_api(type, GstPluginAPIFlags(0));
  }
}

void SetProperty(guint id, const GValue* value, Settings* settings) {
  kProperties[id - 1].set(value, settings);
}

void GetProperty(guint id, const Settings& settings, GValue* value) {
  kProperties[id - 1].get(settings, value);
}

}  // namespace selfieseg::gst
