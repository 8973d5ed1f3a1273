#include "cli/worker.h"

#include <algorithm>
#include <filesystem>

#include "cli/failure.h"
#include "cli/interrupt.h"
#include "cli/stopwatch.h"

namespace selfieseg::cli {
namespace {

constexpr uint8_t kPersonLevel = 128;  // of a mask's 255, and above: person; confidence > 0.5
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

Worker::Worker(const Recipe& recipe) : recipe_(&recipe), finder_(recipe.finder) {
  if (recipe.emit == Emit::kCutout || recipe.emit == Emit::kComposite) {
    effect_.emplace(recipe.scene.effect);
  }
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
  Found found = finder_.Find(frame);
  Picture& mask = found.mask;
  made.model = found.model;
  made.backend = recipe_->finder.network.backend;
  made.instruction_set = found.instruction_set;
  made.stages.emplace_back("sample", found.timings.sample_ms);
  made.stages.emplace_back("network", found.timings.network_ms);
  made.stages.emplace_back("mask", found.timings.mask_ms);
  made.person_share = PersonShare(mask);

  CheckInterrupted();
  watch.Lap();
  if (recipe_->emit == Emit::kLabels) MakeLabels(&mask);
  if (effect_) {
    recipe_->scene.DrawLayers(frame.width, frame.height, &*effect_);
    effect_->Compose(frame.View(), mask.View(), frame.View());
    frame.opaque = recipe_->scene.effect.background != SELFIESEG_TRANSPARENT;
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
