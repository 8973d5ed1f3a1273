// What a filter's settings ask for, as plain values, and their names in OBS's data.
#pragma once

#include <obs.h>

#include <string>

#include "live/backdrop.h"
#include "live/finder.h"

namespace selfieseg::obs {

// The names under which OBS keeps them.
inline constexpr char kBackground[] = "background";  // blur, color, picture or none
inline constexpr char kBlurRadius[] = "blur_radius";
inline constexpr char kColor[] = "color";  // 0xAABBGGRR, as OBS's colour picker has it
inline constexpr char kPicture[] = "picture";
inline constexpr char kFit[] = "fit";
inline constexpr char kLightWrap[] = "light_wrap";          // per cent
inline constexpr char kThresholdLow[] = "threshold_low";    // per cent
inline constexpr char kThresholdHigh[] = "threshold_high";  // per cent
inline constexpr char kGrow[] = "grow";
inline constexpr char kSmoothing[] = "smoothing";  // per cent
inline constexpr char kTracking[] = "tracking";
inline constexpr char kDelayMatch[] = "delay_match";
inline constexpr char kQuality[] = "quality";
inline constexpr char kModel[] = "model";
inline constexpr char kThreads[] = "threads";

struct Settings {
  live::Finding finding;
  live::Backdrop backdrop;  // without its picture, which is
  std::string picture;      // a file
  bool delay_match = true;
};

void SetDefaults(obs_data_t* data);
Settings ReadSettings(obs_data_t* data);

}  // namespace selfieseg::obs
