// From Highway's list of a function, once for each instruction set that was compiled, to those that
// this machine can run.
#pragma once

#include <cstdint>
#include <vector>

#include "hwy/targets.h"

namespace selfieseg::core {

// Whether this machine runs the code of a target. Highway knows it, but on x86 we ask the
// compiler's runtime: the library that Highway's answer is in measures a timer when it is loaded,
// which would cost every start of a program 4 ms. A test compares both.
inline bool RunsHere(int64_t target) {
  // The compiler was told that all code may use it. Of -march=native it may be one that is not
  // named below, such as AVX3_DL.
  if (target == HWY_STATIC_TARGET) return true;
#if HWY_ARCH_X86
  const bool ssse3 = __builtin_cpu_supports("ssse3");
  const bool sse4 = ssse3 && __builtin_cpu_supports("sse4.1") && __builtin_cpu_supports("sse4.2") &&
                    __builtin_cpu_supports("pclmul") && __builtin_cpu_supports("aes");
  const bool avx2 = sse4 && __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") &&
                    __builtin_cpu_supports("bmi") && __builtin_cpu_supports("bmi2");
  const bool avx3 = avx2 && __builtin_cpu_supports("avx512f") &&
                    __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq") &&
                    __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512cd");
  return target == HWY_AVX3    ? avx3
         : target == HWY_AVX2  ? avx2
         : target == HWY_SSE4  ? sse4
         : target == HWY_SSSE3 ? ssse3
                               : target == HWY_SCALAR || target == HWY_EMU128;
#elif HWY_ARCH_WASM
  return false;  // a browser compiles all of a module or none of it
#else
  return (hwy::SupportedTargets() & target) != 0;
#endif
}

// `functions` is {HWY_CHOOSE_TARGET_LIST(F), HWY_CHOOSE_FALLBACK(F)} of an F that returns a table
// of kernels; `generated` is HWY_TARGETS.
template <class Kernels>
std::vector<const Kernels*> TablesBestFirst(const Kernels* (*const functions[])(),
                                            int64_t generated) {
  std::vector<const Kernels*> best_first;
  for (int64_t rest = generated; rest != 0; rest &= rest - 1) {  // a lower bit is a better target
    const int64_t target = rest & -rest;
    if (!RunsHere(target)) continue;
    hwy::ChosenTarget chosen;
    chosen.Update(target);
    best_first.push_back(functions[chosen.GetIndex() - 1]());
  }
  return best_first;
}

}  // namespace selfieseg::core
