// ReadWeights reads like the architecture: each call takes the next operator of the file and checks
// that it is the one.
#include "net/weights.h"

#include <algorithm>
#include <cstdio>

#include "net/stages.h"

namespace selfieseg::core {
namespace {

class Reader {
 public:
  explicit Reader(const Graph& graph) : graph_(graph) {}

  // The first thing that did not fit; after it, every call does nothing.
  const Status& status() const { return status_; }

  Dense Conv(int& x, int kernel, int stride, int outputs) {
    const Op* op = Take(OpKind::kConv, x);
    if (op == nullptr || !CheckWindow(*op, kernel, stride, outputs)) return {};
    x = op->output;
    const GraphTensor& weights = graph_.tensors[op->weights];
    const int inputs = kernel * kernel * weights.dims[3];
    Dense dense = {inputs, outputs, Buffer(size_t(inputs) * outputs), Bias(*op)};
    for (int o = 0; o < outputs; ++o) {
      for (int i = 0; i < inputs; ++i)
        dense.weights[i * outputs + o] = weights.values[o * inputs + i];
    }
    return dense;
  }

  Depthwise DepthwiseConv(int& x, int kernel, int stride) {
    const Op* op = Take(OpKind::kDepthwiseConv, x);
    const int channels = graph_.shape(x).channels;
    if (op == nullptr || !CheckWindow(*op, kernel, stride, channels)) return {};
    x = op->output;
    return {kernel, channels, Buffer(graph_.tensors[op->weights].values), Bias(*op)};
  }

  // Weights stay as the file has them, [4][inputs].
  Dense TransposeConv(int& x) {
    const Op* op = Take(OpKind::kTransposeConv, x);
    if (op == nullptr || !CheckWindow(*op, 2, 2, 1)) return {};
    const int inputs = graph_.shape(x).channels;
    x = op->output;
    Dense dense = {inputs, 4, Buffer(graph_.tensors[op->weights].values), Buffer(4)};
    std::fill_n(dense.bias.data(), 4, graph_.tensors[op->bias].values[0]);
    return dense;
  }

  void Map(OpKind kind, int& x) {
    if (const Op* op = Take(kind, x)) x = op->output;
  }

  // a + b or a * b, whichever way round the file has them.
  int Combine(OpKind kind, int a, int b) {
    const Op* op = Next(kind);
    if (op == nullptr) return a;
    if (!(op->input == a && op->input2 == b) && !(op->input == b && op->input2 == a)) {
      Refuse("does not combine the tensors that the selfie network does");
    }
    return op->output;
  }

  // The mean over the whole map, which one network writes as a pool and the other as a mean.
  int GlobalMean(int x) {
    const bool pool =
        position_ < graph_.ops.size() && graph_.ops[position_].kind == OpKind::kAveragePool;
    const Op* op = Take(pool ? OpKind::kAveragePool : OpKind::kMean, x);
    if (op == nullptr) return x;
    const Shape& in = graph_.shape(x);
    if (pool && (op->kernel_h != in.height || op->kernel_w != in.width || op->pad_top != 0 ||
                 op->pad_left != 0 || graph_.shape(op->output) != Shape{1, 1, in.channels})) {
      Refuse("is not the mean over the whole map");
    }
    return op->output;
  }

  // mean -> reduce -> relu -> expand -> sigmoid; `mean` becomes the tensor of factors.
  Gate ReadGate(int& mean, int middle) {
    const int outputs = graph_.shape(mean).channels;
    Gate gate;
    gate.reduce = Conv(mean, 1, 1, middle);
    Map(OpKind::kRelu, mean);
    gate.expand = Conv(mean, 1, 1, outputs);
    Map(OpKind::kLogistic, mean);
    return gate;
  }

  int ResizeTwice(int x) {
    const Op* op = Take(OpKind::kResizeBilinear, x);
    if (op == nullptr) return x;
    const Shape& in = graph_.shape(x);
    if (graph_.shape(op->output) != Shape{in.height * 2, in.width * 2, in.channels} ||
        !op->half_pixel_centers) {
      Refuse("does not double the size with half-pixel centres");
    }
    return op->output;
  }

