// `selfieseg net`: the bare network on a tensor in a file, to compare it with other programs and to
// time it.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstring>
#include <memory>
#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <vector>

#include "cli/commands.h"
#include "cli/dump.h"
#include "cli/failure.h"
#include "cli/files.h"
#include "cli/interrupt.h"
#include "cli/network.h"
#include "cli/report.h"

namespace selfieseg::cli {
namespace {

constexpr const char* kFooter =
    "IN.f32 holds height x width x 3 little-endian floats, RGB in [0, 1]; OUT.f32 gets height x\n"
    "width floats in [0, 1]. Neither has a header.\n"
    "\n"
    "Examples:\n"
    "  selfieseg net --model general in.f32 out.f32\n"
    "  selfieseg net --model landscape --repeat 200 in.f32 out.f32\n"
    "  selfieseg net --model general --backend reference --dump steps in.f32 out.f32";

struct Arguments {
  std::string input, output;
  NetworkOptions network;
  int repeat = 0;
  bool json = false;
};

std::vector<float> ReadTensor(const std::string& path, const selfieseg_model_info& info) {
  const size_t count = size_t(info.height) * size_t(info.width) * 3;
  const Bytes bytes = ReadFile(path);
  if (bytes.size() != count * sizeof(float)) {
    throw FileFailure(path, "has " + std::to_string(bytes.size()) + " bytes, need " +
                                std::to_string(count * sizeof(float)) + ": height " +
                                std::to_string(info.height) + " x width " +
                                std::to_string(info.width) + " x 3 floats");
  }
  std::vector<float> tensor(count);
  std::memcpy(tensor.data(), bytes.data(), bytes.size());
  return tensor;
}

double Median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const size_t middle = values.size() / 2;
  return values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
}

int RunNet(const Arguments& arguments) {
  CheckOutput(arguments.output);
  if (SameFile(arguments.input, arguments.output)) {
    throw FileFailure(arguments.output, "is the input itself");
  }
  StepDump dump(arguments.network.dump_folder);
  const Model model = OpenModel(arguments.network.model);
  const selfieseg_model_info info = model.info();
  const std::vector<float> tensor = ReadTensor(arguments.input, info);
  std::vector<float> mask(size_t(info.height) * size_t(info.width));
  Session session(model, SessionOptions(arguments.network, &dump));
  const auto milliseconds = [&] {
    CheckInterrupted();
    session.RunNetwork(tensor, mask);
    return session.timings().network_ms;
  };

  const double first = milliseconds();
  dump.Check();
  std::vector<double> repeated;
  for (int i = 0; i < arguments.repeat; ++i) repeated.push_back(milliseconds());
  const std::span<const float> floats = mask;
  WriteFile(arguments.output,
            {reinterpret_cast<const uint8_t*>(floats.data()), floats.size_bytes()});

  nlohmann::ordered_json object = {{"input", arguments.input},
                                   {"output", arguments.output},
                                   {"width", info.width},
                                   {"height", info.height},
                                   {"model", arguments.network.model},
                                   {"backend", arguments.network.backend},
                                   {"instruction_set", InstructionSet(session)},
                                   {"threads", arguments.network.threads},
                                   {"network_ms", first}};
  std::string line = arguments.output + ": " + std::to_string(info.width) + "x" +
                     std::to_string(info.height) + ", " + arguments.network.model + ", network " +
                     Milliseconds(first);
  if (!repeated.empty()) {
    const double best = *std::min_element(repeated.begin(), repeated.end());
    object["repeat"] = arguments.repeat;
    object["best_ms"] = best;
    object["median_ms"] = Median(repeated);
    line += "; " + std::to_string(arguments.repeat) + " more: best " + Milliseconds(best) +
            ", median " + Milliseconds(Median(repeated));
  }
  arguments.json ? PrintJson(object) : PrintLine(line);
  return 0;
}

}  // namespace

Run DefineNet(CLI::App& command) {
  const auto arguments = std::make_shared<Arguments>();
  command.add_option("IN.f32", arguments->input, "Input tensor")->required();
  command.add_option("OUT.f32", arguments->output, "Mask to write")->required();
  command.add_option("--model", arguments->network.model, "general, landscape or a .tflite file")
      ->type_name("MODEL")
      ->required();
  AddNetworkOptions(command, &arguments->network);
  AddDumpOption(command, &arguments->network);
  command
      .add_option("--repeat", arguments->repeat,
                  "Run N more times; print the best and the median time")
      ->check(CLI::Range(1, 1'000'000))
      ->type_name("N")
      ->excludes("--dump");
  command.add_flag("--json", arguments->json, "Print one JSON object");
  command.footer(kFooter);
  return [arguments] { return RunNet(*arguments); };
}

}  // namespace selfieseg::cli
