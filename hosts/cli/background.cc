#include "cli/background.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <iterator>
#include <string_view>

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

std::string NotEmpty(const std::string& text) { return text.empty() ? "is empty" : ""; }

void AddLayer(CLI::App& command, const std::string& name, const char* what, LayerOptions* layer) {
  command.add_option("--" + name, layer->file, what)->check(NotEmpty)->type_name("FILE");
  command
      .add_option("--" + name + "-at", layer->at,
                  "Its left upper corner in IN, in pixels; in the middle if not given")
      ->check(NotEmpty)
      ->type_name("X,Y");
}

bool IsClip(const std::string& path, Clips clips) {
  if (clips == Clips::kRefused || !IdentityOf(path)) return false;
  const PictureFormat* format = FindFormatByContent(ReadBeginning(path, kSignatureBytes));
  return format == nullptr || format->decode == nullptr;
}

void ReadLayer(const std::string& name, const LayerOptions& options, int64_t max_pixels,
               Clips clips, SceneLayer* layer) {
  if (options.file.empty() && !options.at.empty()) {
    throw Misuse("--" + name + "-at without --" + name);
  }
  if (options.file.empty()) return;
  if (!options.at.empty()) {
    const size_t comma = std::min(options.at.find(','), options.at.size());
    const std::string_view text = options.at;
    const auto x = Parse<int>(text.substr(0, comma));
    const auto y = Parse<int>(text.substr(std::min(comma + 1, text.size())));
    if (!x || !y) {
      throw Misuse("--" + name + "-at '" + options.at + "': need X,Y in pixels, such as 100,50");
    }
    layer->place = {*x, *y};
  }
  if (IsClip(options.file, clips)) {
    layer->clip = options.file;
  } else {
    layer->picture = ReadPicture(options.file, max_pixels);
  }
}

void ReadBackground(const BackgroundOptions& options, int64_t max_pixels, Clips clips,
                    Scene* scene) {
  const std::string_view text = options.text;
  selfieseg_effect_options& effect = scene->effect;
  if (IsTransparent(options)) {
    effect.background = SELFIESEG_TRANSPARENT;
  } else if (text == "keep") {
    effect.background = SELFIESEG_KEEP;
  } else if (text.empty() || text == "blur") {
    effect.background = SELFIESEG_BLUR;
  } else if (text.starts_with("blur:")) {
    effect.background = SELFIESEG_BLUR;
    const auto radius = Parse<float>(text.substr(5));
    if (!radius || !(*radius > 0 && *radius <= kMaxPictureSide)) {
      throw Misuse("--background '" + options.text +
                   "': need blur:RADIUS in pixels, such as blur:20");
    }
    effect.blur_radius = *radius;
  } else if (text.starts_with('#')) {
    const auto rgb = Parse<uint32_t>(text.substr(1), 16);
    if (!rgb || text.size() != 7) {
      throw Misuse("--background '" + options.text + "': need #rrggbb, such as #00ff00");
    }
    effect.background = SELFIESEG_COLOR;
    effect.red = uint8_t(*rgb >> 16);
    effect.green = uint8_t(*rgb >> 8);
    effect.blue = uint8_t(*rgb);
  } else if (text != kStandardStream && text.find_first_of("./") == text.npos &&
             !IdentityOf(options.text)) {
    throw Misuse("--background '" + options.text +
                 "': need none, keep, blur, blur:RADIUS, #rrggbb or a file");
  } else {
    effect.background = SELFIESEG_PICTURE;
    effect.fit = std::find_if(std::begin(kFits), std::end(kFits), [&](const FitName& row) {
                   return options.fit == row.name;
                 })->fit;
    if (IsClip(options.text, clips)) {
      scene->background_clip = options.text;
      if (effect.fit != SELFIESEG_FILL) throw Misuse("--fit is for pictures; a clip fills");
      return;
    }
    scene->background = ReadPicture(options.text, max_pixels);
    effect.picture = scene->background.View();
  }
}

}  // namespace

std::string BackgroundOptions::Said() const {
  if (!text.empty()) return "--background";
  if (light_wrap > 0) return "--light-wrap";
  if (!behind.file.empty() || !behind.at.empty()) return "--behind";
  return front.file.empty() && front.at.empty() ? "" : "--front";
}

void AddBackgroundOptions(CLI::App& command, BackgroundOptions* options) {
  command
      .add_option("--background", options->text,
                  "Of a composite: none, keep, blur[:RADIUS] (default), #rrggbb or a file")
      ->check(NotEmpty)
      ->type_name("B");
  std::vector<std::string> fits;
  for (const FitName& row : kFits) fits.push_back(row.name);
  command.add_option("--fit", options->fit, "How a picture covers IN: fill, fit or center")
      ->check(CLI::IsMember(fits))
      ->type_name("FIT")
      ->capture_default_str();
  command
      .add_option("--light-wrap", options->light_wrap,
                  "How much light of the new background lies on the person's rim, 0..1; 0 if not "
                  "given")
      ->check(CLI::Range(0.0f, 1.0f))
      ->type_name("S");
  AddLayer(command, "behind", "Drawn with its alpha behind the person, who hides it",
           &options->behind);
  AddLayer(command, "front", "Drawn with its alpha over all", &options->front);
}

bool IsTransparent(const BackgroundOptions& options) {
  return options.text == "none" || options.text == "transparent";
}

SceneLayer::Place SceneLayer::PlaceOf(int width, int height, int frame_width,
                                      int frame_height) const {
  if (place) return *place;
  return {(frame_width - width) / 2, (frame_height - height) / 2};
}

void Scene::DrawLayers(int width, int height, Effect* to) const {
  for (const auto& [which, layer] :
       {std::pair{SELFIESEG_BEHIND, &behind}, {SELFIESEG_FRONT, &front}}) {
    const Picture& picture = layer->picture;
    if (picture.data == nullptr) continue;
    const SceneLayer::Place place = layer->PlaceOf(picture.width, picture.height, width, height);
    to->SetLayer(which, picture.View(), place.x, place.y);
  }
}

Scene ReadScene(const BackgroundOptions& options, int64_t max_pixels, Clips clips) {
  Scene scene;
  const bool layers = !options.behind.file.empty() || !options.front.file.empty();
  if (layers && IsTransparent(options)) {
    throw Misuse("--behind and --front need a background; --background keep leaves that of IN");
  }
  ReadBackground(options, max_pixels, clips, &scene);
  scene.effect.light_wrap = options.light_wrap;
  ReadLayer("behind", options.behind, max_pixels, clips, &scene.behind);
  ReadLayer("front", options.front, max_pixels, clips, &scene.front);
  return scene;
}

}  // namespace selfieseg::cli
