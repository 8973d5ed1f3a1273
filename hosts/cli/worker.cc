#include "cli/worker.h"

#include <algorithm>
#include <filesystem>

#include "cli/failure.h"
#include "cli/interrupt.h"
#include "cli/stopwatch.h"

namespace selfieseg::cli {
namespace {

constexpr uint8_t kPersonLevel = 128;     // of a mask's 255, and above: person; confidence > 0.5
constexpr double kLandscapeAspect = 1.4;  // width by height: the landscape network from here on

double PersonShare(const Picture& mask) {
  const std::span<const uint8_t> levels = mask.bytes();
  const auto persons =
      std::count_if(levels.begin(), levels.end(), [](uint8_t l) { return l >= kPersonLevel; });
  return double(persons) / double(levels.size());
}

void MakeLabels(Picture* mask) {
  for (uint8_t& level : mask->bytes()) level = level >= kPersonLevel ? 255 : 0;
}

void MakeFolderOf(const std::string& path) {
  const std::filesystem::path folder = std::filesystem::path(path).parent_path();
  std::error_code error;
  if (!folder.empty()) std::filesystem::create_directories(folder, error);
  if (error) throw FileFailure(folder, "cannot be created: " + error.message());
}

}  // namespace

Worker::Worker(const Recipe& recipe) : recipe_(&recipe), dump_(recipe.network.dump_folder) {
  for (const auto& [name, model] : recipe.models) {
    selfieseg_options options = SessionOptions(recipe.network, &dump_);
    options.quality = recipe.quality.c_str();
    options.ramp_low = recipe.ramp_low;
    options.ramp_high = recipe.ramp_high;
    sessions_.emplace(name, Session(model, options));
  }
  if (recipe.emit == Emit::kCutout || recipe.emit == Emit::kComposite) {
    effect_.emplace(recipe.effect);
  }
}

const std::string& Worker::ChooseModel(const Picture& frame) const {
  if (sessions_.size() == 1) return sessions_.begin()->first;
  const bool wide = frame.width >= kLandscapeAspect * frame.height;
  return sessions_.find(wide ? "landscape" : "general")->first;
}

Made Worker::Make(const Task& task) {
  if (!task.fault.empty()) throw FileFailure(task.input, task.fault);
  CheckInterrupted();
  const std::string folder = std::filesystem::path(task.output).parent_path();
  if (!task.make_folder || IdentityOf(folder)) CheckOutput(task.output, recipe_->existing);
  Made made;
  Stopwatch watch;
  Picture frame = ReadPicture(task.input, recipe_->max_pixels);
  made.stages.emplace_back("decode", watch.Lap());
  made.width = frame.width;
  made.height = frame.height;
  made.warning = frame.warning;

  CheckInterrupted();
  made.model = ChooseModel(frame);
  Session& session = sessions_.at(made.model);
  made.backend = recipe_->network.backend;
  made.instruction_set = InstructionSet(session);
  Picture mask = NewPicture(SELFIESEG_GRAY, frame.width, frame.height, recipe_->max_pixels);
  session.Segment(frame.View(), mask.View());
  dump_.Check();
  const selfieseg_timings timings = session.timings();
  made.stages.emplace_back("sample", timings.sample_ms);
  made.stages.emplace_back("network", timings.network_ms);
  made.stages.emplace_back("mask", timings.mask_ms);
  made.person_share = PersonShare(mask);

  CheckInterrupted();
  watch.Lap();
  if (recipe_->emit == Emit::kLabels) MakeLabels(&mask);
  if (effect_) {
    effect_->Compose(frame.View(), mask.View(), frame.View());
    frame.opaque = recipe_->effect.background != SELFIESEG_TRANSPARENT;
    mask = Picture();
    made.stages.emplace_back("compose", watch.Lap());
  }

  CheckInterrupted();
  const Bytes bytes = [&] {
    try {
      return task.format->encode(effect_ ? frame : mask);
    } catch (const Failure& failure) {
      throw FileFailure(task.output, failure.what());
    }
  }();
  if (task.make_folder) MakeFolderOf(task.output);
  WriteFile(task.output, bytes, recipe_->existing);
  made.stages.emplace_back("encode", watch.Lap());
  return made;
}

}  // namespace selfieseg::cli
