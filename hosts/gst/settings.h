// What the element's properties ask for, as plain values.
#pragma once

#include <optional>
#include <string>

#include "live/backdrop.h"
#include "live/finder.h"

namespace selfieseg::gst {

enum class Emit { kComposite, kMatte, kAlpha };

struct Settings {
  std::string background = "blur", threshold = "auto";  // as they were said
  Emit emit = Emit::kComposite;
  std::optional<live::Ramp> ramp;  // none: the usual one of what is emitted
  bool delay_match = true;         // false: masks may be late
  live::Finding finding;           // but for its ramp
  live::Backdrop backdrop;

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
live::Ramp UsualRamp(Emit emit);

}  // namespace selfieseg::gst
