// --background, --behind, --front and what goes with them: what is to be shown with the person.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/picture.h"
#include "selfieseg/selfieseg.hpp"

namespace CLI {
class App;
}

namespace selfieseg::cli {

struct LayerOptions {
  std::string file, at;  // "": not said
};

struct BackgroundOptions {
  std::string text;  // none, keep, blur, blur:RADIUS, #rrggbb or a file; "": not said
  std::string fit = "fill";
  float light_wrap = 0;
  LayerOptions behind, front;

  // The first option that was said; "" if none was.
  std::string Said() const;
  // The files that are read, if they are that.
  std::vector<std::string> Files() const { return {text, behind.file, front.file}; }
};

void AddBackgroundOptions(CLI::App& command, BackgroundOptions* options);

// Whether these words ask for no background at all. "transparent" says the same as "none".
bool IsTransparent(const BackgroundOptions& options);

// A layer, or its clip.
struct SceneLayer {
  struct Place {
    int x, y;
  };
  Picture picture;             // no pixels: there is no layer, or a clip
  std::string clip;            // "": there is none
  std::optional<Place> place;  // of its left upper corner; or the frame's middle

  bool empty() const { return picture.data == nullptr && clip.empty(); }
  // Where it lies in a frame, if it is of this size.
  Place PlaceOf(int width, int height, int frame_width, int frame_height) const;
};

// What stands around the person. Shared by threads.
struct Scene {
  selfieseg_effect_options effect = selfieseg_default_effect_options();
  Picture background;           // which `effect` looks at
  std::string background_clip;  // "": there is none
  SceneLayer behind, front;

  // Draws the layers that are pictures on frames of this size.
  void DrawLayers(int width, int height, Effect* effect) const;
};

enum class Clips { kRefused, kTaken };  // files that are no pictures

// What is asked for; blur, if nothing is. Throws Misuse, and FileFailure about a picture.
Scene ReadScene(const BackgroundOptions& options, int64_t max_pixels, Clips clips);

}  // namespace selfieseg::cli
