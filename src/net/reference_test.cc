// The definition of correct, against values worked out by hand.
#include "net/reference.h"

#include <gtest/gtest.h>

namespace selfieseg::core {
namespace {

// Runs one operator on `input`; constants follow as weights and bias where the operator has them.
std::vector<float> RunOne(Op op, Shape in, std::vector<float> input, Shape out,
                          std::vector<int> weight_dims = {}, std::vector<float> weights = {},
                          std::vector<float> bias = {}) {
  Graph graph;
  graph.tensors.resize(4);
  graph.tensors[0].shape = in;
  graph.tensors[1].shape = out;
  graph.tensors[2] = {"weights", {}, weight_dims, weights};
  graph.tensors[3] = {"bias", {}, {int(bias.size())}, bias};
  graph.input = op.input = 0;
  graph.output = op.output = 1;
  if (!weights.empty()) op.weights = 2, op.bias = 3;
  graph.ops = {op};
  std::vector<float> result(out.size());
  Observer nobody;
  Reference(graph, {"step"}).Run(input.data(), result.data(), nobody);
  return result;
}

using Floats = std::vector<float>;

TEST(Reference, ConvWithStrideTwoPadsOnlyBelowAndRight) {
  // 4x4 ramp, 3x3 of ones: SAME, stride 2, so the windows begin at 0 and 2.
  Floats ramp(16);
  for (int i = 0; i < 16; ++i) ramp[i] = float(i);
  const Op op = {.kind = OpKind::kConv, .kernel_h = 3, .kernel_w = 3, .stride_h = 2, .stride_w = 2};
  EXPECT_EQ(RunOne(op, {4, 4, 1}, ramp, {2, 2, 1}, {1, 3, 3, 1}, Floats(9, 1), {0.5f}),
            (Floats{45.5f, 39.5f, 66.5f, 50.5f}));
}

TEST(Reference, ConvMixesChannels) {
  const Op op = {.kind = OpKind::kConv};
  EXPECT_EQ(
      RunOne(op, {1, 2, 2}, {1, 2, 3, 4}, {1, 2, 3}, {3, 1, 1, 2}, {1, 0, 0, 1, 1, -1}, {0, 0, 9}),
      (Floats{1, 2, 8, 3, 4, 8}));
}

TEST(Reference, DepthwiseKeepsChannelsApart) {
  const Op op = {.kind = OpKind::kDepthwiseConv, .kernel_h = 1, .kernel_w = 3, .pad_left = 1};
  // Channel 0 sums the window, channel 1 takes its left neighbour.
  EXPECT_EQ(RunOne(op, {1, 3, 2}, {1, 10, 2, 20, 3, 30}, {1, 3, 2}, {1, 1, 3, 2},
                   {1, 1, 1, 0, 1, 0}, {0, 5}),
            (Floats{3, 5, 6, 15, 5, 25}));
}

TEST(Reference, TransposeConvSpreadsEveryPixelOverItsKernel) {
  const Op op = {
      .kind = OpKind::kTransposeConv, .kernel_h = 2, .kernel_w = 2, .stride_h = 2, .stride_w = 2};
  EXPECT_EQ(RunOne(op, {1, 2, 1}, {1, 10}, {2, 4, 1}, {1, 2, 2, 1}, {1, 2, 3, 4}, {0.5f}),
            (Floats{1.5f, 2.5f, 10.5f, 20.5f, 3.5f, 4.5f, 30.5f, 40.5f}));
}

TEST(Reference, ResizeTakesQuartersBetweenPixelsAndClampsAtEdges) {
  const Op op = {.kind = OpKind::kResizeBilinear, .half_pixel_centers = true};
  EXPECT_EQ(RunOne(op, {1, 2, 1}, {0, 8}, {1, 4, 1}), (Floats{0, 2, 6, 8}));
}

TEST(Reference, ResizeWithoutHalfPixelsAlignsTheFirstPixel) {
  EXPECT_EQ(RunOne({.kind = OpKind::kResizeBilinear}, {1, 2, 1}, {0, 8}, {1, 4, 1}),
            (Floats{0, 4, 8, 8}));
  EXPECT_EQ(RunOne({.kind = OpKind::kResizeBilinear, .align_corners = true}, {1, 2, 1}, {0, 9},
                   {1, 4, 1}),
            (Floats{0, 3, 6, 9}));
}

TEST(Reference, PoolCountsOnlyPixelsInside) {
  const Op op = {.kind = OpKind::kAveragePool, .kernel_h = 1, .kernel_w = 3, .pad_left = 1};
  EXPECT_EQ(RunOne(op, {1, 3, 1}, {1, 2, 6}, {1, 3, 1}), (Floats{1.5f, 3, 4}));
}

TEST(Reference, MeanIsOverTheMap) {
  EXPECT_EQ(RunOne({.kind = OpKind::kMean}, {2, 2, 2}, {1, 10, 2, 20, 3, 30, 6, 60}, {1, 1, 2}),
            (Floats{3, 30}));
}

TEST(Reference, Activations) {
  EXPECT_EQ(RunOne({.kind = OpKind::kRelu}, {1, 3, 1}, {-1, 0, 2}, {1, 3, 1}), (Floats{0, 0, 2}));
  EXPECT_EQ(RunOne({.kind = OpKind::kHardSwish}, {1, 5, 1}, {-4, -3, 0, 1.5f, 5}, {1, 5, 1}),
            (Floats{0, 0, 0, 1.125f, 5}));
  const Floats logistic = RunOne({.kind = OpKind::kLogistic}, {1, 3, 1}, {-800, 0, 800}, {1, 3, 1});
  EXPECT_EQ(logistic, (Floats{0, 0.5f, 1}));
}

TEST(Reference, FusedReluComesLast) {
  EXPECT_EQ(RunOne({.kind = OpKind::kMean, .relu = true}, {1, 2, 1}, {-5, 1}, {1, 1, 1}),
            (Floats{0}));
}

TEST(Reference, MulSpreadsOneFactorPerChannel) {
  Graph graph;
  graph.tensors.resize(3);
  graph.tensors[0].shape = graph.tensors[2].shape = {1, 2, 2};
  graph.tensors[1].shape = {1, 1, 2};
  graph.ops = {{.kind = OpKind::kMean, .index = 0, .input = 0, .output = 1},
               {.kind = OpKind::kMul, .index = 1, .input = 0, .input2 = 1, .output = 2}};
  graph.input = 0;
  graph.output = 2;
  const Floats input = {1, 2, 3, 4};  // means 2 and 3
  Floats result(4);
  Observer nobody;
  Reference(graph, {"mean", "mul"}).Run(input.data(), result.data(), nobody);
  EXPECT_EQ(result, (Floats{2, 6, 6, 12}));
}

}  // namespace
}  // namespace selfieseg::core
