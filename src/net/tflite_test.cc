// What the reader refuses, and in which words: each case changes one thing in a network that is
// right.
#include "net/tflite.h"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>

#include "net/builtin.h"
#include "net/float16.h"
#include "net/tflite_generated.h"
#include "net/weights.h"

namespace selfieseg::core {
namespace {

std::vector<uint8_t> Pack(const fbs::ModelT& model) {
  flatbuffers::FlatBufferBuilder builder;
  fbs::FinishModelBuffer(builder, fbs::Model::Pack(builder, &model));
  return {builder.GetBufferPointer(), builder.GetBufferPointer() + builder.GetSize()};
}

std::unique_ptr<fbs::ModelT> Unpack() {
  return fbs::UnPackModel(BuiltinNetworks()[0].bytes.data());
}

// The n-th operator of a kind, in file order.
fbs::OperatorT& Find(fbs::ModelT& model, fbs::BuiltinOperator code, int n = 0) {
  for (auto& op : model.subgraphs[0]->operators) {
    const auto& entry = *model.operator_codes[op->opcode_index];
    const int number = std::max(int(entry.deprecated_builtin_code), int(entry.builtin_code));
    if (number == int(code) && n-- == 0) return *op;
  }
  throw std::runtime_error("no such operator");
}

fbs::TensorT& Input(fbs::ModelT& model, const fbs::OperatorT& op, int i) {
  return *model.subgraphs[0]->tensors[op.inputs[i]];
}

using Op = fbs::BuiltinOperator;

struct Case {
  const char* name;
  std::function<void(fbs::ModelT&)> change;
  const char* sentence;  // a part of it
};
const Case kCases[] = {
    {"version", [](auto& m) { m.version = 2; }, "file format version 2, need 3"},
    {"no subgraph", [](auto& m) { m.subgraphs.clear(); }, "exactly one network"},
    {"no buffers", [](auto& m) { m.buffers.clear(); }, "the file has no buffers"},
    {"no operators", [](auto& m) { m.subgraphs[0]->operators.clear(); }, "no operators"},
    {"two inputs", [](auto& m) { m.subgraphs[0]->inputs.push_back(0); }, "exactly one input"},
    {"input index", [](auto& m) { m.subgraphs[0]->inputs[0] = -3; }, "the input is tensor -3"},
    {"output index", [](auto& m) { m.subgraphs[0]->outputs[0] = 9999; },
     "the output is tensor 9999"},
    {"rank 5",
     [](auto& m) {
       m.subgraphs[0]->tensors[3]->shape = {1, 1, 1, 1, 1};
     },
     "more than 4"},
    {"negative size", [](auto& m) { m.subgraphs[0]->tensors[3]->shape[0] = -7; },
     "dimension of -7"},
    {"huge size", [](auto& m) { m.subgraphs[0]->tensors[3]->shape[0] = 1 << 30; },
     "dimension of 1073"},
    {"buffer index", [](auto& m) { m.subgraphs[0]->tensors[3]->buffer = 5000; }, "in buffer 5000"},
    {"opcode index", [](auto& m) { m.subgraphs[0]->operators[0]->opcode_index = 77; }, "code 77"},
    {"unknown operator", [](auto& m) { m.operator_codes[0]->deprecated_builtin_code = 99; },
     "unsupported code 99"},
    {"tensor index", [](auto& m) { Find(m, Op::CONV_2D).inputs[0] = 4321; }, "reads tensor 4321"},
    {"output twice", [](auto& m) { Find(m, Op::RELU).outputs[0] = m.subgraphs[0]->inputs[0]; },
     "already has a value"},
    {"no output", [](auto& m) { Find(m, Op::RELU).outputs.clear(); }, "not one output"},
    {"order", [](auto& m) { Find(m, Op::RELU).inputs = Find(m, Op::RELU, 5).outputs; },
     "before it is computed"},
    {"input count", [](auto& m) { Find(m, Op::ADD).inputs.pop_back(); }, "has 1 inputs, need 2"},
    {"shapes of ADD", [](auto& m) { Find(m, Op::ADD).inputs[1] = m.subgraphs[0]->inputs[0]; },
     "cannot combine"},
    {"conv without options", [](auto& m) { Find(m, Op::CONV_2D).builtin_options.Reset(); },
     "has no options"},
    {"stride 0",
     [](auto& m) { Find(m, Op::CONV_2D).builtin_options.AsConv2DOptions()->stride_h = 0; },
     "stride 0"},
    {"other stride",
     [](auto& m) { Find(m, Op::CONV_2D).builtin_options.AsConv2DOptions()->stride_w = 1; },
     "gives 128x256x16, but"},
    {"dilation",
     [](auto& m) { Find(m, Op::CONV_2D).builtin_options.AsConv2DOptions()->dilation_h_factor = 2; },
     "dilated"},
    {"padding",
     [](auto& m) {
       Find(m, Op::CONV_2D).builtin_options.AsConv2DOptions()->padding = fbs::Padding(9);
     },
     "padding 9"},
    {"activation",
     [](auto& m) {
       Find(m, Op::CONV_2D).builtin_options.AsConv2DOptions()->fused_activation_function =
           fbs::ActivationFunctionType(4);
     },
     "fused activation 4"},
    {"depth multiplier",
     [](auto& m) {
       Find(m, Op::DEPTHWISE_CONV_2D).builtin_options.AsDepthwiseConv2DOptions()->depth_multiplier =
           2;
     },
     "depth multiplier 2"},
    {"pool",
     [](auto& m) {
       Find(m, Op::AVERAGE_POOL_2D).builtin_options.AsPool2DOptions()->filter_width = 65;
     },
     "kernel larger"},
    {"resize",
     [](auto& m) {
       Find(m, Op::RESIZE_BILINEAR).builtin_options.AsResizeBilinearOptions()->align_corners = true;
     },
     "both align_corners"},
    {"custom name",
     [](auto& m) { m.operator_codes[Find(m, Op::CUSTOM).opcode_index]->custom_code = "Other"; },
     "unsupported code 32 'Other'"},
    {"custom options", [](auto& m) { Find(m, Op::CUSTOM).custom_options.pop_back(); },
     "12 bytes of options"},
    {"custom stride", [](auto& m) { Find(m, Op::CUSTOM).custom_options[8] = 3; }, "strides 3x2"},
    {"dequantize type",
     [](auto& m) { Input(m, Find(m, Op::DEQUANTIZE), 0).type = fbs::TensorType::INT32; },
     "must read a float16 constant"},
    {"dequantize shape", [](auto& m) { Input(m, Find(m, Op::DEQUANTIZE), 0).shape[0] += 1; },
     "changes the shape"},
    {"short constant",
     [](auto& m) { m.buffers[Input(m, Find(m, Op::DEQUANTIZE), 0).buffer]->data.pop_back(); },
     "bytes, its shape needs"},
    {"infinite constant",
     [](auto& m) { m.buffers[Input(m, Find(m, Op::DEQUANTIZE), 0).buffer]->data[1] = 0x7c; },
     "not finite"},
    {"no output value", [](auto& m) { m.subgraphs[0]->operators.pop_back(); },
     "no operator computes"},
};

TEST(Tflite, RefusesEveryFaultInItsOwnWords) {
  for (const Case& c : kCases) {
    auto model = Unpack();
    c.change(*model);
    const Result<Graph> graph = ParseTflite(Pack(*model));
    ASSERT_FALSE(graph.ok()) << c.name;
    EXPECT_EQ(graph.status().code(), SELFIESEG_BAD_MODEL) << c.name;
    EXPECT_NE(graph.status().sentence().find(c.sentence), std::string::npos)
        << c.name << ": " << graph.status().sentence();
  }
}

TEST(Tflite, ReadsBothNetworksFromAnyAlignment) {
  for (const BuiltinNetwork& network : BuiltinNetworks()) {
    std::vector<uint8_t> shifted(network.bytes.size() + 1);
    std::copy(network.bytes.begin(), network.bytes.end(), shifted.begin() + 1);
    Result<Graph> graph = ParseTflite(std::span<const uint8_t>(shifted).subspan(1));
    ASSERT_TRUE(graph.ok()) << graph.status().sentence();
    EXPECT_EQ(graph.value().ops.size(), 136u);
  }
}

TEST(Tflite, NamesFilesThatAreSomethingElse) {
  const std::vector<uint8_t> text(100, 'a');
  EXPECT_NE(ParseTflite(text).status().sentence().find("not a .tflite"), std::string::npos);
  EXPECT_FALSE(ParseTflite({}).ok());
}

// A network of the same operators but another order is a good graph, and not the selfie network.
TEST(Weights, RefuseAnotherArchitectureAndSayWhere) {
  auto model = Unpack();
  Find(*model, Op::RELU, 2).opcode_index = Find(*model, Op::LOGISTIC).opcode_index;
  Result<Graph> graph = ParseTflite(Pack(*model));
  ASSERT_TRUE(graph.ok()) << graph.status().sentence();
  const Result<Weights> weights = ReadWeights(graph.value());
  ASSERT_FALSE(weights.ok());
  EXPECT_NE(weights.status().sentence().find("operator 8 (LOGISTIC) should be RELU"),
            std::string::npos)
      << weights.status().sentence();
}

TEST(Float16, IsWhatItsBitsSay) {
  for (int half = 0; half < 65536; ++half) {
    const int exponent = half >> 10 & 31, mantissa = half & 1023;
    const float size = exponent == 0 ? std::ldexp(float(mantissa), -24)
                                     : std::ldexp(float(mantissa + 1024), exponent - 25);
    const float value = FromFloat16(uint16_t(half));
    ASSERT_EQ(std::signbit(value), half >> 15) << half;
    if (exponent < 31) {
      ASSERT_EQ(std::abs(value), size) << half;
    } else {
      ASSERT_TRUE(mantissa == 0 ? std::isinf(value) : std::isnan(value)) << half;
    }
  }
}

}  // namespace
}  // namespace selfieseg::core
