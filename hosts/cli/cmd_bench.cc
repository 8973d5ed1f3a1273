// `selfieseg bench`: how long the network and a whole frame take here, and what the machine could
// do at most.
#include <sys/resource.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <cstring>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "cli/commands.h"
#include "cli/failure.h"
#include "cli/figure.h"
#include "cli/finder.h"
#include "cli/interrupt.h"
#include "cli/numbers.h"
#include "cli/peak.h"
#include "cli/report.h"
#include "cli/stopwatch.h"

namespace selfieseg::cli {
namespace {

constexpr const char* kFooter =
    "A drawn person is sampled, put through the network, and composed with a blurred\n"
    "background, in place: the frame is written anew before each measurement, as a camera or a\n"
    "decoder does. Ten runs of the network alone and ten frames take turns, so that a noisy\n"
    "machine treats them alike. The peak is that of a loop of multiplications in registers, of one "
    "thread;\n"
    "the share of it counts the multiplications that the network needs after its convolutions are\n"
    "moved before its resizes.\n"
    "\n"
    "Examples:\n"
    "  selfieseg bench\n"
    "  selfieseg bench --model landscape --threads 2 --size 1280x720\n"
    "  selfieseg bench --backend simd:AVX2 --stages --json";

// Multiplications with addition after rewrite 1 of docs/numerics.md, for a pixel of the input.
constexpr double kMacsPerPixel = 52.5e6 / (256 * 256);
constexpr int kTurn = 10;  // runs before the other's turn

struct Arguments {
  FinderOptions finder;
  std::string size = "1920x1080", format = "rgba";
  int repeat = 200;
  bool stages = false, json = false;
};

double At(std::vector<double> values, double share) {
  if (values.empty()) return 0;
  std::sort(values.begin(), values.end());
  return values[std::min(values.size() - 1, size_t(share * double(values.size())))];
}

double CpuMilliseconds() {
  rusage used = {};
  getrusage(RUSAGE_SELF, &used);
  const auto milliseconds = [](const timeval& t) {
    return double(t.tv_sec) * 1e3 + double(t.tv_usec) / 1e3;
  };
  return milliseconds(used.ru_utime) + milliseconds(used.ru_stime);
}

// Times of everything with a name, in the order of their first appearance.
class Times {
 public:
  void Add(const std::string& name, double milliseconds) {
    for (auto& [known, times] : all_) {
      if (known == name) return times.push_back(milliseconds);
    }
    all_.push_back({name, {milliseconds}});
  }
  const std::vector<double>& Of(const std::string& name) const {
    for (const auto& [known, times] : all_) {
      if (known == name) return times;
    }
    static const std::vector<double> none;
    return none;
  }
  const auto& all() const { return all_; }

