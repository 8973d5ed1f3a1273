// `selfieseg image`: pictures in; their masks, or the persons on another background, out.
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <memory>
#include <new>
#include <nlohmann/json.hpp>
#include <string>
#include <thread>
#include <vector>

#include "cli/background.h"
#include "cli/batch.h"
#include "cli/commands.h"
#include "cli/failure.h"
#include "cli/interrupt.h"
#include "cli/plan.h"
#include "cli/progress.h"
#include "cli/report.h"
#include "cli/stopwatch.h"

namespace selfieseg::cli {
namespace {

constexpr const char* kFooter =
    "IN is read as what its content says it is, turned upright as its EXIF says, and its colours\n"
    "are converted to sRGB. Alpha in IN is ignored: the person is searched in the colours, and a\n"
    "cut-out's alpha is the mask alone. EXIF and other notes are not copied to OUT.\n"
    "\n"
    "With several INs, or a folder, OUT is a folder and is created: the result of photos/a/b.jpg\n"
    "is OUT/a/b.png, a composite keeps the format of IN. What is no picture in a folder, what is\n"
    "hidden, folders behind links, and OUT itself are left alone.\n"
    "What cannot be read is reported at the end, the rest is made all the same.\n"
    "\n"
    "A blur's RADIUS is twice its standard deviation, in pixels; 1/32 of the shorter side if not\n"
    "given.\n"
    "\n"
    "A result gets its name when all of it is written: whatever happens, there is a whole file or\n"
    "none. A file that exists is kept, unless --overwrite.\n"
    "\n"
    "Exit code: 0 all was made, 1 something was not, 2 the arguments are wrong.\n"
    "\n"
    "Examples:\n"
    "  selfieseg image me.jpg -o mask.png\n"
    "  selfieseg image me.jpg -o me.png --emit cutout\n"
    "  selfieseg image me.jpg -o blurred.jpg --background blur:30\n"
    "  selfieseg image photos -o beach --background beach.jpg --recursive\n"
    "  selfieseg image me.jpg -o haunted.jpg --background keep --behind ghost.png\n"
    "  selfieseg image *.jpg -o cutouts --emit cutout --quality best --format webp\n"
    "  curl -s https://example.org/me.jpg | selfieseg image - -o - --emit cutout > me.png";

struct Arguments {
  PlanOptions plan;
  FinderOptions finder;
  BackgroundOptions background;
  std::string emit, format;
  std::string threshold;
  int64_t max_pixels = kDefaultMaxPixels;
  int jobs = int(std::clamp(std::thread::hardware_concurrency(), 1u, 64u));
  bool overwrite = false, json = false, quiet = false;
};

struct EmitName {
  const char* name;
  Emit emit;
};
constexpr EmitName kEmits[] = {{"mask", Emit::kMask},
                               {"labels", Emit::kLabels},
                               {"cutout", Emit::kCutout},
                               {"composite", Emit::kComposite}};

template <class Row>
std::vector<std::string> Names(const Row& rows) {
  std::vector<std::string> names;
  for (const auto& row : rows) names.push_back(row.name);
  return names;
}

template <class Row>
const auto& Find(const Row& rows, const std::string& name) {
  return *std::find_if(std::begin(rows), std::end(rows),
                       [&](const auto& row) { return name == row.name; });
}

// Moves the finder's options into the recipe.
Recipe MakeRecipe(Arguments& arguments) {
  Recipe recipe;
  recipe.finder = std::move(arguments.finder);
  const std::string said = arguments.background.Said();
  recipe.emit = arguments.emit.empty() ? !said.empty() ? Emit::kComposite : Emit::kMask
                                       : Find(kEmits, arguments.emit).emit;
  if (!said.empty() && recipe.emit != Emit::kComposite) {
    throw Misuse(said + " is for --emit composite, not " + arguments.emit);
  }
  recipe.max_pixels = arguments.max_pixels;
  recipe.existing = arguments.overwrite ? Existing::kReplace : Existing::kKeep;
  const bool shown = recipe.emit == Emit::kCutout || recipe.emit == Emit::kComposite;
  const std::string standard = shown ? kShownThreshold : kPlainThreshold;
  SetThreshold(arguments.threshold.empty() ? standard : arguments.threshold, &recipe.finder);
  if (recipe.emit == Emit::kComposite) {
    recipe.scene = ReadScene(arguments.background, arguments.max_pixels, Clips::kRefused);
  }
  OpenModels(&recipe.finder);
  return recipe;
}

// The results' alpha, and what the formats can hold.
void CheckFormats(const Recipe& recipe, const Plan& plan) {
  const bool alpha =
      recipe.emit == Emit::kCutout ||
      (recipe.emit == Emit::kComposite && recipe.scene.effect.background == SELFIESEG_TRANSPARENT);
  for (const Task& task : plan.tasks) {
    if (task.format == nullptr || task.format->alpha) continue;  // alpha, and without loss
    if (alpha) {
      throw Misuse("'" + task.output + "': a cut-out needs PNG or WebP, " + task.format->name +
                   " has no alpha");
    }
    if (recipe.emit == Emit::kLabels) {
      throw Misuse("'" + task.output + "': labels need PNG or WebP, " + task.format->name +
                   " keeps them only nearly");
    }
  }
}

// What became of a task.
struct Outcome {
  Made made;
  std::string error;     // "", or the sentence of why there is no picture
  bool existed = false;  // that was the reason: the output was there already
};

Outcome Try(Worker* worker, const Task& task) {
  Outcome outcome;
  try {
    outcome.made = worker->Make(task);
  } catch (const Interrupted&) {
    throw;
  } catch (const ExistsFailure& failure) {
    outcome.existed = true;
    outcome.error = failure.what();
  } catch (const std::bad_alloc&) {
    outcome.error = "'" + task.input + "': there is not enough memory for it";
  } catch (const std::exception& exception) {
    outcome.error = exception.what();
  }
  return outcome;
}

nlohmann::ordered_json AsJson(const Task& task, const Outcome& outcome) {
  nlohmann::ordered_json object = {{"input", task.input}};
  if (!outcome.error.empty()) {
    object["error"] = outcome.error;
    return object;
  }
  const Made& made = outcome.made;
  object.update({{"output", task.output},
                 {"width", made.width},
                 {"height", made.height},
                 {"model", made.model},
                 {"backend", made.backend},
                 {"instruction_set", made.instruction_set},
                 {"person_share", made.person_share}});
  for (const auto& [stage, milliseconds] : made.stages) object[stage + "_ms"] = milliseconds;
  if (!made.warning.empty()) object["warning"] = made.warning;
  return object;
}

std::string AsLine(const Task& task, const Made& made) {
  std::string line = task.output + ": " + std::to_string(made.width) + "x" +
                     std::to_string(made.height) + ", " + made.model;
  for (const auto& [stage, milliseconds] : made.stages) {
    line += ", " + stage + " " + Milliseconds(milliseconds);
  }
  return line;
}

// What the user is told, as it happens and at the end.
class Account {
 public:
  Account(const Arguments& arguments, const Plan& plan)
      : arguments_(arguments),
        plan_(plan),
        progress_(plan.tasks.size(), plan.into_folder && !arguments.quiet) {}

