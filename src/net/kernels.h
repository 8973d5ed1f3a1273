// The kernels that the selfie network is made of, as a table of functions: one table per
// instruction set, and a plain one (kernels_reference.cc) that says what each must do.
//
// A kernel works on one row of pixels, channels innermost. A "step" is the number of floats from
// one pixel to the next. Numbers of channels are multiples of 8, except 4 outputs of `segment`.
// Outputs never overlap inputs, unless it is said.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace selfieseg::core {

enum class Activation { kNone, kRelu, kHardSwish };

// y[p] = activation(start + residual[p] + sum over segments and inputs of x[segment][p] * weights)
struct DenseRow {
  const float*
      x[3];  // one for each segment of the inputs: a 1x1 convolution has one, the 3x3 stem three
  size_t segments = 1;  // 1 or 3; of three are x_step 6, inputs 9 and outputs 16
  size_t x_step = 0;
  size_t inputs = 0;               // of one segment
  const float* weights = nullptr;  // [segments * inputs][outputs]
  size_t weights_step = 0;         // floats from one input's weights to the next
  size_t outputs = 0;
  const float* start = nullptr;  // [outputs]: biases of all pixels
  // The start is a row half as wide, and the pixels, an even number, take 3 * start[p / 2] + its
  // left neighbour and 3 * start[p / 2] + its right one in turn. It has a pixel before and one
  // after.
  bool start_doubled = false;
  size_t start_step = 0;
  const float* residual = nullptr;  // or null; has y's steps, and may be y
  Activation activation = Activation::kNone;
  float* y = nullptr;
  size_t y_step = 0;
  size_t pixels = 0;
  // Or null; y of all pixels is added to it: [outputs]. Only where there are three segments.
  float* sum = nullptr;
};

// y[p] = activation(bias + sum over the window of rows * weights) [+ the window's centre]
struct DepthwiseRow {
  const float* rows[5];  // where the window of output pixel 0 begins, in each row of the kernel
  size_t step = 0;       // of rows
  const float* weights = nullptr;  // [kernel * kernel][channels]
  size_t weights_step = 0;
  const float* bias = nullptr;
  size_t channels = 0;
  Activation activation = Activation::kRelu;
  bool add_center = false;  // after the activation
  float* y = nullptr;
  size_t y_step = 0;
  size_t pixels = 0;
  float* sum = nullptr;  // or null; y of all pixels is added to it: [channels]
};

// The vertical half of a bilinear resize to twice the size with half-pixel centres, and a quarter
// of it: what DenseRow's `start_doubled` makes whole.
struct BlendRow {
  const float* near = nullptr;  // the row of x that the output row lies in: weight 3/16
  const float* far =
      nullptr;  // the next one on the other side: weight 1/16 (at an edge, `near` itself)
  size_t channels = 0;
  size_t pixels = 0;   // of x
  float* y = nullptr;  // pixels + 2: the first and the last are there twice
};

// Two rows of the mask from one row of x: the transposed 2x2 convolution and the sigmoid.
inline constexpr size_t kSegmentInputs = 16;
struct SegmentRow {
  const float* x = nullptr;
  size_t pixels = 0;               // of x, a multiple of 8
  const float* weights = nullptr;  // [4][kSegmentInputs]
  const float* bias = nullptr;     // [4]
  float* upper = nullptr;          // 2 * pixels floats each
  float* lower = nullptr;
};

struct Kernels {
  const char* name;  // of the instruction set: "AVX2", "plain"

  void (*dense)(const DenseRow& row);
  void (*depthwise3)(const DepthwiseRow& row);
  void (*depthwise3_stride2)(const DepthwiseRow& row);
  void (*depthwise5)(const DepthwiseRow& row);
  void (*depthwise5_stride2)(const DepthwiseRow& row);
  void (*blend)(const BlendRow& row);
  void (*segment)(const SegmentRow& row);

  // sum[c] += x[p][c] over all pixels
  void (*add_pixels)(const float* x, size_t pixels, size_t channels, float* sum);
  // values[i] = 1 / (1 + exp(-values[i])); count is a multiple of 8
  void (*sigmoid)(float* values, size_t count);
  // scaled[i][o] = factors[i] * weights[i][o]
  void (*scale_inputs)(const float* weights, const float* factors, size_t inputs, size_t outputs,
                       float* scaled);
};

const Kernels& ReferenceKernels();

// One table for each instruction set that was compiled and that this machine has, best first.
const std::vector<const Kernels*>& SimdKernels();

}  // namespace selfieseg::core