 private:
  std::vector<std::pair<std::string, std::vector<double>>> all_;
};

// The drawn person in the format that was asked for, and a frame that begins as a copy of it.
struct Frames {
  std::vector<uint8_t> drawn, pixels;
  selfieseg_image frame;
};

Frames MakeFrames(const Arguments& arguments) {
  const size_t x = std::min(arguments.size.find('x'), arguments.size.size());
  const auto width = Parse<int>(std::string_view(arguments.size).substr(0, x));
  const auto height =
      Parse<int>(std::string_view(arguments.size).substr(std::min(x + 1, arguments.size.size())));
  if (!width || !height || *width < 1 || *height < 1 || *width > kMaxPictureSide ||
      *height > kMaxPictureSide) {
    throw Misuse("--size '" + arguments.size + "': need WIDTHxHEIGHT, such as 1920x1080");
  }
  selfieseg_format format;
  Check(selfieseg_format_by_name(arguments.format.c_str(), &format));
  const Picture drawn = DrawPerson(*width, *height);
  Frames frames;
  frames.pixels.resize((size_t(*width) + 1) * (size_t(*height) + 1) * 4);  // of any format
  frames.frame = selfieseg_wrap(format, *width, *height, frames.pixels.data(), 0);
  std::vector<uint8_t> nobody(drawn.bytes().size() / 4, 0);
  Effect::Picture(drawn.View())
      .Compose(frames.frame, selfieseg_wrap(SELFIESEG_GRAY, *width, *height, nobody.data(), 0),
               frames.frame);  // all of it, in the format
  const selfieseg_image& view = frames.frame;
  const size_t lines = size_t(view.height) * view.stride;
  const size_t chroma =
      size_t(view.height + 1) / 2 * (view.chroma_stride[0] + view.chroma_stride[1]);
  frames.pixels.resize(std::min(frames.pixels.size(), lines + chroma));
  frames.drawn = frames.pixels;
  return frames;
}

// Of the frame, so that nobody mistakes an empty room for the usual work.
double PersonShare(Session* session, const selfieseg_image& frame) {
  std::vector<uint8_t> matte(size_t(frame.width) * size_t(frame.height));
  session->Segment(frame,
                   selfieseg_wrap(SELFIESEG_GRAY, frame.width, frame.height, matte.data(), 0));
  const auto person = std::count_if(matte.begin(), matte.end(), [](uint8_t l) { return l >= 128; });
  return double(person) / double(matte.size());
}

void Observe(void* context, const selfieseg_step* step) {
  static_cast<Times*>(context)->Add(step->name, double(step->nanoseconds) / 1e6);
}

// Steps of the network, by an observer, which the other times must not have.
Times TimeSteps(const Arguments& arguments, const Model& model, const std::vector<float>& input,
                std::vector<float>* mask) {
  Times steps;
  selfieseg_options options = selfieseg_default_options();
  options.backend = arguments.finder.network.backend.c_str();
  options.threads = arguments.finder.network.threads;
  options.observer = Observe;
  options.observer_context = &steps;
  Session session(model, options);
  for (int i = 0; i < arguments.repeat; ++i) {
    CheckInterrupted();
    session.RunNetwork(input, *mask);
  }
  return steps;
}

nlohmann::ordered_json Measure(const Arguments& arguments) {
  Frames frames = MakeFrames(arguments);
  StepDump no_dump("");
  selfieseg_options options = SessionOptions(arguments.finder.network, &no_dump);
  options.quality = arguments.finder.quality.c_str();
  const Model& model = arguments.finder.models.begin()->second;
  Session session(model, options);
  Effect effect = Effect::Blur();
  const std::string set = InstructionSet(session);
  const double peak = MeasurePeakGmacs(set), copy = MeasureCopyGbytes();

  const size_t pixels = size_t(model.info().width) * size_t(model.info().height);
  std::vector<float> input(pixels * 3), mask(pixels);
  for (size_t i = 0; i < input.size(); ++i) input[i] = float(i * 7 % 256) / 255;
  Times times;
  double cpu = 0;
  for (int i = 0; i < arguments.repeat; i += kTurn) {
    for (int k = -1; k < kTurn; ++k) {  // the first finds the caches full of the frame
      CheckInterrupted();
      session.RunNetwork(input, mask);
      if (k >= 0) times.Add("net", session.timings().network_ms);
    }
    for (int k = -1; k < kTurn; ++k) {
      CheckInterrupted();
      std::memcpy(frames.pixels.data(), frames.drawn.data(), frames.drawn.size());
      const double before = CpuMilliseconds();
      Stopwatch watch;
      session.Process(effect, frames.frame, frames.frame);
      const double whole = watch.Lap();
      if (k < 0) continue;
      cpu += CpuMilliseconds() - before;
      const selfieseg_timings t = session.timings();
      times.Add("frame", whole);
      times.Add("sample", t.sample_ms);
      times.Add("network", t.network_ms);
      times.Add("mask", t.mask_ms);
      times.Add("compose", t.compose_ms);
    }
  }

  const double best = At(times.Of("net"), 0);
  const double gmacs = kMacsPerPixel * double(pixels) / best / 1e6;
  const int threads = arguments.finder.network.threads;
  nlohmann::ordered_json json = {{"version", selfieseg_version()},
                                 {"cpu_target", set},
                                 {"model", arguments.finder.network.model},
                                 {"backend", session.backend()},
                                 {"threads", threads},
                                 {"quality", arguments.finder.quality},
                                 {"size", arguments.size},
                                 {"format", arguments.format},
                                 {"person_share", PersonShare(&session, frames.frame)},
                                 {"fma_peak_gmacs", peak},
                                 {"memory_copy_gbytes_per_s", copy},
                                 {"net_min_ms", best},
                                 {"net_median_ms", At(times.Of("net"), 0.5)},
                                 {"net_p95_ms", At(times.Of("net"), 0.95)},
                                 {"net_gmacs", gmacs},
                                 {"share_of_peak", peak > 0 ? gmacs / (peak * threads) : 0}};
  const auto add = [&](const std::string& name, const std::vector<double>& values) {
    json["stages"].push_back({{"name", name},
                              {"min_ms", At(values, 0)},
                              {"median_ms", At(values, 0.5)},
                              {"p95_ms", At(values, 0.95)}});
  };
  for (const char* stage : {"sample", "network", "mask", "compose"}) add(stage, times.Of(stage));
  if (arguments.stages) {
    const Times steps = TimeSteps(arguments, model, input, &mask);
    for (const auto& [name, values] : steps.all()) {
      add("network/" + name, values);
    }
  }
  json["frame_min_ms"] = At(times.Of("frame"), 0);
  json["frame_median_ms"] = At(times.Of("frame"), 0.5);
  json["frame_p95_ms"] = At(times.Of("frame"), 0.95);
  json["frames_per_s"] = 1000 / std::max(At(times.Of("frame"), 0.5), 1e-9);
  json["cpu_ms_per_frame"] = cpu / double(times.Of("frame").size());
  return json;
}

void Print(const nlohmann::ordered_json& json) {
  const auto number = [&](const char* key) { return json[key].get<double>(); };
  const auto text = [&](const char* key) { return json[key].get<std::string>(); };
  PrintLine("selfieseg " + text("version") + ", " + text("backend") + ", " + text("model") + ", " +
            std::to_string(json["threads"].get<int>()) + " thread(s)");
  std::printf("peak %.1f billion multiplications with addition a second, memory copy %.1f GB/s\n",
              number("fma_peak_gmacs"), number("memory_copy_gbytes_per_s"));
  std::printf("network alone: min %.3f ms, median %.3f, 95 %% %.3f; %.0f %% of the peak\n",
              number("net_min_ms"), number("net_median_ms"), number("net_p95_ms"),
              100 * number("share_of_peak"));
  PrintLine("a frame of " + text("size") + " " + text("format") + ", quality " + text("quality") +
            ", blurred background:");
  const auto row = [](const std::string& name, double least, double median, double most) {
    std::printf("  %-24s  min %8.3f ms, median %8.3f, 95 %% %8.3f\n", name.c_str(), least, median,
                most);
  };
  for (const auto& stage : json["stages"]) {
    row(stage["name"], stage["min_ms"], stage["median_ms"], stage["p95_ms"]);
  }
  row("whole frame", number("frame_min_ms"), number("frame_median_ms"), number("frame_p95_ms"));
  std::printf("%.0f frames a second, %.2f ms of CPU a frame\n", number("frames_per_s"),
              number("cpu_ms_per_frame"));
}

int RunBench(Arguments& arguments) {
  OpenModels(&arguments.finder);
  const nlohmann::ordered_json json = Measure(arguments);
  arguments.json ? PrintJson(json) : Print(json);
  return 0;
}

}  // namespace

Run DefineBench(CLI::App& command) {
  const auto arguments = std::make_shared<Arguments>();
  AddFinderOptions(command, &arguments->finder);
  arguments->finder.network.model = "general";
  command.get_option("--model")
      ->description("general, landscape or a .tflite file")
      ->capture_default_str();
  command.add_option("--size", arguments->size, "Of the frame, in pixels")
      ->type_name("WxH")
      ->capture_default_str();
  command.add_option("--format", arguments->format, "Of the frame's pixels: rgb, bgra, ...")
      ->type_name("FORMAT")
      ->capture_default_str();
  command.add_option("--repeat", arguments->repeat, "Times that each is measured")
      ->check(CLI::Range(1, 1'000'000))
      ->type_name("N")
      ->capture_default_str();
  command.add_flag("--stages", arguments->stages, "The network's own steps, too");
  command.add_flag("--json", arguments->json, "Print one JSON object");
  command.footer(kFooter);
  return [arguments] { return RunBench(*arguments); };
}

}  // namespace selfieseg::cli
