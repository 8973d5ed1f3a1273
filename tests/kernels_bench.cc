// Times of every kernel and row function for every instruction set of this machine, in the cases
// that their tests check, for people: `./dev bench kernels --benchmark_filter=dense`.
#include <benchmark/benchmark.h>

#include <string>

#include "base/row_cases.h"
#include "net/kernel_cases.h"

namespace selfieseg::core {
namespace {

void TimeKernel(benchmark::State& state, const KernelCase& c, const Kernels& kernels) {
  KernelMemory memory;
  const KernelCall call = c.prepare(memory);
  for (auto _ : state) call(kernels);
  state.counters[c.unit] =
      benchmark::Counter(c.work, benchmark::Counter::kIsIterationInvariantRate);
}

void TimeRow(benchmark::State& state, const RowCase& c, const RowKernels& table) {
  RowMemory memory(RowMemory::Begin::kCacheLine);
  const RowCall call = c.prepare(memory, c.bench_width);
  for (auto _ : state) call(table);
  state.counters["elements"] =
      benchmark::Counter(double(c.bench_width), benchmark::Counter::kIsIterationInvariantRate);
}

const int registered = [] {
  for (const KernelCase& c : KernelCases()) {
    for (const Kernels* kernels : SimdKernels()) {
      const std::string name = "net/" + c.name + "/" + kernels->name;
      benchmark::RegisterBenchmark(name.c_str(), TimeKernel, c, *kernels);
    }
  }
  for (const RowCase& c : RowCases()) {
    for (const RowKernels* table : SimdRows()) {
      const std::string width = std::to_string(c.bench_width);
      const std::string name = "row/" + c.name + "/" + width + "/" + table->name;
      benchmark::RegisterBenchmark(name.c_str(), TimeRow, c, *table);
    }
  }
  return 0;
}();

}  // namespace
}  // namespace selfieseg::core
