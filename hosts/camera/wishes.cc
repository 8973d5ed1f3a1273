#include "camera/wishes.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <string_view>

#include "selfieseg/selfieseg.h"

namespace selfieseg::camera {
namespace {

template <class Number>
std::optional<Number> Parse(std::string_view text) {
  Number number = {};
  const auto [end, wrong] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (wrong != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

[[noreturn]] void Refuse(const std::string& key, const std::string& value, const char* give) {
  throw Refusal(key + " '" + value + "': give " + give);
}

int Whole(const std::string& key, const std::string& value, int least, int most, const char* give) {
  const auto number = Parse<int>(value);
  if (!number || *number < least || *number > most) Refuse(key, value, give);
  return *number;
}

bool YesOrNo(const std::string& key, const std::string& value) {
  if (value == "yes" || value == "true" || value == "on") return true;
  if (value != "no" && value != "false" && value != "off") Refuse(key, value, "yes or no");
  return false;
}

void TakeSize(const std::string& value, Wishes* wishes) {
  const size_t by = std::min(value.find('x'), value.size());
  const auto width = Parse<int>(value.substr(0, by));
  const auto height = Parse<int>(value.substr(std::min(by + 1, value.size())));
  const auto good = [](std::optional<int> side) {
    return side && *side >= 64 && *side <= 4096 && *side % 2 == 0;
  };
  if (!good(width) || !good(height)) {
    Refuse("size", value, "WxH with even sides of 64 to 4096, such as 1280x720");
  }
  wishes->width = *width, wishes->height = *height;
}

bool IsQuality(const std::string& value) {
  for (size_t i = 0; const char* name = selfieseg_quality_name(i); ++i) {
    if (value == name) return true;
  }
  return false;
}

// Throws where the element would refuse; what opens files is left to it.
void CheckElement(const std::string& key, const std::string& value) {
  const auto choice = [&](std::vector<std::string> all, const char* give) {
    if (std::find(all.begin(), all.end(), value) == all.end()) Refuse(key, value, give);
  };
  const auto share = [&] {
    const auto number = Parse<float>(value);
    if (!number || !(*number >= 0 && *number <= 1)) Refuse(key, value, "a number from 0 to 1");
  };
  if (key == "fit") choice({"fill", "fit", "center"}, "fill, fit or center");
  if (key == "model") choice({"auto", "general", "landscape"}, "auto, general or landscape");
  if (key == "light-wrap" || key == "smoothing") share();
  if (key == "quality" && !IsQuality(value))
    Refuse(key, value, "balanced, fast, best or mediapipe");
  if (key == "threshold" && value != "auto") {
    const size_t colon = std::min(value.find(':'), value.size());
    const auto low = Parse<float>(value.substr(0, colon));
    const auto high = Parse<float>(value.substr(std::min(colon + 1, value.size())));
    if (!low || !high || !(*low >= 0 && *low < *high && *high <= 1)) {
      Refuse(key, value, "auto, or LO:HI with 0 <= LO < HI <= 1");
    }
  }
  if (key == "background" && value.starts_with('#')) {
    if (value.size() != 7 || value.find_first_not_of("0123456789abcdefABCDEF", 1) != value.npos)
      Refuse(key, value, "#rrggbb, such as #00b140");
  }
  if (key == "background" && value.starts_with("blur:")) {
    const auto radius = Parse<float>(value.substr(5));
    if (!radius || !(*radius > 0)) Refuse(key, value, "blur:RADIUS in pixels, such as blur:20");
  }
  if (key == "grow") Whole(key, value, -64, 64, "pixels from -64 to 64");
}

}  // namespace

const std::vector<Wish>& AllWishes() {
  static const std::vector<Wish> kAll = {
      {"input", "IN", "A camera: /dev/videoN or pipewire:NODE; or a file, or test", true},
      {"output", "OUT", "pipewire, /dev/videoN of v4l2loopback, or window", false},
      {"size", "WxH", "Of what comes out", true},
      {"rate", "FPS", "Frames a second, 1 to 120", true},
      {"mirror", "YES|NO", "Left is right", true},
      {"background", "BG", "blur, blur:RADIUS, #rrggbb, keep, or the path of a picture", true},
      {"fit", "HOW", "How a picture covers the frame: fill, fit or center", true},
      {"light-wrap", "AMOUNT", "Light of the background on the person's rim, 0 to 1", true},
      {"quality", "NAME", "balanced, fast, best or mediapipe", true},
      {"model", "NAME", "auto, general or landscape", true},
      {"threshold", "LO:HI", "Confidence up to LO is no person, from HI on all person", true},
      {"smoothing", "AMOUNT", "How much masks are calmed over time, 0 to 1", true},
      {"grow", "PIXELS", "Moves the outline out, or in if negative", true},
      {"cpu-budget", "PERCENT", "Of one core; above it quality and rate are lowered; 0: no limit",
       true},
  };
  return kAll;
}

void Take(const std::string& key, const std::string& value, Wishes* wishes) {
  const auto& all = AllWishes();
  if (std::none_of(all.begin(), all.end(), [&](const Wish& wish) { return key == wish.key; })) {
    throw Refusal("there is nothing called '" + key + "' to be set");
  }
  if (value.empty() && key != "input") Refuse(key, value, "a value");
  if (key == "input") {
    wishes->input = value;
  } else if (key == "output") {
    if (value != "pipewire" && value != "window" && !value.starts_with("/dev/")) {
      Refuse(key, value, "pipewire, /dev/videoN or window");
    }
    wishes->output = value;
  } else if (key == "size") {
    TakeSize(value, wishes);
  } else if (key == "rate") {
    wishes->rate = Whole(key, value, 1, 120, "frames a second, 1 to 120");
  } else if (key == "mirror") {
    wishes->mirror = YesOrNo(key, value);
  } else if (key == "cpu-budget") {
    wishes->cpu_budget_percent =
        Whole(key, value, 0, 100000, "per cent of one core; 0 is no limit");
  } else {
    CheckElement(key, value);
    wishes->element[key] = value;
  }
}

std::string ValueOf(const Wishes& wishes, const std::string& key) {
  if (key == "input") return wishes.input;
  if (key == "output") return wishes.output;
  if (key == "size") return std::to_string(wishes.width) + "x" + std::to_string(wishes.height);
  if (key == "rate") return std::to_string(wishes.rate);
  if (key == "mirror") return wishes.mirror ? "yes" : "no";
  if (key == "cpu-budget") return std::to_string(wishes.cpu_budget_percent);
  const auto said = wishes.element.find(key);
  return said == wishes.element.end() ? "" : said->second;
}

}  // namespace selfieseg::camera
