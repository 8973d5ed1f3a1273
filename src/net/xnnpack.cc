// A graph is told to XNNPACK operator by operator, and XNNPACK makes of it a runtime: operators
// with packed weights, and one block of memory for all values between them.
#include "net/xnnpack.h"

#include <xnnpack.h>

#include <algorithm>
#include <cassert>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "base/buffer.h"

namespace selfieseg::core {
namespace {

constexpr uint32_t kInputId = 0, kOutputId = 1, kExternalIds = 2;
constexpr float kInfinity = std::numeric_limits<float>::infinity();

struct Delete {
  void operator()(xnn_subgraph_t subgraph) const { xnn_delete_subgraph(subgraph); }
  void operator()(xnn_runtime_t runtime) const { xnn_delete_runtime(runtime); }
  void operator()(pthreadpool_t pool) const { pthreadpool_destroy(pool); }
};
using Subgraph = std::unique_ptr<xnn_subgraph, Delete>;
using Runtime = std::unique_ptr<xnn_runtime, Delete>;
using Pool = std::unique_ptr<pthreadpool, Delete>;

// `what` completes "XNNPACK cannot".
Status Check(xnn_status status, const std::string& what) {
  const std::string sentence = "XNNPACK cannot " + what + ": ";
  switch (status) {
    case xnn_status_success:
      return {};
    case xnn_status_out_of_memory:
      return {SELFIESEG_OUT_OF_MEMORY, sentence + "out of memory"};
    case xnn_status_unsupported_hardware:
      return {SELFIESEG_BAD_ARGUMENT, sentence + "it does not know this processor"};
    default:
      return {SELFIESEG_BAD_MODEL, sentence + "its status is " + std::to_string(status)};
  }
}

std::string Name(const Op& op) {
  return "operator " + std::to_string(op.index) + " (" + OpName(op.kind) + ")";
}

Status Check(const Op& op, xnn_status status) { return Check(status, "add " + Name(op)); }

Status Refuse(const Op& op, const std::string& why) {
  return {SELFIESEG_BAD_MODEL,
          "backend 'xnnpack' cannot run " + Name(op) + ": it " + why + "; 'reference' can"};
}

class Builder {
 public:
  // Constants stay in `graph` and in `made`, which must outlive what is built.
  Builder(const Graph& graph, std::vector<Buffer>& made)
      : graph_(graph), made_(made), ids_(graph.tensors.size(), XNN_INVALID_VALUE_ID) {}

  Result<Subgraph> Build() {
    xnn_subgraph_t subgraph = nullptr;
    TRY(Check(xnn_create_subgraph(kExternalIds, 0, &subgraph), "begin a graph"));
    subgraph_.reset(subgraph);
    TRY_ASSIGN(ids_[graph_.input], Value(graph_.shape(graph_.input), kInputId));
    for (const Op& op : graph_.ops) {
      const uint32_t external_id = op.output == graph_.output ? kOutputId : XNN_INVALID_VALUE_ID;
      TRY_ASSIGN(ids_[op.output], Value(graph_.shape(op.output), external_id));
      TRY(Define(op));
    }
    return std::move(subgraph_);
  }

 private:
  Status Define(const Op& op) {
    const uint32_t x = ids_[op.input], y = ids_[op.output];
    const uint32_t x2 = op.input2 < 0 ? XNN_INVALID_VALUE_ID : ids_[op.input2];
    const float least = op.relu ? 0.0f : -kInfinity;
    const Shape& out = graph_.shape(op.output);
    xnn_subgraph_t graph = subgraph_.get();
    switch (op.kind) {
      case OpKind::kAdd:
        return Check(op, xnn_define_add2(graph, least, kInfinity, x, x2, y, 0));
      case OpKind::kMul:
        return Check(op, xnn_define_multiply2(graph, least, kInfinity, x, x2, y, 0));
      case OpKind::kConv:
      case OpKind::kDepthwiseConv:
        return DefineConv(op);
      case OpKind::kTransposeConv:
        return DefineTransposeConv(op);
      case OpKind::kAveragePool:
        if (!IsGlobal(op)) return Refuse(op, "is not the mean over the whole map");
        [[fallthrough]];
      case OpKind::kMean:
        return Check(op, xnn_define_global_average_pooling_2d(graph, least, kInfinity, x, y, 0));
      case OpKind::kRelu:  // XNNPACK makes it a part of the operator before
        return Check(op, xnn_define_clamp(graph, 0.0f, kInfinity, x, y, 0));
      case OpKind::kHardSwish:
        return Check(op, xnn_define_hardswish(graph, x, y, 0));
      case OpKind::kLogistic:
        return Check(op, xnn_define_sigmoid(graph, x, y, 0));
      case OpKind::kResizeBilinear: {
        const uint32_t flags = op.align_corners        ? XNN_FLAG_ALIGN_CORNERS
                               : op.half_pixel_centers ? 0
                                                       : XNN_FLAG_TENSORFLOW_LEGACY_MODE;
        return Check(
            op, xnn_define_static_resize_bilinear_2d(graph, out.height, out.width, x, y, flags));
      }
    }
    return Refuse(op, "is unknown");
  }

