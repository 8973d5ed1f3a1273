#include "obs/settings.h"

#include <algorithm>

namespace selfieseg::obs {
namespace {

selfieseg_background KindOf(const std::string& name) {
  if (name == "blur") return SELFIESEG_BLUR;
  if (name == "picture") return SELFIESEG_PICTURE;
  if (name == "none") return SELFIESEG_TRANSPARENT;
  return SELFIESEG_COLOR;
}

selfieseg_fit FitOf(const std::string& name) {
  if (name == "fit") return SELFIESEG_FIT;
  return name == "center" ? SELFIESEG_CENTER : SELFIESEG_FILL;
}

live::Network NetworkOf(const std::string& name) {
  if (name == "general") return live::Network::kGeneral;
  return name == "landscape" ? live::Network::kLandscape : live::Network::kAuto;
}

int QualityOf(const std::string& wanted) {
  for (int i = 0; const char* name = selfieseg_quality_name(size_t(i)); ++i) {
    if (name == wanted) return i;
  }
  return 0;
}

// Files of settings are edited by hand, too.
int Int(obs_data_t* data, const char* name, int least, int most) {
  return int(std::clamp<long long>(obs_data_get_int(data, name), least, most));
}

float Share(obs_data_t* data, const char* name) { return float(Int(data, name, 0, 100)) / 100; }

}  // namespace

void SetDefaults(obs_data_t* data) {
  obs_data_set_default_string(data, kBackground, "blur");
  obs_data_set_default_double(data, kBlurRadius, 0);
  obs_data_set_default_int(data, kColor, 0xff40b100);  // the green of a studio
  obs_data_set_default_string(data, kPicture, "");
  obs_data_set_default_string(data, kFit, "fill");
  obs_data_set_default_int(data, kLightWrap, 0);
  obs_data_set_default_int(data, kThresholdLow, 20);
  obs_data_set_default_int(data, kThresholdHigh, 80);
  obs_data_set_default_int(data, kGrow, 0);
  obs_data_set_default_int(data, kSmoothing, 100);
  obs_data_set_default_bool(data, kTracking, true);
  obs_data_set_default_bool(data, kDelayMatch, true);
  obs_data_set_default_string(data, kQuality, "balanced");
  obs_data_set_default_string(data, kModel, "auto");
  obs_data_set_default_int(data, kThreads, 1);
}

Settings ReadSettings(obs_data_t* data) {
  Settings settings;
  settings.delay_match = obs_data_get_bool(data, kDelayMatch);

  live::Finding& finding = settings.finding;
  finding.network = NetworkOf(obs_data_get_string(data, kModel));
  finding.quality = QualityOf(obs_data_get_string(data, kQuality));
  finding.threads = Int(data, kThreads, 1, 64);
  finding.grow = Int(data, kGrow, -64, 64);
  finding.smoothing = Share(data, kSmoothing);
  finding.ramp.low = std::min(Share(data, kThresholdLow), 0.99f);
  finding.ramp.high = std::max(Share(data, kThresholdHigh), finding.ramp.low + 0.01f);
  finding.tracking = obs_data_get_bool(data, kTracking);

  live::Backdrop& backdrop = settings.backdrop;
  backdrop.kind = KindOf(obs_data_get_string(data, kBackground));
  const auto color = uint32_t(obs_data_get_int(data, kColor));
  if (backdrop.kind == SELFIESEG_COLOR || backdrop.kind == SELFIESEG_PICTURE) {
    backdrop.red = uint8_t(color);
    backdrop.green = uint8_t(color >> 8);
    backdrop.blue = uint8_t(color >> 16);
    backdrop.light_wrap = Share(data, kLightWrap);
  }
  if (backdrop.kind == SELFIESEG_BLUR) {
    backdrop.blur_radius = float(std::clamp(obs_data_get_double(data, kBlurRadius), 0.0, 1000.0));
  }
  if (backdrop.kind == SELFIESEG_PICTURE) {
    settings.picture = obs_data_get_string(data, kPicture);
    backdrop.fit = FitOf(obs_data_get_string(data, kFit));
    if (settings.picture.empty()) backdrop.kind = SELFIESEG_COLOR;  // until one is chosen
  }
  return settings;
}

}  // namespace selfieseg::obs
