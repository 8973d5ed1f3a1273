// The FlatBuffers verifier makes the tables safe to walk; everything they say is then checked here:
// indices, shapes, lengths, types, options, and the order of the operators.
#include "net/tflite.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <utility>

#include "net/float16.h"
#include "net/tflite_generated.h"

namespace selfieseg::core {
namespace {

constexpr int kMaxSize = 4096;                   // of any dimension
constexpr int64_t kMaxElements = 1 << 26;        // of all tensors together: 256 MiB of floats
constexpr int64_t kMaxMultiplyAdds = 1LL << 33;  // of one inference: a few seconds, plainly run

std::string Str(int64_t number) { return std::to_string(number); }

std::string Str(const Shape& shape) {
  return Str(shape.height) + "x" + Str(shape.width) + "x" + Str(shape.channels);
}

Status Bad(const std::string& sentence) { return {SELFIESEG_BAD_MODEL, sentence}; }

struct OpRow {
  fbs::BuiltinOperator code;
  OpKind kind;
  const char* name;
  int inputs;  // how many tensors it reads
};
constexpr OpRow kOps[] = {
    {fbs::BuiltinOperator::ADD, OpKind::kAdd, "ADD", 2},
    {fbs::BuiltinOperator::MUL, OpKind::kMul, "MUL", 2},
    {fbs::BuiltinOperator::CONV_2D, OpKind::kConv, "CONV_2D", 3},
    {fbs::BuiltinOperator::DEPTHWISE_CONV_2D, OpKind::kDepthwiseConv, "DEPTHWISE_CONV_2D", 3},
    {fbs::BuiltinOperator::CUSTOM, OpKind::kTransposeConv, "Convolution2DTransposeBias", 3},
    {fbs::BuiltinOperator::AVERAGE_POOL_2D, OpKind::kAveragePool, "AVERAGE_POOL_2D", 1},
    {fbs::BuiltinOperator::MEAN, OpKind::kMean, "MEAN", 2},
    {fbs::BuiltinOperator::RELU, OpKind::kRelu, "RELU", 1},
    {fbs::BuiltinOperator::HARD_SWISH, OpKind::kHardSwish, "HARD_SWISH", 1},
    {fbs::BuiltinOperator::LOGISTIC, OpKind::kLogistic, "LOGISTIC", 1},
    {fbs::BuiltinOperator::RESIZE_BILINEAR, OpKind::kResizeBilinear, "RESIZE_BILINEAR", 2},
};

class Parser {
 public:
  explicit Parser(const fbs::Model& model) : model_(model) {}

  Result<Graph> Parse() {
    TRY(CheckTop());
    TRY(ReadTensors());
    const auto* ops = subgraph_->operators();
    if (ops == nullptr || ops->size() == 0) return Bad("the network has no operators");
    for (const fbs::Operator* op : *ops) TRY(ReadOperator(*op));
    if (!computed_[graph_.output]) return Bad("no operator computes " + Name(graph_.output));
    return std::move(graph_);
  }

 private:
  // What a tensor of the file holds; constants are decoded when they are first used.
  struct Source {
    fbs::TensorType type;
    const flatbuffers::Vector<uint8_t>* bytes = nullptr;
  };

  Status CheckTop() {
    if (model_.version() != 3)
      return Bad("file format version " + Str(model_.version()) + ", need 3");
    if (model_.subgraphs() == nullptr || model_.subgraphs()->size() != 1) {
      return Bad("the file must hold exactly one network");
    }
    subgraph_ = model_.subgraphs()->Get(0);
    if (model_.operator_codes() == nullptr) return Bad("the file has no operator codes");
    if (model_.buffers() == nullptr) return Bad("the file has no buffers");
    if (subgraph_->tensors() == nullptr) return Bad("the network has no tensors");
    return {};
  }

