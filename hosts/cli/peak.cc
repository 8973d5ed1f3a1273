// Vectors by the compiler's own extension: a host has no other way to be as wide as the library.
#include "cli/peak.h"

#include <algorithm>
#include <chrono>
#include <cstring>
#include <vector>

namespace selfieseg::cli {
namespace {

constexpr int kRuns = 25;
constexpr int kSteps = 20'000;
constexpr int kAccumulators = 10;  // more than latency times units, fewer than registers

template <int kBytes>
using Vector __attribute__((vector_size(kBytes))) = float;

// Must be inlined into a function of the right target. Returns something that depends on all.
template <class V>
[[gnu::always_inline]] inline float Loop() {
  V sums[kAccumulators], factor, term;
  for (size_t i = 0; i < sizeof(V) / sizeof(float); ++i) factor[i] = 0.999f, term[i] = 1e-3f;
  for (int i = 0; i < kAccumulators; ++i) sums[i] = factor;
  for (int step = 0; step < kSteps; ++step) {
#pragma GCC unroll 10
    for (int i = 0; i < kAccumulators; ++i) sums[i] = sums[i] * factor + term;
  }
  float all = 0;
  for (const V& sum : sums) all += sum[0];
  return all;
}

using F16 = Vector<64>;
using F8 = Vector<32>;
using F4 = Vector<16>;

#if defined(__x86_64__)
[[gnu::target("avx512f")]] float Loop512() { return Loop<F16>(); }
[[gnu::target("avx2,fma")]] float Loop256() { return Loop<F8>(); }
#endif
float Loop128() { return Loop<F4>(); }

struct Row {
  const char* name;
  float (*loop)();
  int lanes;
};
constexpr Row kRows[] = {
#if defined(__x86_64__)
    {"AVX3", Loop512, 16}, {"AVX3_DL", Loop512, 16}, {"AVX3_ZEN4", Loop512, 16},
    {"AVX2", Loop256, 8},  {"SSE4", Loop128, 4},     {"SSSE3", Loop128, 4},
    {"SSE2", Loop128, 4},
#else
    {"NEON", Loop128, 4},
#endif
};

double Seconds(std::chrono::steady_clock::duration taken) {
  return std::chrono::duration<double>(taken).count();
}

}  // namespace

double MeasurePeakGmacs(const std::string& instruction_set) {
  for (const Row& row : kRows) {
    if (instruction_set != row.name) continue;
    double best = 1e9;
    volatile float kept = 0;
    for (int run = 0; run < kRuns; ++run) {
      const auto start = std::chrono::steady_clock::now();
      kept = row.loop();
      best = std::min(best, Seconds(std::chrono::steady_clock::now() - start));
    }
    (void)kept;
    return double(row.lanes) * kSteps * kAccumulators / best / 1e9;
  }
  return 0;
}

double MeasureCopyGbytes() {
  constexpr size_t kBytes = size_t{64} << 20;
  std::vector<char> from(kBytes, 1), to(kBytes);
  double best = 1e9;
  for (int run = 0; run < 5; ++run) {
    const auto start = std::chrono::steady_clock::now();
    std::memcpy(to.data(), from.data(), kBytes);
    best = std::min(best, Seconds(std::chrono::steady_clock::now() - start));
  }
  return 2.0 * kBytes / best / 1e9;
}

}  // namespace selfieseg::cli
