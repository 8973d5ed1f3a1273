// `selfieseg info`: what this build contains and uses; with --diff, where two dumps of the network
// part ways.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "cli/commands.h"
#include "cli/diff.h"
#include "cli/failure.h"
#include "cli/network.h"
#include "cli/report.h"

namespace selfieseg::cli {
namespace {

constexpr const char* kFooter =
    "With --diff the exit code is 0 when no step differs, 1 when one does.\n"
    "\n"
    "Examples:\n"
    "  selfieseg info\n"
    "  selfieseg info --json\n"
    "  selfieseg info --diff steps-reference steps-simd\n"
    "  selfieseg info --diff before after --tolerance 1e-5";

struct Arguments {
  std::vector<std::string> folders;  // none or two
  double tolerance = kDefaultTolerance;
  bool json = false;
};

nlohmann::ordered_json Describe() {
  nlohmann::ordered_json backends = nlohmann::ordered_json::array();
  for (size_t i = 0; selfieseg_backend_name(i) != nullptr; ++i) {
    backends.push_back(selfieseg_backend_name(i));
  }
  nlohmann::ordered_json networks = nlohmann::ordered_json::array();
  for (size_t i = 0; selfieseg_network_name(i) != nullptr; ++i) {
    const Model model = Model::Open(selfieseg_network_name(i));
    const selfieseg_model_info info = model.info();
    networks.push_back({{"name", selfieseg_network_name(i)},
                        {"width", info.width},
                        {"height", info.height},
                        {"parameters", info.parameters},
                        {"bytes", info.bytes},
                        {"sha256", info.sha256}});
  }
  return {{"version", selfieseg_version()},
          {"instruction_set", selfieseg_instruction_set()},
          {"backends", backends},
          {"networks", networks}};
}

void PrintDescription(const nlohmann::ordered_json& about) {
  PrintLine("selfieseg " + about["version"].get<std::string>());
  PrintLine("instruction set: " + about["instruction_set"].get<std::string>());
  std::string backends = "backends:";
  for (const auto& name : about["backends"]) backends += " " + name.get<std::string>();
  PrintLine(backends);
  for (const auto& network : about["networks"]) {
    PrintLine("network " + network["name"].get<std::string>() + ": " + network["width"].dump() +
              "x" + network["height"].dump() + ", " + network["parameters"].dump() +
              " parameters, " + network["bytes"].dump() + " bytes, SHA-256 " +
              network["sha256"].get<std::string>());
  }
}

int PrintDifferences(const std::vector<StepDifference>& steps, double tolerance) {
  size_t width = 4;  // of "step"
  for (const StepDifference& step : steps) width = std::max(width, step.name.size());
  std::printf("%-*s  %10s  %10s\n", int(width), "step", "difference", "scale");
  for (const StepDifference& step : steps) {
    std::printf("%-*s  %10.3g  %10.3g\n", int(width), OneLine(step.name).c_str(), step.difference,
                step.scale);
  }
  const auto first = std::find_if(steps.begin(), steps.end(), [&](const StepDifference& step) {
    return step.Exceeds(tolerance);
  });
  if (first == steps.end()) {
    std::printf("no step differs by more than %g of its scale\n", tolerance);
    return 0;
  }
  std::printf("first that differs: %s, by %.3g at %s\n", OneLine(first->name).c_str(),
              first->difference, first->place.c_str());
  return 1;
}

int RunInfo(const Arguments& arguments) {
  // Written so that NaN, which nothing exceeds, is caught.
  if (!(arguments.tolerance >= 0)) throw Misuse("--tolerance is not 0 or more");
  if (!arguments.folders.empty()) {
    return PrintDifferences(CompareFolders(arguments.folders[0], arguments.folders[1]),
                            arguments.tolerance);
  }
  const nlohmann::ordered_json about = Describe();
  arguments.json ? PrintJson(about) : PrintDescription(about);
  return 0;
}

}  // namespace

Run DefineInfo(CLI::App& command) {
  const auto arguments = std::make_shared<Arguments>();
  CLI::Option* json = command.add_flag("--json", arguments->json, "Print one JSON object");
  CLI::Option* diff =
      command
          .add_option("--diff", arguments->folders, "Compare two folders that --dump has written")
          ->expected(2)
          ->type_name("A B")
          ->excludes(json);
  command
      .add_option("--tolerance", arguments->tolerance,
                  "Share of a step's largest magnitude (at least 1) that may differ")
      ->type_name("T")
      ->capture_default_str()
      ->needs(diff);
  command.footer(kFooter);
  return [arguments] { return RunInfo(*arguments); };
}

}  // namespace selfieseg::cli