  Status ReadTensors() {
    const auto& tensors = *subgraph_->tensors();
    graph_.tensors.reserve(tensors.size());
    sources_.reserve(tensors.size());
    for (const fbs::Tensor* tensor : tensors) {
      GraphTensor& out = graph_.tensors.emplace_back();
      const int id = int(graph_.tensors.size()) - 1;
      out.name = tensor->name() ? tensor->name()->str() : "";
      // Names reach error sentences and file names: keep them short and plain.
      out.name.resize(std::min<size_t>(out.name.size(), 64));
      std::replace_if(
          out.name.begin(), out.name.end(), [](unsigned char c) { return c <= ' ' || c >= 127; },
          '?');
      int64_t elements = 1;
      if (tensor->shape()) {
        if (tensor->shape()->size() > 4) return Bad(Name(id) + " has more than 4 dimensions");
        out.dims.reserve(tensor->shape()->size());
        for (int size : *tensor->shape()) {
          if (size < 1 || size > kMaxSize)
            return Bad(Name(id) + " has a dimension of " + Str(size));
          out.dims.push_back(size);
          elements *= size;
        }
      }
      elements_ += elements;
      if (elements_ > kMaxElements) return Bad("the network needs too much memory at " + Name(id));
      if (out.dims.size() == 4 && out.dims[0] == 1) {
        out.shape = {out.dims[1], out.dims[2], out.dims[3]};
      }
      if (tensor->buffer() >= model_.buffers()->size()) {
        return Bad(Name(id) + " is in buffer " + Str(tensor->buffer()) + ", which is not there");
      }
      sources_.push_back({tensor->type(), model_.buffers()->Get(tensor->buffer())->data()});
    }
    computed_.assign(tensors.size(), false);
    dequantized_from_.assign(tensors.size(), -1);
    TRY(ReadEnd(subgraph_->inputs(), "input", graph_.input));
    TRY(ReadEnd(subgraph_->outputs(), "output", graph_.output));
    computed_[graph_.input] = true;
    return {};
  }

  Status ReadEnd(const flatbuffers::Vector<int>* ids, const char* what, int& id) {
    if (ids == nullptr || ids->size() != 1) return Bad(std::string("need exactly one ") + what);
    id = ids->Get(0);
    if (!IsTensor(id)) return Bad(std::string("the ") + what + " is tensor " + Str(id));
    return CheckActivation(id);
  }

  bool IsTensor(int id) const { return id >= 0 && size_t(id) < graph_.tensors.size(); }

  std::string Name(int id) const {
    return "tensor " + Str(id) + " '" + graph_.tensors[id].name + "'";
  }

  Status CheckActivation(int id) const {
    if (sources_[id].type != fbs::TensorType::FLOAT32) return Bad(Name(id) + " is not float32");
    if (graph_.shape(id).size() == 0)
      return Bad(Name(id) + " must have shape 1 x height x width x channels");
    return {};
  }

  Status ReadOperator(const fbs::Operator& op) {
    const auto& codes = *model_.operator_codes();
    if (op.opcode_index() >= codes.size()) {
      return Bad("operator code " + Str(op.opcode_index()) + " is not there");
    }
    const fbs::OperatorCode& code = *codes.Get(op.opcode_index());
    // Files before 2020 have the number in the narrow field only; later ones put the larger of
    // both.
    const auto number = fbs::BuiltinOperator(
        std::max(int(code.deprecated_builtin_code()), int(code.builtin_code())));
    where_.assign("operator ").append(Str(int64_t(graph_.ops.size())));
    if (op.inputs() == nullptr || op.outputs() == nullptr || op.outputs()->size() != 1) {
      return Bad(where_ + " has no inputs or not one output");
    }
    for (int id : *op.inputs()) {
      if (!IsTensor(id)) return Bad(where_ + " reads tensor " + Str(id) + ", which is not there");
    }
    const int output = op.outputs()->Get(0);
    if (!IsTensor(output))
      return Bad(where_ + " writes tensor " + Str(output) + ", which is not there");
    if (computed_[output] || dequantized_from_[output] >= 0 || sources_[output].bytes != nullptr) {
      return Bad(where_ + " writes " + Name(output) + ", which already has a value");
    }
    if (number == fbs::BuiltinOperator::DEQUANTIZE) return ReadDequantize(op, output);
    for (const OpRow& row : kOps) {
      if (row.code != number) continue;
      if (number == fbs::BuiltinOperator::CUSTOM &&
          (code.custom_code() == nullptr || code.custom_code()->str() != row.name)) {
        break;
      }
      where_.append(" (").append(row.name).append(")");
      if (op.inputs()->size() != size_t(row.inputs)) {
        return Bad(where_ + " has " + Str(op.inputs()->size()) + " inputs, need " +
                   Str(row.inputs));
      }
      return ReadKnown(op, row.kind, output);
    }
    return Bad(where_ + " has the unsupported code " + Str(int(number)) +
               (code.custom_code() ? " '" + code.custom_code()->str().substr(0, 64) + "'" : ""));
  }

