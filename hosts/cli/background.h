// --background and --fit: what is to stand behind the person.
#pragma once

#include <string>

#include "cli/picture.h"
#include "selfieseg/selfieseg.h"

namespace CLI {
class App;
}

namespace selfieseg::cli {

struct BackgroundOptions {
  std::string text;  // none, blur, blur:RADIUS, #rrggbb or a file; "": not said
  std::string fit = "fill";
};

void AddBackgroundOptions(CLI::App& command, BackgroundOptions* options);

// Whether these words ask for no background at all. "transparent" says the same as "none".
bool IsTransparent(const BackgroundOptions& options);

// Sets `effect` to what is asked for; blur, if nothing is. `picture` owns the pixels that it looks
// at then. Throws Misuse, and FileFailure about the picture.
void ReadBackground(const BackgroundOptions& options, int64_t max_pixels,
                    selfieseg_effect_options* effect, Picture* picture);

}  // namespace selfieseg::cli
