// The kernels at work, at the networks' shapes and odd ones: the list that kernels_test.cc checks
// and tests/kernels_bench.cc times. A new row is a new test and a new benchmark.
#pragma once

#include <functional>
#include <random>
#include <string>
#include <vector>

#include "base/buffer.h"
#include "net/kernels.h"

namespace selfieseg::core {

// What one call reads and writes: random numbers, the same ones in every KernelMemory.
class KernelMemory {
 public:
  float* Random(size_t size) { return FillRandom(inputs_.emplace_back(size)); }
  // What the call writes, all of which must be as the plain loops leave it.
  float* Result(size_t size) { return results_.emplace_back(size).data(); }
  float* RandomResult(size_t size) { return FillRandom(results_.emplace_back(size)); }
  const std::vector<Buffer>& results() const { return results_; }

 private:
  float* FillRandom(Buffer& values) {
    std::uniform_real_distribution<float> uniform(-1, 1);
    for (size_t i = 0; i < values.size(); ++i) values[i] = uniform(random_);
    return values.data();
  }

  std::mt19937 random_{1};
  std::vector<Buffer> inputs_, results_;
};

// Owns nothing: uses a KernelMemory. May be called again and again; what it adds up goes on
// growing.
using KernelCall = std::function<void(const Kernels&)>;

struct KernelCase {
  std::string name;  // "dense/b1-expand/16x16x128": kernel, place, and inputs x outputs x pixels
  double work;       // of a call, in `unit`s
  const char* unit;  // "MACs": multiplications with additions; or "floats"
  std::function<KernelCall(KernelMemory&)> prepare;
};

const std::vector<KernelCase>& KernelCases();

}  // namespace selfieseg::core
