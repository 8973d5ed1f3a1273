// The definition of correct: runs any Graph one operator at a time, in plain loops that sum in
// double. Slow on purpose.
#pragma once

#include <string>
#include <vector>

#include "base/buffer.h"
#include "net/graph.h"
#include "net/observer.h"

namespace selfieseg::core {

class Reference {
 public:
  // Keeps a pointer to `graph`, which must outlive this. `step_names` has one name for each
  // operator.
  Reference(const Graph& graph, std::vector<std::string> step_names);

  // `input` and `output` have the sizes of the graph's ends. The observer sees every operator's
  // result.
  void Run(const float* input, float* output, Observer& observer);

 private:
  const Graph& graph_;
  std::vector<std::string> step_names_;
  std::vector<Buffer> values_;  // by tensor; empty for constants
};

}  // namespace selfieseg::core
