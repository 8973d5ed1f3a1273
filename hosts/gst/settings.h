// What the element's properties ask for, as plain values.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "gst/picture.h"
#include "selfieseg/selfieseg.h"

namespace selfieseg::gst {

enum class Emit { kComposite, kMatte, kAlpha };
enum class Network { kAuto, kGeneral, kLandscape };

struct Ramp {
  float low, high;
  bool operator==(const Ramp&) const = default;
};

// How the person is found. Another value: another session.
struct Finding {
  Network network = Network::kAuto;
  int quality = 0;  // index of selfieseg_quality_name()
  int threads = 1;
  float smoothing = 1;
  bool tracking = true;
  int grow = 0;
  bool invert = false;
  bool delay_match = true;   // false: masks may be late
  std::optional<Ramp> ramp;  // none: the usual one of what is emitted
  bool operator==(const Finding&) const = default;
};

// What stands around the person. Another value: another effect.
struct Backdrop {
  selfieseg_background kind = SELFIESEG_BLUR;
  uint8_t red = 0, green = 0, blue = 0;
  float blur_radius = 0;                   // 0: the library's
  std::shared_ptr<const Picture> picture;  // of SELFIESEG_PICTURE
  selfieseg_fit fit = SELFIESEG_FILL;
  float light_wrap = 0;
  bool operator==(const Backdrop&) const = default;
};

struct Settings {
  std::string background = "blur", threshold = "auto";  // as they were said
  Emit emit = Emit::kComposite;
  Finding finding;
  Backdrop backdrop;

  // What leaves the element: a composite without a background has alpha.
  Emit Wanted() const {
    const bool none = backdrop.kind == SELFIESEG_TRANSPARENT;
    return emit == Emit::kComposite && none ? Emit::kAlpha : emit;
  }
};

// Take a string as the command line tool takes it. Throw Refusal, and then change nothing.
// A picture is read and decoded here, which takes its time.
void SetBackground(const std::string& text, Settings* settings);
void SetThreshold(const std::string& text, Settings* settings);

// The ramp for what leaves the element, when none was asked for: see docs/quality.md.
Ramp UsualRamp(Emit emit);

}  // namespace selfieseg::gst
