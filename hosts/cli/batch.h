// Many pictures by several threads, told in order.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "cli/worker.h"

namespace selfieseg::cli {

struct Outcome {
  Made made;
  std::string error;     // "", or the sentence of why there is no picture
  bool existed = false;  // that was the reason: the output was there already
};

// Calls tell(i, outcome) for every task, on any thread but never twice at a time, in the order of
// the tasks; the results do not depend on `jobs`. Throws what is wrong with the recipe, and
// Interrupted, then after telling of what was done.
void RunTasks(const Recipe& recipe, const std::vector<Task>& tasks, int jobs,
              const std::function<void(size_t, const Outcome&)>& tell);

}  // namespace selfieseg::cli
