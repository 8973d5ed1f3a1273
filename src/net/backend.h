// A model that was read and checked, and the table of ways to run it.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/threads.h"
#include "net/graph.h"
#include "net/observer.h"
#include "net/weights.h"

namespace selfieseg::core {

// Immutable. Shared by all sessions that run it.
struct Model {
  Graph graph;
  Result<Weights>
      weights;  // or why this is not the selfie network; then only `reference` can run it
  size_t parameters = 0;
  size_t bytes = 0;
  const char* sha256 = "";  // of a built-in network

  // Reads a network whose mask has the size of its picture.
  static Result<std::shared_ptr<const Model>> Read(std::span<const uint8_t> tflite);

  const Shape& input() const { return graph.shape(graph.input); }
};

// A network ready to run, with all the memory it needs.
class Network {
 public:
  virtual ~Network() = default;

  // "simd:AVX2", "reference".
  virtual const std::string& name() const = 0;

  // input: the graph's input; mask: its output. Real-time safe.
  virtual void Run(const float* input, float* mask, Observer& observer) = 0;
};

struct Backend {
  const char* name;

  // `variant` is what the caller wrote after "name:", empty for the best. `watched`: an observer
  // will be there. The model and the threads must outlive the network.
  Result<std::unique_ptr<Network>> (*open)(const Model& model, Threads& threads, bool watched,
                                           std::string_view variant);
};

std::span<const Backend> Backends();  // best first

// Opens "simd", "simd:AVX2", "reference", ...
Result<std::unique_ptr<Network>> OpenBackend(std::string_view name, const Model& model,
                                             Threads& threads, bool watched);

}  // namespace selfieseg::core