  Status DefineConv(const Op& op) {
    const Shape &in = graph_.shape(op.input), &out = graph_.shape(op.output);
    auto pad_after = [](int in, int out, int kernel, int stride, int pad_before) {
      return std::max(0, (out - 1) * stride + kernel - in - pad_before);
    };
    const int bottom = pad_after(in.height, out.height, op.kernel_h, op.stride_h, op.pad_top);
    const int right = pad_after(in.width, out.width, op.kernel_w, op.stride_w, op.pad_left);
    const float least = op.relu ? 0.0f : -kInfinity;
    const uint32_t x = ids_[op.input], y = ids_[op.output];
    TRY_ASSIGN(const uint32_t weights, Constant(op.weights));
    TRY_ASSIGN(const uint32_t bias, Constant(op.bias));
    if (op.kind == OpKind::kDepthwiseConv) {
      return Check(op, xnn_define_depthwise_convolution_2d(
                           subgraph_.get(), op.pad_top, right, bottom, op.pad_left, op.kernel_h,
                           op.kernel_w, op.stride_h, op.stride_w, 1, 1, 1, in.channels, least,
                           kInfinity, x, weights, bias, y, 0));
    }
    return Check(op, xnn_define_convolution_2d(subgraph_.get(), op.pad_top, right, bottom,
                                               op.pad_left, op.kernel_h, op.kernel_w, op.stride_h,
                                               op.stride_w, 1, 1, 1, in.channels, out.channels,
                                               least, kInfinity, x, weights, bias, y, 0));
  }

  // Where outputs do not overlap it is a 1x1 convolution to one channel for each tap and output,
  // which depth-to-space lays side by side (docs/numerics.md). XNNPACK's own deconvolution is as
  // fast here in Debian's version; later ones compute it pixel by pixel.
  Status DefineTransposeConv(const Op& op) {
    const Shape &in = graph_.shape(op.input), &out = graph_.shape(op.output);
    const int block = op.kernel_h, taps = block * block;
    if (op.kernel_w != block || op.stride_h != block || op.stride_w != block || op.relu ||
        out != Shape{in.height * block, in.width * block, out.channels}) {
      return Refuse(op, "has outputs that overlap, gaps, or a fused activation");
    }
    const std::vector<float>& from = graph_.tensors[op.weights].values;
    Buffer weights(from.size()), bias(size_t(taps) * out.channels);
    for (int tap = 0; tap < taps; ++tap) {
      for (int c = 0; c < out.channels; ++c) {
        const int row = tap * out.channels + c;
        std::copy_n(&from[(c * taps + tap) * in.channels], in.channels,
                    &weights[row * in.channels]);
        bias[row] = graph_.tensors[op.bias].values[c];
      }
    }
    const size_t rows = bias.size(), inputs = in.channels;
    TRY_ASSIGN(const uint32_t weights_id, Constant({rows, 1, 1, inputs}, weights.data()));
    TRY_ASSIGN(const uint32_t bias_id, Constant({rows}, bias.data()));
    made_.push_back(std::move(weights));
    made_.push_back(std::move(bias));
    TRY_ASSIGN(const uint32_t deep, Value({in.height, in.width, int(rows)}, XNN_INVALID_VALUE_ID));
    TRY(Check(op, xnn_define_convolution_2d(subgraph_.get(), 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1,
                                            inputs, rows, -kInfinity, kInfinity, ids_[op.input],
                                            weights_id, bias_id, deep, 0)));
    return Check(op, xnn_define_depth_to_space(subgraph_.get(), deep, ids_[op.output], block, 0));
  }

  bool IsGlobal(const Op& op) const {
    const Shape& in = graph_.shape(op.input);
    return op.kernel_h == in.height && op.kernel_w == in.width && op.pad_top == 0 &&
           op.pad_left == 0 && graph_.shape(op.output) == Shape{1, 1, in.channels};
  }

