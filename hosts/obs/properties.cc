#include "obs/properties.h"

#include <obs-module.h>

#include <initializer_list>
#include <string>
#include <utility>

#include "obs/settings.h"

namespace selfieseg::obs {
namespace {

const char* Text(const char* key) { return obs_module_text(key); }

// A list of which the data keeps the names; "prefix.name" are the texts that are shown.
obs_property_t* AddList(obs_properties_t* all, const char* name, const char* prefix,
                        std::initializer_list<const char*> values) {
  obs_property_t* list = obs_properties_add_list(all, name, Text(prefix), OBS_COMBO_TYPE_LIST,
                                                 OBS_COMBO_FORMAT_STRING);
  for (const char* value : values) {
    const std::string key = std::string(prefix) + "." + value;
    obs_property_list_add_string(list, Text(key.c_str()), value);
  }
  return list;
}

obs_property_t* AddSlider(obs_properties_t* all, const char* name, const char* key, int least,
                          int most, const char* suffix) {
  obs_property_t* slider = obs_properties_add_int_slider(all, name, Text(key), least, most, 1);
  obs_property_int_set_suffix(slider, suffix);
  return slider;
}

void Explain(obs_property_t* property, const char* key) {
  obs_property_set_long_description(property, Text(key));
}

// Shows what belongs to the kind of background.
bool ShowWhatMatters(obs_properties_t* all, obs_property_t*, obs_data_t* data) {
  const std::string kind = obs_data_get_string(data, kBackground);
  const bool color = kind == "color", picture = kind == "picture";
  for (const auto& [name, visible] : {std::pair<const char*, bool>{kBlurRadius, kind == "blur"},
                                      {kColor, color || picture},
                                      {kPicture, picture},
                                      {kFit, picture},
                                      {kLightWrap, color || picture}}) {
    obs_property_set_visible(obs_properties_get(all, name), visible);
  }
  return true;
}

void AddBackground(obs_properties_t* all) {
  obs_property_t* kind =
      AddList(all, kBackground, "Background", {"blur", "color", "picture", "none"});
  obs_property_set_modified_callback(kind, ShowWhatMatters);
  Explain(kind, "Background.Why");
  obs_property_t* radius =
      obs_properties_add_float_slider(all, kBlurRadius, Text("BlurRadius"), 0, 100, 0.5);
  obs_property_float_set_suffix(radius, " px");
  Explain(radius, "BlurRadius.Why");
  obs_properties_add_path(
      all, kPicture, Text("Picture"), OBS_PATH_FILE,
      (std::string(Text("Picture.Kinds")) + " (*.png *.jpg *.jpeg *.webp *.bmp *.gif);;" +
       Text("Picture.All") + " (*)")
          .c_str(),
      nullptr);
  AddList(all, kFit, "Fit", {"fill", "fit", "center"});
  obs_properties_add_color(all, kColor, Text("Color"));
  Explain(AddSlider(all, kLightWrap, "LightWrap", 0, 100, " %"), "LightWrap.Why");
}

void AddFinding(obs_properties_t* all) {
  Explain(AddSlider(all, kThresholdLow, "ThresholdLow", 0, 100, " %"), "Threshold.Why");
  Explain(AddSlider(all, kThresholdHigh, "ThresholdHigh", 0, 100, " %"), "Threshold.Why");
  Explain(AddSlider(all, kGrow, "Grow", -64, 64, " px"), "Grow.Why");
  Explain(AddSlider(all, kSmoothing, "Smoothing", 0, 100, " %"), "Smoothing.Why");
  Explain(obs_properties_add_bool(all, kTracking, Text("Tracking")), "Tracking.Why");
  Explain(obs_properties_add_bool(all, kDelayMatch, Text("DelayMatch")), "DelayMatch.Why");
  AddList(all, kQuality, "Quality", {"balanced", "fast", "best", "mediapipe"});
  AddList(all, kModel, "Model", {"auto", "general", "landscape"});
  Explain(AddSlider(all, kThreads, "Threads", 1, 16, ""), "Threads.Why");
}

}  // namespace

obs_properties_t* MakeProperties() {
  obs_properties_t* all = obs_properties_create();
  AddBackground(all);
  AddFinding(all);
  return all;
}

}  // namespace selfieseg::obs