  // float16 constants pass through DEQUANTIZE; the operator vanishes and its output becomes the
  // constant.
  Status ReadDequantize(const fbs::Operator& op, int output) {
    if (op.inputs()->size() != 1) return Bad(where_ + " (DEQUANTIZE) must have one input");
    const int input = op.inputs()->Get(0);
    if (sources_[input].type != fbs::TensorType::FLOAT16 || sources_[input].bytes == nullptr) {
      return Bad(where_ + " (DEQUANTIZE) must read a float16 constant, not " + Name(input));
    }
    if (graph_.tensors[input].dims != graph_.tensors[output].dims) {
      return Bad(where_ + " (DEQUANTIZE) changes the shape of " + Name(input));
    }
    dequantized_from_[output] = input;
    return {};
  }

  Status ReadKnown(const fbs::Operator& source, OpKind kind, int output) {
    Op op{.kind = kind, .index = int(graph_.ops.size())};
    op.input = source.inputs()->Get(0);
    op.output = output;
    TRY(CheckComputed(op.input));
    TRY(CheckActivation(output));
    Shape expected = graph_.shape(op.input);
    switch (kind) {
      case OpKind::kRelu:
      case OpKind::kHardSwish:
      case OpKind::kLogistic:
        break;
      case OpKind::kAdd:
      case OpKind::kMul:
        TRY(ReadElementwise(source, op));
        expected = graph_.shape(op.input);
        break;
      case OpKind::kMean:
        TRY(ReadMean(source, op, expected));
        break;
      case OpKind::kAveragePool:
        TRY(ReadPool(source, op, expected));
        break;
      case OpKind::kResizeBilinear:
        TRY(ReadResize(source, op, expected));
        break;
      case OpKind::kConv:
      case OpKind::kDepthwiseConv:
        TRY(ReadConv(source, op, expected));
        break;
      case OpKind::kTransposeConv:
        TRY(ReadTransposeConv(source, op, expected));
        break;
    }
    if (expected != graph_.shape(output)) {
      return Bad(where_ + " gives " + Str(expected) + ", but " + Name(output) + " is " +
                 Str(graph_.shape(output)));
    }
    if (multiply_adds_ > kMaxMultiplyAdds)
      return Bad("the network needs too much work at " + where_);
    computed_[output] = true;
    graph_.ops.push_back(op);
    return {};
  }

  Status CheckComputed(int id) const {
    if (!computed_[id]) return Bad(where_ + " reads " + Name(id) + " before it is computed");
    return {};
  }

  Status ReadActivation(fbs::ActivationFunctionType type, Op& op) const {
    op.relu = type == fbs::ActivationFunctionType::RELU;
    if (op.relu || type == fbs::ActivationFunctionType::NONE) return {};
    return Bad(where_ + " has the unsupported fused activation " + Str(int(type)));
  }