  void Tell(size_t i, const Outcome& outcome) {
    const Task& task = plan_.tasks[i];
    if (outcome.error.empty()) {
      ++made_;
      if (!outcome.made.warning.empty() && !arguments_.quiet) {
        notes_.push_back("warning: '" + task.input + "': " + outcome.made.warning);
      }
    } else if (outcome.existed && plan_.into_folder) {
      ++existed_;
    } else {
      notes_.push_back(outcome.error);
    }
    progress_.Advance();
    if (arguments_.json) {
      progress_.Clear();
      PrintJson(AsJson(task, outcome));
    } else if (!plan_.into_folder && outcome.error.empty() && !arguments_.quiet &&
               task.output != kStandardStream) {
      PrintLine(AsLine(task, outcome.made));
    }
  }

  // Returns the exit code.
  int Finish(bool interrupted) {
    progress_.Clear();
    for (const std::string& note : notes_) PrintError(note);
    if (existed_ > 0) {
      PrintError(std::to_string(existed_) + " results exist already and were kept; --overwrite " +
                 "replaces them");
    }
    const bool several = plan_.into_folder && (made_ > 0 || plan_.tasks.size() > 1);
    if (several && !arguments_.json && !arguments_.quiet) Summarize(interrupted);
    return made_ == plan_.tasks.size() ? 0 : 1;
  }

 private:
  void Summarize(bool interrupted) {
    const double seconds = watch_.Lap() / 1000;
    char rate[80];
    std::snprintf(rate, sizeof(rate), " in %.1f s (%.1f/s)", seconds,
                  double(made_) / std::max(seconds, 1e-9));
    std::string line = std::to_string(made_) + " of " + std::to_string(plan_.tasks.size()) +
                       " pictures written to " + arguments_.plan.output + rate;
    if (plan_.ignored > 0) line += "; " + std::to_string(plan_.ignored) + " others ignored";
    if (interrupted) line += "; interrupted";
    PrintLine(line);
  }

