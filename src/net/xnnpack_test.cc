// What the selfie network has no example of: each operator alone against the definition of correct,
// with odd sizes and every option; and what is refused.
#include "net/xnnpack.h"

#include <gtest/gtest.h>

#include <random>

#include "net/reference.h"

namespace selfieseg::core {
namespace {

struct Case {
  const char* name;
  Op op;
  Shape in, out;
  std::vector<int> weights = {};  // dimensions
};
const Case kCases[] = {
    {"conv, odd padding",
     {.kind = OpKind::kConv, .kernel_h = 3, .kernel_w = 5, .stride_h = 2, .pad_left = 2},
     {8, 7, 3},
     {4, 7, 5},
     {5, 3, 5, 3}},
    {"conv, fused relu", {.kind = OpKind::kConv, .relu = true}, {2, 3, 4}, {2, 3, 2}, {2, 1, 1, 4}},
    {"depthwise",
     {.kind = OpKind::kDepthwiseConv,
      .kernel_h = 5,
      .kernel_w = 5,
      .stride_h = 2,
      .stride_w = 2,
      .pad_top = 1,
      .pad_left = 1},
     {8, 6, 5},
     {4, 3, 5},
     {1, 5, 5, 5}},
    {"transposed, 3x3 to 2 channels",
     {.kind = OpKind::kTransposeConv, .kernel_h = 3, .kernel_w = 3, .stride_h = 3, .stride_w = 3},
     {2, 4, 5},
     {6, 12, 2},
     {2, 3, 3, 5}},
    {"pool", {.kind = OpKind::kAveragePool, .kernel_h = 5, .kernel_w = 3}, {5, 3, 6}, {1, 1, 6}},
    {"mean, fused relu", {.kind = OpKind::kMean, .relu = true}, {5, 3, 6}, {1, 1, 6}},
    {"relu", {.kind = OpKind::kRelu}, {3, 5, 3}, {3, 5, 3}},
    {"hard swish", {.kind = OpKind::kHardSwish}, {3, 5, 3}, {3, 5, 3}},
    {"logistic", {.kind = OpKind::kLogistic}, {3, 5, 3}, {3, 5, 3}},
    {"resize", {.kind = OpKind::kResizeBilinear}, {3, 5, 3}, {7, 8, 3}},
    {"resize, corners",
     {.kind = OpKind::kResizeBilinear, .align_corners = true},
     {3, 5, 3},
     {7, 8, 3}},
    {"resize, half pixels",
     {.kind = OpKind::kResizeBilinear, .half_pixel_centers = true},
     {3, 5, 3},
     {7, 8, 3}},
};

std::vector<float> Noise(size_t size) {
  static std::mt19937 random(1);
  std::vector<float> values(size);
  for (float& value : values) value = float(random() % 2001) / 200 - 5;
  return values;
}

Model MakeModel(const Case& c) {
  Graph graph;
  graph.tensors.resize(4);
  graph.tensors[0].shape = c.in;
  graph.tensors[1].shape = c.out;
  graph.input = 0;
  graph.output = 1;
  graph.ops = {c.op};
  graph.ops[0].input = 0;
  graph.ops[0].output = 1;
  if (!c.weights.empty()) {
    size_t size = 1;
    for (const int length : c.weights) size *= length;
    graph.tensors[2] = {"weights", {}, c.weights, Noise(size)};
    graph.tensors[3] = {"bias", {}, {c.out.channels}, Noise(c.out.channels)};
    graph.ops[0].weights = 2;
    graph.ops[0].bias = 3;
  }
  return {std::move(graph), Status{SELFIESEG_BAD_MODEL, "one operator"}};
}

TEST(Xnnpack, AgreesWithTheReferenceOnEveryOperator) {
  for (const Case& c : kCases) {
    SCOPED_TRACE(c.name);
    const Model model = MakeModel(c);
    const std::vector<float> input = Noise(c.in.size());
    std::vector<float> expected(c.out.size()), result(c.out.size());
    Observer nobody;
    Reference(model.graph, {"step"}).Run(input.data(), expected.data(), nobody);
    Threads threads(2);
    auto network = OpenXnnpack(model, threads, false, "");
    ASSERT_TRUE(network.ok()) << network.status().sentence();
    network.value()->Run(input.data(), result.data(), nobody);
    // Sums in float of at most 75 products of values up to 25.
    for (size_t i = 0; i < result.size(); ++i) ASSERT_NEAR(result[i], expected[i], 1e-3) << i;
  }
}

TEST(Xnnpack, RefusesWhatItWouldGetWrong) {
  const Case kRefused[] = {
      {"pool of a part", {.kind = OpKind::kAveragePool, .kernel_w = 3}, {1, 5, 2}, {1, 3, 2}},
      {"overlapping",
       {.kind = OpKind::kTransposeConv, .kernel_h = 3, .kernel_w = 3, .stride_h = 2, .stride_w = 2},
       {2, 2, 2},
       {4, 4, 1},
       {1, 3, 3, 2}},
  };
  for (const Case& c : kRefused) {
    Threads threads(1);
    const std::string sentence = OpenXnnpack(MakeModel(c), threads, false, "").status().sentence();
    EXPECT_NE(sentence.find("backend 'xnnpack' cannot run operator 0 ("), std::string::npos)
        << c.name << ": " << sentence;
  }
}

}  // namespace
}  // namespace selfieseg::core
