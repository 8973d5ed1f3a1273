// Every kernel of every instruction set this machine has, against the plain loops, in all
// KernelCases.
#include "net/kernels.h"

#include <gtest/gtest.h>

#include <cmath>
#include <set>

#include "net/kernel_cases.h"

namespace selfieseg::core {
namespace {

// Sums of at most a few hundred products of values near 1, in float against double: the error stays
// well below this.
constexpr float kTolerance = 2e-5f;

void ExpectNear(const Buffer& actual, const Buffer& expected) {
  ASSERT_EQ(actual.size(), expected.size());
  for (size_t i = 0; i < actual.size(); ++i) {
    ASSERT_NEAR(actual[i], expected[i], kTolerance * std::max(1.0f, std::abs(expected[i])))
        << "float " << i;
  }
}

TEST(Kernels, AreLikePlain) {
  for (const KernelCase& c : KernelCases()) {
    KernelMemory plain;
    c.prepare(plain)(ReferenceKernels());
    for (const Kernels* kernels : SimdKernels()) {
      KernelMemory fast;
      c.prepare(fast)(*kernels);
      ASSERT_EQ(fast.results().size(), plain.results().size());
      for (size_t i = 0; i < plain.results().size(); ++i) {
        SCOPED_TRACE(c.name + " on " + kernels->name + ", result " + std::to_string(i));
        ExpectNear(fast.results()[i], plain.results()[i]);
      }
    }
  }
}

// Each kernel, that is, each pointer of the table after its name.
TEST(Kernels, AllHaveACase) {
  std::set<std::string> kernels;
  for (const KernelCase& c : KernelCases()) kernels.insert(c.name.substr(0, c.name.find('/')));
  EXPECT_EQ(kernels.size(), sizeof(Kernels) / sizeof(void*) - 1);
}

}  // namespace
}  // namespace selfieseg::core