  const Arguments& arguments_;
  const Plan& plan_;
  Progress progress_;
  Stopwatch watch_;
  std::vector<std::string> notes_;
  size_t made_ = 0, existed_ = 0;
};

int RunImage(Arguments& arguments) {
  if (IsStandardOutput(arguments.plan.output)) {
    if (arguments.json) throw Misuse("standard output cannot hold both the picture and --json");
    if (isatty(STDOUT_FILENO) != 0) throw Misuse("standard output is a terminal, not a file");
  }
  if (!arguments.format.empty()) {
    arguments.plan.format = FindFormatByExtension("x." + arguments.format);
  }
  const bool composite = arguments.emit == "composite" || !arguments.background.Said().empty();
  arguments.plan.as_input = composite && !IsTransparent(arguments.background);
  // A background that is no file has a name that none has; a file of that name is not read either.
  if (composite) arguments.plan.also_read = arguments.background.Files();
  const Plan plan = MakePlan(arguments.plan);
  if (plan.tasks.size() > 1 && !arguments.finder.network.dump_folder.empty()) {
    throw Misuse("--dump is for one picture");
  }
  const Recipe recipe = MakeRecipe(arguments);
  CheckFormats(recipe, plan);

  std::vector<std::unique_ptr<Worker>> workers;
  const size_t jobs = std::min(size_t(arguments.jobs), plan.tasks.size());
  while (workers.size() < jobs) workers.push_back(std::make_unique<Worker>(recipe));

  Account account(arguments, plan);
  try {
    RunInOrder(plan.tasks.size(), jobs, [&](size_t worker, size_t i) -> Tell {
      Outcome outcome = Try(workers[worker].get(), plan.tasks[i]);
      return [&account, i, outcome = std::move(outcome)] { account.Tell(i, outcome); };
    });
  } catch (const Interrupted&) {
    if (plan.into_folder) account.Finish(true);
    throw;
  }
  return account.Finish(false);
}

}  // namespace

Run DefineImage(CLI::App& command) {
  const auto arguments = std::make_shared<Arguments>();
  command
      .add_option("IN", arguments->plan.inputs,
                  "Pictures (" + FormatNames() + ") and folders of them; - is standard input")
      ->required();
  command
      .add_option("-o,--output", arguments->plan.output,
                  "File or folder to write; - is standard output")
      ->type_name("OUT")
      ->required();
  command
      .add_option("--emit", arguments->emit,
                  "mask: confidence in gray (default); labels: 0 background, 255 person; cutout: "
                  "with alpha; composite: on another background")
      ->check(CLI::IsMember(Names(kEmits)))
      ->type_name("WHAT");
  AddBackgroundOptions(command, &arguments->background);
  command
      .add_option("--format", arguments->format,
                  "png, jpg or webp; by OUT's extension if not given")
      ->check(CLI::IsMember(std::vector<std::string>{"png", "jpg", "webp"}))
      ->type_name("FORMAT");
  command
      .add_option("--threshold", arguments->threshold,
                  "Confidence up to LO is no person, from HI on all person; 0:1 for masks and "
                  "labels, else 0.2:0.8")
      ->type_name("LO:HI");
  command.add_flag("-r,--recursive", arguments->plan.recursive, "Folders in folders, too");
  command
      .add_option("-j,--jobs", arguments->jobs, "Pictures at a time; as many as cores if not given")
      ->check(CLI::Range(1, 64))
      ->type_name("N");
  command
      .add_option("--max-pixels", arguments->max_pixels,
                  "Refuse larger pictures, before any memory is taken for them")
      ->check(CLI::Range(int64_t{1}, int64_t{kMaxPictureSide} * kMaxPictureSide))
      ->type_name("N")
      ->capture_default_str();
  command.add_flag("--overwrite", arguments->overwrite, "Replace files that exist");
  AddFinderOptions(command, &arguments->finder);
  AddDumpOption(command, &arguments->finder.network);
  CLI::Option* json =
      command.add_flag("--json", arguments->json, "Print one JSON object a picture, a line each");
  command.add_flag("-q,--quiet", arguments->quiet, "Print nothing but errors")->excludes(json);
  command.footer(kFooter);
  return [arguments] { return RunImage(*arguments); };
}

}  // namespace selfieseg::cli
