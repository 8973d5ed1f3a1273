// `selfieseg camera`: runs a camera whose background is replaced, and talks to the one that runs.
#include <CLI/CLI.hpp>
#include <filesystem>
#include <iostream>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "camera/control.h"
#include "camera/doctor.h"
#include "camera/wishes.h"
#include "cli/camera_module.h"
#include "cli/commands.h"
#include "cli/failure.h"
#include "cli/interrupt.h"
#include "cli/report.h"

namespace selfieseg::cli {
namespace {

using nlohmann::json;

constexpr const char* kFooter =
    "run (or nothing): be a camera until Ctrl-C. Programs find it as 'selfieseg'. The real camera\n"
    "is open only while one of them looks. If it fails, or is too slow, the background is shown\n"
    "without you, or black: never the room.\n"
    "set KEY=VALUE...: change it while it runs; keys are the options without --, but for output.\n"
    "status: what it does. stop: end it. doctor: what is missing on this machine, and the command\n"
    "that mends it; with the --output that you want.\n"
    "\n"
    "Examples:\n"
    "  selfieseg camera\n"
    "  selfieseg camera --background beach.jpg --mirror yes\n"
    "  selfieseg camera --input test --output window\n"
    "  selfieseg camera --output /dev/video10 --size 640x360\n"
    "  selfieseg camera set background=blur:20 light-wrap=0.5\n"
    "  selfieseg camera status --json\n"
    "  selfieseg camera doctor";

struct Arguments {
  std::string action = "run";
  std::vector<std::string> changes;
  std::map<std::string, std::string> said;  // options by their keys
  bool json = false;
};

// The camera runs in another folder than whoever asks it.
std::string Absolute(const std::string& key, const std::string& value) {
  std::error_code ignored;
  const bool may_be_file = (key == "background" || key == "input") && !value.empty();
  if (!may_be_file || value == "test" || value == "blur" || value == "keep") return value;
  return std::filesystem::exists(value, ignored) ? std::filesystem::absolute(value).string()
                                                 : value;
}

int BeCamera(const Arguments& arguments) {
  camera::Job job;
  for (const auto& [key, value] : arguments.said) {
    camera::Take(key, Absolute(key, value), &job.wishes);
  }
  job.control_folder = camera::ControlFolder();
  job.interrupted = WasInterrupted;
  job.log = [](const std::string& line) { PrintError("camera: " + line); };
  RunCamera(job);
  if (WasInterrupted() && !WasAskedToEnd()) throw Interrupted();
  return 0;
}

int Set(const Arguments& arguments) {
  json values = json::object();
  camera::Wishes tried;
  for (const std::string& change : arguments.changes) {
    const size_t equals = change.find('=');
    if (equals == std::string::npos) throw Misuse("'" + change + "': give KEY=VALUE");
    const std::string key = change.substr(0, equals);
    const std::string value = Absolute(key, change.substr(equals + 1));
    camera::Take(key, value, &tried);
    values[key] = value;
  }
  for (const auto& [key, value] : arguments.said) values[key] = Absolute(key, value);
  if (values.empty()) throw Misuse("nothing to set: give KEY=VALUE, such as background=blur:20");
  camera::Ask(camera::ControlFolder(), {{"do", "set"}, {"values", values}});
  return 0;
}

int Status(bool as_json) {
  const json status = camera::Ask(camera::ControlFolder(), {{"do", "status"}});
  if (as_json) {
    PrintJson(nlohmann::ordered_json(status));
    return 0;
  }
  const json& input = status.at("input");
  const json& output = status.at("output");
  const bool reader = output.at("reader").get<bool>();
  PrintLine(!output.at("on_demand").get<bool>() ? "whether somebody looks cannot be known here"
            : reader                            ? "somebody looks"
                                                : "nobody looks");
  PrintLine("camera: " + input.at("state").get<std::string>() + " " +
            input.at("source").get<std::string>());
  PrintLine("showing: " + status.at("showing").get<std::string>());
  for (const json* side : {&input, &output}) {
    const std::string problem = side->at("problem").get<std::string>();
    if (!problem.empty()) PrintLine("problem: " + problem);
  }
  PrintLine("processor: " + std::to_string(int(status.at("cpu_percent").get<double>() + 0.5)) +
            " % of one core" +
            (status.at("budget_step") == 0
                 ? ""
                 : ", saving on step " + std::to_string(status.at("budget_step").get<int>())));
  for (const auto& [key, value] : status.at("settings").items()) {
    PrintLine(key + "=" + value.get<std::string>());
  }
  return 0;
}

int RunDoctor(const Arguments& arguments) {
  const auto output = arguments.said.find("output");
  const auto findings =
      camera::Examine(camera::ThisMachine(), output == arguments.said.end() ? "" : output->second);
  int code = 0;
  json all = json::array();
  for (const camera::Finding& finding : findings) {
    static constexpr const char* kNames[] = {"good", "note", "wrong"};
    const std::string kind = kNames[size_t(finding.kind)];
    if (kind == "wrong") code = 1;
    all.push_back({{"kind", kind}, {"what", finding.what}, {"command", finding.command}});
    if (arguments.json) continue;
    PrintLine(kind + ": " + finding.what);
    if (!finding.command.empty()) PrintLine("    " + finding.command);
  }
  if (arguments.json) PrintJson(nlohmann::ordered_json(all));
  return code;
}

int RunAction(const Arguments& arguments) try {
  if (arguments.action != "set" && !arguments.changes.empty()) {
    throw Misuse("'" + arguments.changes[0] + "' is for set");
  }
  if (arguments.action == "set") return Set(arguments);
  if (arguments.action == "status") return Status(arguments.json);
  if (arguments.action == "doctor") return RunDoctor(arguments);
  if (arguments.action == "run") return BeCamera(arguments);
  camera::Ask(camera::ControlFolder(), {{"do", "stop"}});
  return 0;
} catch (const camera::Refusal& refusal) {
  throw Misuse(refusal.what());
}

}  // namespace

Run DefineCamera(CLI::App& command) {
  const auto arguments = std::make_shared<Arguments>();
  command.add_option("ACTION", arguments->action, "What to do; run if nothing is said")
      ->check(CLI::IsMember(std::vector<std::string>{"run", "set", "status", "stop", "doctor"}));
  command.add_option("CHANGE", arguments->changes, "KEY=VALUE, for set");
  const camera::Wishes standard;
  for (const camera::Wish& wish : camera::AllWishes()) {
    const std::string key = wish.key;
    const std::string names = key == "input"    ? "-i,--input,--device"
                              : key == "output" ? "-o,--output"
                                                : std::string("--").append(key);
    command
        .add_option_function<std::string>(
            names, [arguments, key](const std::string& value) { arguments->said[key] = value; },
            wish.what)
        ->type_name(wish.value)
        ->default_str(camera::ValueOf(standard, key));
  }
  command.add_flag("--json", arguments->json, "status and doctor: print JSON");
  command.footer(kFooter);
  return [arguments] { return RunAction(*arguments); };
}

}  // namespace selfieseg::cli