  Status ReadElementwise(const fbs::Operator& source, Op& op) {
    op.input2 = source.inputs()->Get(1);
    TRY(CheckComputed(op.input2));
    Shape a = graph_.shape(op.input);
    Shape b = graph_.shape(op.input2);
    if (a.height == 1 && a.width == 1) {
      std::swap(op.input, op.input2);
      std::swap(a, b);
    }
    if (a != b && b != Shape{1, 1, a.channels}) {
      return Bad(where_ + " cannot combine " + Str(a) + " with " + Str(b));
    }
    if (const auto* options = source.builtin_options_as_AddOptions()) {
      return ReadActivation(options->fused_activation_function(), op);
    }
    if (const auto* options = source.builtin_options_as_MulOptions()) {
      return ReadActivation(options->fused_activation_function(), op);
    }
    return {};
  }

  Status ReadMean(const fbs::Operator& source, Op&, Shape& shape) {
    std::vector<int> axes;
    TRY(ReadInts(source.inputs()->Get(1), axes));
    std::sort(axes.begin(), axes.end());
    const auto* options = source.builtin_options_as_ReducerOptions();
    if (axes != std::vector<int>{1, 2} || options == nullptr || !options->keep_dims()) {
      return Bad(where_ + " must be over axes 1 and 2 and keep the dimensions");
    }
    shape = {1, 1, shape.channels};
    return {};
  }

  Status ReadPool(const fbs::Operator& source, Op& op, Shape& shape) {
    const auto* options = source.builtin_options_as_Pool2DOptions();
    if (options == nullptr) return Bad(where_ + " has no options");
    op.kernel_h = options->filter_height();
    op.kernel_w = options->filter_width();
    TRY(ReadActivation(options->fused_activation_function(), op));
    TRY(ReadWindow(options->padding(), options->stride_h(), options->stride_w(), op, shape));
    multiply_adds_ += int64_t(shape.size()) * op.kernel_h * op.kernel_w;
    return {};
  }

  Status ReadResize(const fbs::Operator& source, Op& op, Shape& shape) {
    std::vector<int> size;
    TRY(ReadInts(source.inputs()->Get(1), size));
    const auto* options = source.builtin_options_as_ResizeBilinearOptions();
    if (options == nullptr || size.size() != 2) return Bad(where_ + " has no options or no size");
    op.align_corners = options->align_corners();
    op.half_pixel_centers = options->half_pixel_centers();
    if (op.align_corners && op.half_pixel_centers) {
      return Bad(where_ + " has both align_corners and half_pixel_centers");
    }
    shape.height = size[0];
    shape.width = size[1];
    return {};
  }

  Status ReadConv(const fbs::Operator& source, Op& op, Shape& shape) {
    const bool depthwise = op.kind == OpKind::kDepthwiseConv;
    TRY(ReadWeights(source, op));
    const std::vector<int>& dims = graph_.tensors[op.weights].dims;
    const int outputs = depthwise ? dims[3] : dims[0];
    if (depthwise ? dims[0] != 1 || outputs != shape.channels : dims[3] != shape.channels) {
      return Bad(where_ + " has weights that do not fit an input of " + Str(shape));
    }
    int dilation_h, dilation_w;
    if (const auto* conv = source.builtin_options_as_Conv2DOptions(); conv && !depthwise) {
      TRY(ReadActivation(conv->fused_activation_function(), op));
      TRY(ReadWindow(conv->padding(), conv->stride_h(), conv->stride_w(), op, shape));
      dilation_h = conv->dilation_h_factor();
      dilation_w = conv->dilation_w_factor();
    } else if (const auto* dw = source.builtin_options_as_DepthwiseConv2DOptions();
               dw && depthwise) {
      TRY(ReadActivation(dw->fused_activation_function(), op));
      TRY(ReadWindow(dw->padding(), dw->stride_h(), dw->stride_w(), op, shape));
      dilation_h = dw->dilation_h_factor();
      dilation_w = dw->dilation_w_factor();
      if (dw->depth_multiplier() != 1) {
        return Bad(where_ + " has depth multiplier " + Str(dw->depth_multiplier()) + ", need 1");
      }
    } else {
      return Bad(where_ + " has no options");
    }
    if (dilation_h != 1 || dilation_w != 1)
      return Bad(where_ + " is dilated, which is not supported");
    shape.channels = outputs;
    multiply_adds_ +=
        int64_t(shape.height) * shape.width * int64_t(graph_.tensors[op.weights].values.size());
    return CheckBias(op, outputs);
  }

