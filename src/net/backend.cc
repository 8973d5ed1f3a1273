#include "net/backend.h"

#include <string>
#include <utility>

#include "net/kernels.h"
#include "net/reference.h"
#include "net/selfie_net.h"
#include "net/tflite.h"
#include "net/xnnpack.h"

namespace selfieseg::core {
namespace {

class SimdNetwork final : public Network {
 public:
  SimdNetwork(const Weights& weights, const Kernels& kernels, Threads& threads, bool watched)
      : name_(std::string("simd:") + kernels.name), net_(weights, kernels, threads, watched) {}

  const std::string& name() const override { return name_; }

  void Run(const float* input, float* mask, Observer& observer) override {
    net_.Run(input, mask, observer);
  }

 private:
  std::string name_;
  SelfieNet net_;
};

Result<std::unique_ptr<Network>> OpenSimd(const Model& model, Threads& threads, bool watched,
                                          std::string_view variant) {
  if (!model.weights.ok()) {
    return Status{model.weights.status().code(),
                  model.weights.status().sentence() + "; backend 'reference' can run it"};
  }
  std::string names;
  for (const Kernels* kernels : SimdKernels()) {
    if (variant.empty() || variant == kernels->name) {
      return std::unique_ptr<Network>(
          new SimdNetwork(model.weights.value(), *kernels, threads, watched));
    }
    names += (names.empty() ? "" : ", ") + std::string(kernels->name);
  }
  return Status{SELFIESEG_BAD_ARGUMENT, "instruction set '" + std::string(variant) +
                                            "' is not on this machine, which has " + names};
}

class ReferenceNetwork final : public Network {
 public:
  ReferenceNetwork(const Graph& graph, std::vector<std::string> step_names)
      : reference_(graph, std::move(step_names)) {}

  const std::string& name() const override { return name_; }

  void Run(const float* input, float* mask, Observer& observer) override {
    reference_.Run(input, mask, observer);
  }

 private:
  std::string name_ = "reference";
  Reference reference_;
};

Result<std::unique_ptr<Network>> OpenReference(const Model& model, Threads&, bool,
                                               std::string_view variant) {
  if (!variant.empty()) {
    return Status{SELFIESEG_BAD_ARGUMENT, "backend 'reference' has no variants"};
  }
  std::vector<std::string> step_names;
  for (const Op& op : model.graph.ops) {
    step_names.push_back(StepName(model.graph, op, model.weights.ok()));
  }
  return std::unique_ptr<Network>(new ReferenceNetwork(model.graph, std::move(step_names)));
}

constexpr Backend kBackends[] = {
    {"simd", OpenSimd},
#ifdef SELFIESEG_XNNPACK
    {"xnnpack", OpenXnnpack},
#endif
    {"reference", OpenReference},
};

}  // namespace

std::span<const Backend> Backends() { return kBackends; }

Result<std::unique_ptr<Network>> OpenBackend(std::string_view name, const Model& model,
                                             Threads& threads, bool watched) {
  const size_t colon = name.find(':');
  const std::string_view variant =
      colon == std::string_view::npos ? std::string_view() : name.substr(colon + 1);
  std::string names;
  for (const Backend& backend : kBackends) {
    if (name.substr(0, colon) == backend.name) {
      return backend.open(model, threads, watched, variant);
    }
    names += (names.empty() ? "" : ", ") + std::string(backend.name);
  }
  return Status{SELFIESEG_BAD_ARGUMENT,
                "backend '" + std::string(name) + "' is not there; there are " + names};
}

Result<std::shared_ptr<const Model>> Model::Read(std::span<const uint8_t> tflite) {
  TRY_ASSIGN(Graph graph, ParseTflite(tflite));
  const Shape in = graph.shape(graph.input);
  const Shape out = graph.shape(graph.output);
  if (in.channels != 3 || out != Shape{in.height, in.width, 1}) {
    return Status{SELFIESEG_BAD_MODEL,
                  "the network must make a mask of the size of an RGB picture: 1xHxWx3 to 1xHxWx1"};
  }
  size_t parameters = 0;
  for (const GraphTensor& tensor : graph.tensors) parameters += tensor.values.size();
  Result<Weights> weights = ReadWeights(graph);
  return std::make_shared<const Model>(
      Model{std::move(graph), std::move(weights), parameters, tflite.size()});
}

}  // namespace selfieseg::core
