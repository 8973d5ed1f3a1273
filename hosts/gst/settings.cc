#include "gst/settings.h"

#include <algorithm>
#include <charconv>
#include <string_view>

#include "gst/picture.h"

namespace selfieseg::gst {
namespace {

constexpr float kMostBlur = 65535;

// All of the text as a number, or nothing.
template <class Number, class... Base>
std::optional<Number> Parse(std::string_view text, Base... base) {
  Number number = {};
  const auto [end, wrong] =
      std::from_chars(text.data(), text.data() + text.size(), number, base...);
  if (wrong != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

}  // namespace

void SetBackground(const std::string& text, Settings* settings) {
  const std::string_view words = text;
  live::Backdrop wanted;
  wanted.fit = settings->backdrop.fit;
  wanted.light_wrap = settings->backdrop.light_wrap;
  if (words == "none" || words == "transparent") {
    wanted.kind = SELFIESEG_TRANSPARENT;
  } else if (words == "keep") {
    wanted.kind = SELFIESEG_KEEP;
  } else if (words == "blur") {
    wanted.kind = SELFIESEG_BLUR;
  } else if (words.starts_with("blur:")) {
    const auto radius = Parse<float>(words.substr(5));
    if (!radius || !(*radius > 0 && *radius <= kMostBlur)) {
      throw Refusal("background '" + text + "': give blur:RADIUS in pixels, such as blur:20");
    }
    wanted.blur_radius = *radius;
  } else if (words.starts_with('#')) {
    const auto rgb = Parse<uint32_t>(words.substr(1), 16);
    if (!rgb || words.size() != 7) {
      throw Refusal("background '" + text + "': give #rrggbb, such as #00b140");
    }
    wanted.kind = SELFIESEG_COLOR;
    wanted.red = uint8_t(*rgb >> 16), wanted.green = uint8_t(*rgb >> 8);
    wanted.blue = uint8_t(*rgb);
  } else if (words.empty()) {
    throw Refusal("background is empty: give none, keep, blur, blur:RADIUS, #rrggbb or a picture");
  } else {
    wanted.kind = SELFIESEG_PICTURE;
    wanted.picture = ReadPicture(text);
  }
  settings->background = text;
  settings->backdrop = wanted;
}

void SetThreshold(const std::string& text, Settings* settings) {
  if (text == "auto") {
    settings->ramp.reset();
  } else {
    const std::string_view words = text;
    const size_t colon = std::min(words.find(':'), words.size());
    const auto low = Parse<float>(words.substr(0, colon));
    const auto high = Parse<float>(words.substr(std::min(colon + 1, words.size())));
    if (!low || !high || !(*low >= 0 && *low < *high && *high <= 1)) {
      throw Refusal("threshold '" + text + "': give auto, or LO:HI with 0 <= LO < HI <= 1");
    }
    settings->ramp = {*low, *high};
  }
  settings->threshold = text;
}

live::Ramp UsualRamp(Emit emit) {
  return emit == Emit::kMatte ? live::Ramp{0, 1} : live::Finding().ramp;
}

}  // namespace selfieseg::gst
