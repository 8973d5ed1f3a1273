// From Highway's table of functions, one for each instruction set that was compiled, to those that
// this machine can run.
#pragma once

#include <cstdint>
#include <vector>

#include "hwy/targets.h"

namespace selfieseg::core {

// `dispatch` is Highway's table for a function that returns a table of kernels.
template <class Kernels>
std::vector<const Kernels*> TablesBestFirst(const Kernels* (*const dispatch[])(), bool one_target) {
  std::vector<const Kernels*> best_first;
  for (const int64_t target : hwy::SupportedAndGeneratedTargets()) {
    hwy::ChosenTarget chosen;
    chosen.Update(target);
    best_first.push_back(dispatch[one_target ? 0 : chosen.GetIndex()]());
  }
  return best_first;
}

}  // namespace selfieseg::core
