// Times of the library's calls, for people: `./dev bench`. Each row is one case of a benchmark; the
// rows run interleaved, nine times each, so that a noisy machine treats them alike.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <string>
#include <vector>

#include "selfieseg/selfieseg.hpp"

namespace selfieseg {
namespace {

// From float tensor to mask tensor: what `selfieseg net` does.
void Network(benchmark::State& state, const std::string& network, const std::string& backend,
             int threads) {
  const Model model = Model::Open(network);
  selfieseg_options options = selfieseg_default_options();
  options.backend = backend.c_str();
  options.threads = threads;
  Session session(model, options);
  const size_t pixels = size_t(model.info().width) * size_t(model.info().height);
  std::vector<float> input(pixels * 3), mask(pixels);
  for (size_t i = 0; i < input.size(); ++i) input[i] = float(i * 7 % 256) / 255;
  for (auto _ : state) session.RunNetwork(input, mask);
  state.SetLabel(session.backend());
}

const int registered = [] {
  for (const char* network : {"general", "landscape"}) {
    for (const int threads : {1, 2}) {
      const std::string name =
          std::string("net/") + network + "/threads:" + std::to_string(threads);
      benchmark::RegisterBenchmark(name.c_str(), Network, network, "simd", threads)
          ->Unit(benchmark::kMillisecond)
          ->UseRealTime()
          ->MinTime(0.1)
          ->Repetitions(9)
          ->ComputeStatistics("best",
                              [](const std::vector<double>& times) {
                                return *std::min_element(times.begin(), times.end());
                              })
          ->ReportAggregatesOnly(true);
    }
  }
  return 0;
}();

}  // namespace
}  // namespace selfieseg
