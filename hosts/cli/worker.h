// What `selfieseg image` does with one picture: read it, find the person, make what is asked for,
// and write that.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "cli/background.h"
#include "cli/files.h"
#include "cli/finder.h"
#include "cli/picture.h"
#include "selfieseg/selfieseg.hpp"

namespace selfieseg::cli {

enum class Emit { kMask, kLabels, kCutout, kComposite };

// The same for all pictures of a command; shared by its workers.
struct Recipe {
  Emit emit = Emit::kMask;
  FinderOptions finder;
  Scene scene;
  int64_t max_pixels = kDefaultMaxPixels;
  Existing existing = Existing::kKeep;
};

struct Task {
  std::string input, output;
  const PictureFormat* format = nullptr;  // of the output
  bool make_folder = false;               // the output's, where it is missing
  std::string fault;                      // "", or why it cannot be done at all
};

// What is to be told about a picture that was made.
struct Made {
  int width = 0, height = 0;
  std::string model, backend, instruction_set;
  double person_share = 0;
  std::vector<std::pair<std::string, double>> stages;  // name and milliseconds
  std::string warning;                                 // about the input; or ""
};

// Used by one thread.
class Worker {
 public:
  // Throws when the library refuses the recipe.
  explicit Worker(const Recipe& recipe);

  // Throws Failure, selfieseg::Error and Interrupted; then nothing was written.
  Made Make(const Task& task);

 private:
  const Recipe* recipe_;
  Finder finder_;
  std::optional<Effect> effect_;  // of kCutout and kComposite
};

}  // namespace selfieseg::cli
