// A network's session is opened when its first frame comes, but for one, which is opened with the
// finder: a wrong option shows before any work.
#include "cli/finder.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <vector>

#include "cli/failure.h"
#include "cli/numbers.h"

namespace selfieseg::cli {
namespace {

constexpr double kLandscapeAspect = 1.5;  // width by height: the landscape network from here on
                                          // (docs/evaluation.md)

std::vector<std::string> QualityNames() {
  std::vector<std::string> names;
  for (size_t i = 0; selfieseg_quality_name(i) != nullptr; ++i) {
    names.push_back(selfieseg_quality_name(i));
  }
  return names;
}

}  // namespace

void AddFinderOptions(CLI::App& command, FinderOptions* options) {
  options->network.model = "auto";
  command
      .add_option(
          "--quality", options->quality,
          "balanced: edges follow the picture; fast: plain; best: a second look at the person, "
          "some times slower; mediapipe: as it draws them")
      ->check(CLI::IsMember(QualityNames()))
      ->type_name("QUALITY")
      ->capture_default_str();
  command
      .add_option(
          "--model", options->network.model,
          "general, landscape, auto (landscape from 1.5 times as wide as high) or a .tflite")
      ->type_name("MODEL")
      ->capture_default_str();
  command
      .add_option("--grow", options->grow,
                  "Move the person's outline out by so many pixels of IN, or in if negative")
      ->check(CLI::Range(-64, 64))
      ->type_name("N");
  command.add_flag("--invert", options->invert, "Take the background for the person");
  AddNetworkOptions(command, &options->network);
}

void AddTrackOption(CLI::App& command, std::optional<bool>* track) {
  command.add_flag("--track,!--no-track", *track,
                   "The network looks at the box of the persons, not always at the whole frame");
}

void SetTracking(std::optional<bool> track, bool standard, FinderOptions* options) {
  const bool best = options->quality == "best";
  if (best && track.value_or(false)) throw Misuse("--track does not go with --quality best");
  options->tracking = !best && track.value_or(standard);
}

void OpenModels(FinderOptions* options) {
  const std::string& name = options->network.model;
  const std::vector<std::string> names =
      name == "auto" ? std::vector<std::string>{"general", "landscape"} : std::vector{name};
  for (const std::string& each : names) options->models.emplace(each, OpenModel(each));
}

void SetThreshold(const std::string& text, FinderOptions* options) {
  const size_t colon = std::min(text.find(':'), text.size());
  const auto low = Parse<float>(std::string_view(text).substr(0, colon));
  const auto high = Parse<float>(std::string_view(text).substr(std::min(colon + 1, text.size())));
  if (!low || !high || !(*low >= 0 && *low < *high && *high <= 1)) {
    throw Misuse("--threshold '" + text + "': need LO:HI with 0 <= LO < HI <= 1");
  }
  options->ramp_low = *low;
  options->ramp_high = *high;
}

Finder::Finder(const FinderOptions& options, float smoothing, bool tracking)
    : options_(&options),
      smoothing_(smoothing),
      tracking_(tracking),
      dump_(options.network.dump_folder) {
  SessionOf(options.models.begin()->first);
}

Session& Finder::SessionOf(const std::string& model) {
  const auto open = sessions_.find(model);
  if (open != sessions_.end()) return open->second;
  selfieseg_options given = SessionOptions(options_->network, &dump_);
  given.quality = options_->quality.c_str();
  given.ramp_low = options_->ramp_low;
  given.ramp_high = options_->ramp_high;
  given.smoothing = smoothing_;
  given.grow = options_->grow;
  given.invert = options_->invert ? 1 : 0;
  given.tracking = tracking_;
  return sessions_.emplace(model, Session(options_->models.at(model), given)).first->second;
}

std::string Finder::ModelFor(int width, int height) const {
  if (options_->models.size() == 1) return options_->models.begin()->first;
  return width >= kLandscapeAspect * height ? "landscape" : "general";
}

Found Finder::Find(const Picture& frame) {
  const std::string model = ModelFor(frame.width, frame.height);
  Session& session = SessionOf(model);
  Found found;
  found.mask = NewPicture(SELFIESEG_GRAY, frame.width, frame.height, INT64_MAX);
  session.Segment(frame.View(), found.mask.View());
  dump_.Check();
  found.model = model;
  found.instruction_set = InstructionSet(session);
  found.timings = session.timings();
  return found;
}

}  // namespace selfieseg::cli