  void End(int x) {
    if (!status_.ok()) return;
    if (position_ != graph_.ops.size() || x != graph_.output) {
      status_ = {SELFIESEG_BAD_MODEL, "not the selfie network: it goes on after operator " +
                                          std::to_string(position_ - 1)};
    }
  }

 private:
  // The next operator if it has this kind, else null and a status.
  const Op* Next(OpKind kind) {
    if (!status_.ok()) return nullptr;
    if (position_ == graph_.ops.size()) {
      status_ = {SELFIESEG_BAD_MODEL, "not the selfie network: it ends after " +
                                          std::to_string(position_) + " operators"};
      return nullptr;
    }
    const Op& op = graph_.ops[position_++];
    if (op.kind != kind) {
      Refuse(std::string("should be ") + OpName(kind));
      return nullptr;
    }
    if (op.relu) {
      Refuse("has a fused activation");
      return nullptr;
    }
    return &op;
  }

  const Op* Take(OpKind kind, int x) {
    const Op* op = Next(kind);
    if (op != nullptr && op->input != x) {
      Refuse("reads another tensor than in the selfie network");
      return nullptr;
    }
    return op;
  }

  bool CheckWindow(const Op& op, int kernel, int stride, int outputs) {
    const Shape& in = graph_.shape(op.input);
    const Shape& out = graph_.shape(op.output);
    const bool up = op.kind == OpKind::kTransposeConv;
    // What SAME pads before an even map; VALID is the same thing for a 1x1 kernel.
    const int pad = up ? 0 : (kernel - stride) / 2;
    const Shape expected = up ? Shape{in.height * stride, in.width * stride, outputs}
                              : Shape{in.height / stride, in.width / stride, outputs};
    if (op.kernel_h == kernel && op.kernel_w == kernel && op.stride_h == stride &&
        op.stride_w == stride && op.pad_top == pad && op.pad_left == pad && out == expected) {
      return true;
    }
    Refuse("should be " + std::to_string(kernel) + "x" + std::to_string(kernel) + " with stride " +
           std::to_string(stride) + " and " + std::to_string(outputs) + " outputs");
    return false;
  }

  void Refuse(const std::string& why) {
    if (!status_.ok()) return;
    const Op& op = graph_.ops[position_ - 1];
    status_ = {SELFIESEG_BAD_MODEL, "not the selfie network: operator " + std::to_string(op.index) +
                                        " (" + OpName(op.kind) + ") " + why};
  }

  Buffer Bias(const Op& op) const { return Buffer(graph_.tensors[op.bias].values); }

