// `selfieseg image`: one picture in; its mask, its labels or the person cut out of it out.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "cli/commands.h"
#include "cli/dump.h"
#include "cli/failure.h"
#include "cli/network.h"
#include "cli/picture.h"
#include "cli/report.h"
#include "cli/stopwatch.h"

namespace selfieseg::cli {
namespace {

constexpr const char* kFooter =
    "The format of IN is found from its content; a damaged picture, or one of more than 100\n"
    "million pixels, is refused. Alpha in IN is ignored: the person is searched in the colours,\n"
    "and a cut-out's alpha is the mask alone. Model auto is landscape for a picture at least 1.4\n"
    "times as wide as high, else general. OUT is replaced if it exists.\n"
    "\n"
    "Examples:\n"
    "  selfieseg image me.jpg -o mask.png\n"
    "  selfieseg image me.jpg -o me-cut-out.png --emit cutout\n"
    "  selfieseg image group.png -o labels.png --emit labels --model landscape --json\n"
    "  selfieseg image me.jpg -o mask.png --dump steps";

constexpr uint8_t kPersonLevel = 128;     // of a mask's 255, and above: person; confidence > 0.5
constexpr double kLandscapeAspect = 1.4;  // width by height: the landscape network from here on

struct Arguments {
  std::string input, output, emit = "mask";
  NetworkOptions network;
  bool json = false, quiet = false;
};

using Stages = std::vector<std::pair<std::string, double>>;  // name and milliseconds

// What --emit can ask for. `make` turns frame and mask, in place, into the picture to write.
struct Emit {
  const char* name;
  bool alpha;
  Picture& (*make)(Picture& frame, Picture& mask);
};

Picture& KeepMask(Picture&, Picture& mask) { return mask; }

Picture& MakeLabels(Picture&, Picture& mask) {
  for (uint8_t& level : mask.bytes()) level = level >= kPersonLevel ? 255 : 0;
  return mask;
}

Picture& MakeCutout(Picture& frame, Picture& mask) {
  const selfieseg_image frame_view = frame.View(), mask_view = mask.View();
  selfieseg_effect* effect = nullptr;
  const selfieseg_effect_options options = selfieseg_default_effect_options();
  Check(selfieseg_effect_open(&options, &effect));
  const selfieseg_status status = selfieseg_compose(effect, &frame_view, &mask_view, &frame_view);
  selfieseg_effect_close(effect);
  Check(status);
  return frame;
}

constexpr Emit kEmits[] = {
    {"mask", false, KeepMask},
    {"labels", false, MakeLabels},
    {"cutout", true, MakeCutout},
};

const Emit& FindEmit(const std::string& name) {
  return *std::find_if(std::begin(kEmits), std::end(kEmits),
                       [&](const Emit& emit) { return name == emit.name; });
}

std::vector<std::string> EmitNames() {
  std::vector<std::string> names;
  for (const Emit& emit : kEmits) names.push_back(emit.name);
  return names;
}

std::string ChooseModel(const std::string& asked, const Picture& frame) {
  if (asked != "auto") return asked;
  return frame.width >= kLandscapeAspect * frame.height ? "landscape" : "general";
}

double PersonShare(const Picture& mask) {
  const std::span<const uint8_t> levels = mask.bytes();
  const auto persons =
      std::count_if(levels.begin(), levels.end(), [](uint8_t l) { return l >= kPersonLevel; });
  return double(persons) / double(levels.size());
}

// The mask of `frame`. Adds its stages.
Picture FindPerson(const Picture& frame, const std::string& model_name,
                   const NetworkOptions& options, Stages* stages) {
  StepDump dump(options.dump_folder);
  const Model model = OpenModel(model_name);
  const Session session = OpenSession(model, options, &dump);
  Picture mask = NewPicture(SELFIESEG_GRAY, frame.width, frame.height);
  const selfieseg_image frame_view = frame.View(), mask_view = mask.View();
  Check(selfieseg_segment(session.get(), &frame_view, &mask_view));
  dump.Check();
  const selfieseg_timings timings = GetTimings(session);
  stages->insert(
      stages->end(),
      {{"sample", timings.sample_ms}, {"network", timings.network_ms}, {"mask", timings.mask_ms}});
  return mask;
}

void Report(const Arguments& arguments, const Picture& written, const std::string& model,
            double person_share, const Stages& stages) {
  if (arguments.json) {
    nlohmann::ordered_json object = {{"input", arguments.input},
                                     {"output", arguments.output},
                                     {"width", written.width},
                                     {"height", written.height},
                                     {"model", model},
                                     {"backend", arguments.network.backend},
                                     {"instruction_set", InstructionSet(arguments.network.backend)},
                                     {"person_share", person_share}};
    for (const auto& [stage, milliseconds] : stages) object[stage + "_ms"] = milliseconds;
    return PrintJson(object);
  }
  std::string line = arguments.output + ": " + std::to_string(written.width) + "x" +
                     std::to_string(written.height) + ", " + model;
  for (const auto& [stage, milliseconds] : stages) {
    line += ", " + stage + " " + Milliseconds(milliseconds);
  }
  PrintLine(line);
}

int RunImage(const Arguments& arguments) {
  const Emit& emit = FindEmit(arguments.emit);
  const PictureFormat& format = FindFormatForOutput(arguments.output);
  if (emit.alpha && !format.alpha) {
    throw Misuse("'" + arguments.output + "': a " + emit.name + " needs a .png, " + format.name +
                 " has no alpha");
  }
  CheckOutput(arguments.output);
  if (SameFile(arguments.input, arguments.output)) {
    throw FileFailure(arguments.output, "is the input itself");
  }

  Stages stages;
  Stopwatch watch;
  Picture frame = ReadPicture(arguments.input);
  stages.emplace_back("decode", watch.Lap());
  if (!frame.warning.empty() && !arguments.quiet) {
    PrintError("warning: '" + arguments.input + "': " + frame.warning);
  }
  const std::string model = ChooseModel(arguments.network.model, frame);
  Picture mask = FindPerson(frame, model, arguments.network, &stages);
  const double person_share = PersonShare(mask);
  watch.Lap();
  const Picture& written = emit.make(frame, mask);
  if (emit.alpha) stages.emplace_back("compose", watch.Lap());
  WriteFile(arguments.output, format.encode(written));
  stages.emplace_back("encode", watch.Lap());
  if (!arguments.quiet) Report(arguments, written, model, person_share, stages);
  return 0;
}

}  // namespace

Run DefineImage(CLI::App& command) {
  const auto arguments = std::make_shared<Arguments>();
  arguments->network.model = "auto";
  command.add_option("IN", arguments->input, "JPEG or PNG picture")->required();
  command
      .add_option("-o,--output", arguments->output, "Picture to write: .png, or .jpg for a mask")
      ->type_name("OUT")
      ->required();
  command
      .add_option("--emit", arguments->emit,
                  "mask: confidence in gray; labels: 0 background, 255 person; cutout: with alpha")
      ->check(CLI::IsMember(EmitNames()))
      ->type_name("WHAT")
      ->capture_default_str();
  command
      .add_option("--model", arguments->network.model,
                  "general, landscape, auto (by the picture's shape) or a .tflite file")
      ->type_name("MODEL")
      ->capture_default_str();
  AddNetworkOptions(command, &arguments->network);
  CLI::Option* json = command.add_flag("--json", arguments->json, "Print one JSON object");
  command.add_flag("--quiet", arguments->quiet, "Print nothing but errors")->excludes(json);
  command.footer(kFooter);
  return [arguments] { return RunImage(*arguments); };
}

}  // namespace selfieseg::cli