  // Options of MediaPipe's custom operator: three int32: padding (TfLitePadding: 1 same, 2 valid),
  // strides.
  Status ReadTransposeConv(const fbs::Operator& source, Op& op, Shape& shape) {
    TRY(ReadWeights(source, op));
    const std::vector<int>& dims = graph_.tensors[op.weights].dims;
    if (dims[3] != shape.channels) {
      return Bad(where_ + " has weights that do not fit an input of " + Str(shape));
    }
    if (source.custom_options() == nullptr || source.custom_options()->size() != 12) {
      return Bad(where_ + " must have 12 bytes of options");
    }
    int32_t options[3];
    for (int i = 0; i < 3; ++i) {
      options[i] = flatbuffers::ReadScalar<int32_t>(source.custom_options()->data() + 4 * i);
    }
    const auto [padding, stride_w, stride_h] = options;
    if (padding != 1) return Bad(where_ + " has padding " + Str(padding) + ", need 1 (same)");
    if (stride_h < 1 || stride_w < 1 || stride_h > op.kernel_h || stride_w > op.kernel_w) {
      return Bad(where_ + " has strides " + Str(stride_h) + "x" + Str(stride_w) +
                 " with a kernel of " + Str(op.kernel_h) + "x" + Str(op.kernel_w));
    }
    op.stride_h = stride_h;
    op.stride_w = stride_w;
    op.pad_top = (op.kernel_h - stride_h) / 2;
    op.pad_left = (op.kernel_w - stride_w) / 2;
    multiply_adds_ +=
        int64_t(shape.height) * shape.width * int64_t(graph_.tensors[op.weights].values.size());
    shape = {shape.height * stride_h, shape.width * stride_w, dims[0]};
    return CheckBias(op, dims[0]);
  }

  Status ReadWeights(const fbs::Operator& source, Op& op) {
    op.weights = source.inputs()->Get(1);
    op.bias = source.inputs()->Get(2);
    TRY(ReadConstant(op.weights));
    TRY(ReadConstant(op.bias));
    const std::vector<int>& dims = graph_.tensors[op.weights].dims;
    if (dims.size() != 4) return Bad(where_ + " has weights that are not 4-dimensional");
    op.kernel_h = dims[1];
    op.kernel_w = dims[2];
    return {};
  }

  Status CheckBias(const Op& op, int outputs) const {
    if (graph_.tensors[op.bias].values.size() == size_t(outputs)) return {};
    return Bad(where_ + " needs " + Str(outputs) + " biases, " + Name(op.bias) + " has " +
               Str(graph_.tensors[op.bias].values.size()));
  }

  // TensorFlow's rule: SAME puts the odd pixel of padding after, so stride 2 over an even map pads
  // nothing before.
  Status ReadWindow(fbs::Padding padding, int stride_h, int stride_w, Op& op, Shape& shape) {
    op.stride_h = stride_h;
    op.stride_w = stride_w;
    TRY(Slide(padding, op.kernel_h, stride_h, shape.height, op.pad_top));
    return Slide(padding, op.kernel_w, stride_w, shape.width, op.pad_left);
  }

  Status Slide(fbs::Padding padding, int kernel, int stride, int& size, int& pad_before) const {
    if (stride < 1 || stride > kMaxSize || kernel < 1 || kernel > kMaxSize) {
      return Bad(where_ + " has stride " + Str(stride) + " and kernel " + Str(kernel));
    }
    if (padding == fbs::Padding::VALID) {
      if (kernel > size) return Bad(where_ + " has a kernel larger than its input");
      size = (size - kernel) / stride + 1;
      return {};
    }
    if (padding != fbs::Padding::SAME) return Bad(where_ + " has padding " + Str(int(padding)));
    const int out = (size + stride - 1) / stride;
    pad_before = std::max(0, (out - 1) * stride + kernel - size) / 2;
    size = out;
    return {};
  }