  const Graph& graph_;
  size_t position_ = 0;
  Status status_;
};

// outer(inner(x)) as one: weights multiplied out in double.
Dense Compose(const Dense& outer, const Dense& inner) {
  if (outer.inputs != inner.outputs) return {};  // only after a refused operator
  Dense both = {inner.inputs, outer.outputs, Buffer(size_t(inner.inputs) * outer.outputs),
                Buffer(outer.outputs)};
  auto product = [&](const float* row, int output) {
    double sum = 0;
    for (int m = 0; m < outer.inputs; ++m) {
      sum += double(row[m]) * outer.weights[m * outer.outputs + output];
    }
    return sum;
  };
  for (int o = 0; o < outer.outputs; ++o) {
    both.bias[o] = float(outer.bias[o] + product(inner.bias.data(), o));
    for (int i = 0; i < inner.inputs; ++i) {
      both.weights[i * outer.outputs + o] =
          float(product(inner.weights.data() + i * inner.outputs, o));
    }
  }
  return both;
}

}  // namespace

Result<Weights> ReadWeights(const Graph& graph) {
  const Shape& in = graph.shape(graph.input);
  if (in.channels != 3 || in.height % 16 != 0 || in.width % 16 != 0) {
    return Status{SELFIESEG_BAD_MODEL,
                  "not the selfie network: its input must be 1 x 16n x 16m x 3, is " +
                      std::to_string(in.height) + "x" + std::to_string(in.width) + "x" +
                      std::to_string(in.channels)};
  }
  Reader read(graph);
  Weights w;
  w.height = in.height;
  w.width = in.width;
  int x = graph.input;
  w.stem = read.Conv(x, 3, 2, 16);
  read.Map(OpKind::kHardSwish, x);
  const int skip128 = x;

  struct Row {
    int expanded, kernel, stride, gate, outputs;  // gate 0: none
    OpKind activation;
    bool residual;
  };
  constexpr Row kBlocks[] = {
      {16, 3, 2, 8, 16, OpKind::kRelu, false},       {72, 3, 2, 0, 24, OpKind::kRelu, false},
      {88, 3, 1, 0, 24, OpKind::kRelu, true},        {96, 5, 2, 24, 32, OpKind::kHardSwish, false},
      {128, 5, 1, 32, 32, OpKind::kHardSwish, true}, {128, 5, 1, 32, 32, OpKind::kHardSwish, true},
      {96, 5, 1, 24, 32, OpKind::kHardSwish, true},  {96, 5, 1, 24, 32, OpKind::kHardSwish, true},
  };
  int skip64 = x, skip32 = x;
  for (size_t i = 0; i < w.blocks.size(); ++i) {
    const Row& row = kBlocks[i];
    Bottleneck& block = w.blocks[i];
    const int block_input = x;
    block.expand = read.Conv(x, 1, 1, row.expanded);
    read.Map(row.activation, x);
    block.depthwise = read.DepthwiseConv(x, row.kernel, row.stride);
    read.Map(row.activation, x);
    if (row.gate != 0) {
      int gate = read.GlobalMean(x);
      block.gate = read.ReadGate(gate, row.gate);
      x = read.Combine(OpKind::kMul, x, gate);
    }
    block.project = read.Conv(x, 1, 1, row.outputs);
    if (row.residual) x = read.Combine(OpKind::kAdd, x, block_input);
    if (i == 0) skip64 = x;
    if (i == 2) skip32 = x;
  }

  int mean = read.GlobalMean(x);
  w.head = read.Conv(x, 1, 1, 128);
  w.head_gate = read.Conv(mean, 1, 1, 128);
  read.Map(OpKind::kRelu, x);
  read.Map(OpKind::kLogistic, mean);
  x = read.Combine(OpKind::kMul, x, mean);

  const int skips[] = {skip32, skip64, skip128};
  for (size_t i = 0; i < w.decoders.size(); ++i) {
    Decoder& decoder = w.decoders[i];
    const int skip = skips[i];
    const int channels = graph.shape(skip).channels;
    x = read.ResizeTwice(x);
    decoder.lift = read.Conv(x, 1, 1, channels);
    int gate = read.GlobalMean(read.Combine(OpKind::kAdd, skip, x));
    decoder.gate = read.ReadGate(gate, channels);
    x = read.Combine(OpKind::kAdd, read.Combine(OpKind::kMul, skip, gate), x);
    decoder.merge = read.Conv(x, 1, 1, channels);
    decoder.up = Compose(decoder.merge, decoder.lift);
    read.Map(OpKind::kRelu, x);
    const int merged = x;
    decoder.depthwise = read.DepthwiseConv(x, 3, 1);
    read.Map(OpKind::kRelu, x);
    x = read.Combine(OpKind::kAdd, merged, x);
  }
  w.segment = read.TransposeConv(x);
  read.Map(OpKind::kLogistic, x);
  read.End(x);
  TRY(read.status());
  return w;
}

std::string StepName(const Graph& graph, const Op& op, bool selfie_network) {
  if (selfie_network && StageStep(op.index) != nullptr) return StageStep(op.index);
  char number[16];
  std::snprintf(number, sizeof(number), "%03d_", op.index);
  std::string name = number + graph.tensors[op.output].name;
  for (char& c : name) {
    if (c == '/' || c == ':') c = '_';
  }
  return name;
}

}  // namespace selfieseg::core