  // A value computed at run time, or given or taken if it has an external number.
  Result<uint32_t> Value(const Shape& shape, uint32_t external_id) {
    const uint32_t flags = external_id == kInputId    ? XNN_VALUE_FLAG_EXTERNAL_INPUT
                           : external_id == kOutputId ? XNN_VALUE_FLAG_EXTERNAL_OUTPUT
                                                      : 0;
    return Tensor({1, size_t(shape.height), size_t(shape.width), size_t(shape.channels)}, nullptr,
                  external_id, flags);
  }

  Result<uint32_t> Constant(int tensor) {
    const GraphTensor& constant = graph_.tensors[tensor];
    return Constant({constant.dims.begin(), constant.dims.end()}, constant.values.data());
  }

  Result<uint32_t> Constant(const std::vector<size_t>& dims, const float* data) {
    return Tensor(dims, data, XNN_INVALID_VALUE_ID, 0);
  }

  Result<uint32_t> Tensor(const std::vector<size_t>& dims, const float* data, uint32_t external_id,
                          uint32_t flags) {
    uint32_t id = XNN_INVALID_VALUE_ID;
    TRY(Check(xnn_define_tensor_value(subgraph_.get(), xnn_datatype_fp32, dims.size(), dims.data(),
                                      data, external_id, flags, &id),
              "add a tensor"));
    return id;
  }

  const Graph& graph_;
  std::vector<Buffer>& made_;
  std::vector<uint32_t> ids_;  // XNNPACK's, by tensor
  Subgraph subgraph_;
};

std::string NameOfLastStep(const Model& model) {
  const Graph& graph = model.graph;
  const auto last = std::find_if(graph.ops.begin(), graph.ops.end(),
                                 [&](const Op& op) { return op.output == graph.output; });
  return StepName(graph, *last, model.weights.ok());
}

class XnnpackNetwork final : public Network {
 public:
  explicit XnnpackNetwork(const Model& model)
      : shape_(model.graph.shape(model.graph.output)),
        step_(NameOfLastStep(model)),
        input_(model.input().size()),
        mask_(shape_.size()) {}

  Status Open(const Graph& graph, int threads) {
    TRY(Check(xnn_initialize(nullptr), "start"));
    TRY_ASSIGN(const Subgraph subgraph, Builder(graph, constants_).Build());
    if (threads > 1) {
      pool_.reset(pthreadpool_create(threads));
      if (pool_ == nullptr) return Check(xnn_status_out_of_memory, "start threads");
    }
    // Between runs, threads sleep instead of spinning, as ours do.
    xnn_runtime_t runtime = nullptr;
    TRY(Check(xnn_create_runtime_v2(subgraph.get(), pool_.get(), XNN_FLAG_YIELD_WORKERS, &runtime),
              "prepare the network"));
    runtime_.reset(runtime);
    const xnn_external_value ends[] = {{kInputId, input_.data()}, {kOutputId, mask_.data()}};
    return Check(xnn_setup_runtime(runtime, std::size(ends), ends), "prepare the network's memory");
  }

  const std::string& name() const override { return name_; }

  // Copies, because XNNPACK reads past the end of its input, which only our buffers allow, and
  // because a setup for other pointers could allocate. With several threads pthreadpool takes a
  // lock, which nobody else holds.
  void Run(const float* input, float* mask, Observer& observer) override {
    observer.Start();
    std::copy_n(input, input_.size(), input_.data());
    [[maybe_unused]] const xnn_status status = xnn_invoke_runtime(runtime_.get());
    assert(status == xnn_status_success);  // it can only complain that there was no setup
    std::copy_n(mask_.data(), mask_.size(), mask);
    // XNNPACK keeps the steps between to itself: this is the last one, with the time of all.
    observer.Report(step_.c_str(), shape_, mask);
  }

 private:
  std::string name_ = "xnnpack";
  Shape shape_;  // of the mask
  std::string step_;
  Buffer input_, mask_;
  std::vector<Buffer> constants_;
  Pool pool_;
  Runtime runtime_;  // uses all above, so it goes first
};

}  // namespace

Result<std::unique_ptr<Network>> OpenXnnpack(const Model& model, Threads& threads, bool,
                                             std::string_view variant) {
  if (!variant.empty()) return Status{SELFIESEG_BAD_ARGUMENT, "backend 'xnnpack' has no variants"};
  auto network = std::make_unique<XnnpackNetwork>(model);
  TRY(network->Open(model.graph, threads.count()));
  return std::unique_ptr<Network>(std::move(network));
}

}  // namespace selfieseg::core