  Status ReadInts(int id, std::vector<int>& values) const {
    const Source& source = sources_[id];
    const size_t count = graph_.tensors[id].dims.size() == 1 ? graph_.tensors[id].dims[0] : 0;
    if (source.type != fbs::TensorType::INT32 || source.bytes == nullptr || count == 0 ||
        source.bytes->size() != count * sizeof(int32_t)) {
      return Bad(where_ + ": " + Name(id) + " is not a list of int32 constants");
    }
    for (size_t i = 0; i < count; ++i) {
      values.push_back(
          flatbuffers::ReadScalar<int32_t>(source.bytes->data() + i * sizeof(int32_t)));
    }
    return {};
  }

  Status ReadConstant(int id) {
    GraphTensor& tensor = graph_.tensors[id];
    if (!tensor.values.empty()) return {};
    const int from = dequantized_from_[id] >= 0 ? dequantized_from_[id] : id;
    const Source& source = sources_[from];
    if (source.bytes == nullptr)
      return Bad(where_ + " needs constants, " + Name(from) + " has none");
    const bool half = source.type == fbs::TensorType::FLOAT16;
    if ((!half && source.type != fbs::TensorType::FLOAT32) || (half && from == id)) {
      return Bad(where_ + ": " + Name(from) + " is neither float32 nor float16 behind DEQUANTIZE");
    }
    size_t count = 1;
    for (int size : tensor.dims) count *= size;
    if (source.bytes->size() != count * (half ? 2 : 4)) {
      return Bad(Name(from) + " has " + Str(source.bytes->size()) + " bytes, its shape needs " +
                 Str(int64_t(count * (half ? 2 : 4))));
    }
    std::vector<float> values(count);
    if (!(half ? ReadFloats<uint16_t> : ReadFloats<float>)(source.bytes->data(), values)) {
      return Bad(Name(from) + " holds a value that is not finite");
    }
    tensor.values = std::move(values);
    return {};
  }

  const fbs::Model& model_;
  const fbs::SubGraph* subgraph_ = nullptr;
  Graph graph_;
  std::vector<Source> sources_;        // by tensor
  std::vector<bool> computed_;         // by tensor
  std::vector<int> dequantized_from_;  // by tensor: the float16 tensor behind it, or -1
  int64_t elements_ = 0;
  int64_t multiply_adds_ = 0;
  std::string where_;  // "operator 12 (CONV_2D)": for sentences
};

}  // namespace

const char* OpName(OpKind kind) {
  for (const OpRow& row : kOps) {
    if (row.kind == kind) return row.name;
  }
  return "?";
}

Result<Graph> ParseTflite(std::span<const uint8_t> bytes) {
  constexpr size_t kMaxBytes = 1 << 28;
  if (bytes.size() < 8 || std::memcmp(bytes.data() + 4, "TFL3", 4) != 0) {
    return Bad("not a .tflite file (no 'TFL3' at byte 4)");
  }
  if (bytes.size() > kMaxBytes) return Bad("the file is larger than 256 MiB");
  // FlatBuffers reads scalars in place and so needs aligned bytes; the caller's may lie anywhere.
  std::vector<uint64_t> aligned((bytes.size() + 7) / 8);
  std::memcpy(aligned.data(), bytes.data(), bytes.size());
  const auto* data = reinterpret_cast<const uint8_t*>(aligned.data());
  flatbuffers::Verifier verifier(data, bytes.size(), /*max_depth=*/64, /*max_tables=*/100000);
  if (!fbs::VerifyModelBuffer(verifier)) {
    return Bad("the file is cut short or damaged (its FlatBuffers structure does not hold)");
  }
  return Parser(*fbs::GetModel(data)).Parse();
}

}  // namespace selfieseg::core
