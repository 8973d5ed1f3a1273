// What a filter's settings ask for, as plain values, and their names in OBS's data.
#pragma once

#include <obs.h>

#include <cstdint>
#include <string>

#include "selfieseg/selfieseg.h"

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

// How the person is found. Another value: another session.
struct Finding {
  std::string model, quality;  // model: auto or a name of selfieseg_network_name()
  int threads = 1, grow = 0;
  float smoothing = 1, ramp_low = 0, ramp_high = 1;
  bool tracking = true;
  bool operator==(const Finding&) const = default;
};

// What stands around the person. Another value: another effect.
struct Backdrop {
  selfieseg_background kind = SELFIESEG_COLOR;
  uint8_t red = 0, green = 0, blue = 0;
  float blur_radius = 0;  // 0: the library's
  std::string picture;    // a file
  selfieseg_fit fit = SELFIESEG_FILL;
  float light_wrap = 0;
  bool operator==(const Backdrop&) const = default;
};

struct Settings {
  Finding finding;
  Backdrop backdrop;
  bool delay_match = true;
};

void SetDefaults(obs_data_t* data);
Settings ReadSettings(obs_data_t* data);

}  // namespace selfieseg::obs
