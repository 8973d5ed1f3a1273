#include "cli/background.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <iterator>
#include <string_view>
#include <vector>

#include "cli/failure.h"
#include "cli/numbers.h"

namespace selfieseg::cli {
namespace {

struct FitName {
  const char* name;
  selfieseg_fit fit;
};
constexpr FitName kFits[] = {
    {"fill", SELFIESEG_FILL}, {"fit", SELFIESEG_FIT}, {"center", SELFIESEG_CENTER}};

}  // namespace

void AddBackgroundOptions(CLI::App& command, BackgroundOptions* options) {
  command
      .add_option("--background", options->text,
                  "Of a composite: none, blur[:RADIUS] (default), #rrggbb or a picture")
      ->check([](const std::string& text) { return std::string(text.empty() ? "is empty" : ""); })
      ->type_name("B");
  std::vector<std::string> fits;
  for (const FitName& row : kFits) fits.push_back(row.name);
  command.add_option("--fit", options->fit, "How that picture covers IN: fill, fit or center")
      ->check(CLI::IsMember(fits))
      ->type_name("FIT")
      ->capture_default_str();
}

bool IsTransparent(const BackgroundOptions& options) {
  return options.text == "none" || options.text == "transparent";
}

void ReadBackground(const BackgroundOptions& options, int64_t max_pixels,
                    selfieseg_effect_options* effect, Picture* picture) {
  const std::string_view text = options.text;
  if (IsTransparent(options)) {
    effect->background = SELFIESEG_TRANSPARENT;
  } else if (text.empty() || text == "blur") {
    effect->background = SELFIESEG_BLUR;
  } else if (text.starts_with("blur:")) {
    effect->background = SELFIESEG_BLUR;
    const auto radius = Parse<float>(text.substr(5));
    if (!radius || !(*radius > 0 && *radius <= kMaxPictureSide)) {
      throw Misuse("--background '" + options.text +
                   "': need blur:RADIUS in pixels, such as blur:20");
    }
    effect->blur_radius = *radius;
  } else if (text.starts_with('#')) {
    const auto rgb = Parse<uint32_t>(text.substr(1), 16);
    if (!rgb || text.size() != 7) {
      throw Misuse("--background '" + options.text + "': need #rrggbb, such as #00ff00");
    }
    effect->background = SELFIESEG_COLOR;
    effect->red = uint8_t(*rgb >> 16);
    effect->green = uint8_t(*rgb >> 8);
    effect->blue = uint8_t(*rgb);
  } else {
    *picture = ReadPicture(options.text, max_pixels);
    effect->background = SELFIESEG_PICTURE;
    effect->picture = picture->View();
    effect->fit = std::find_if(std::begin(kFits), std::end(kFits), [&](const FitName& row) {
                    return options.fit == row.name;
                  })->fit;
  }
}

}  // namespace selfieseg::cli
