// The weights of the selfie network by name, with the exact rewrites applied and laid out for the
// kernels.
//
// Rewrites (docs/numerics.md has the algebra): a 1x1 convolution after a resize is done before it;
// the decoder's merge convolution is multiplied into the one before it; its bias moves there too,
// as bilinear weights sum to 1.
#pragma once

#include <array>
#include <string>

#include "base/buffer.h"
#include "base/status.h"
#include "net/graph.h"

namespace selfieseg::core {

// A 1x1 convolution, or a larger one whose taps lie one after another.
struct Dense {
  int inputs = 0;
  int outputs = 0;
  Buffer weights;  // [inputs][outputs]
  Buffer bias;     // [outputs]
};

struct Depthwise {
  int kernel = 0;  // 3 or 5
  int channels = 0;
  Buffer weights;  // [kernel * kernel][channels]
  Buffer bias;     // [channels]
};

// Squeeze and excite: sigmoid(expand(relu(reduce(mean)))), one factor for each channel.
struct Gate {
  Dense reduce, expand;
};

struct Bottleneck {
  Dense expand;
  Depthwise depthwise;
  Gate gate;  // of b1 and b4..b8
  Dense project;
};

// One level of the decoder: r = relu(merge * (skip . gate) + resize(up * x)), result = r +
// relu(depthwise(r)).
struct Decoder {
  Dense lift;  // the file's own convolution of x: only its mean is needed, for the gate
  Dense up;    // merge * lift, at the size of x, with both biases
  Gate gate;
  Dense merge;  // its bias is in `up`
  Depthwise depthwise;
};

struct Weights {
  int height = 0;  // of the input, a multiple of 16
  int width = 0;
  Dense stem;  // 3x3, stride 2: 27 inputs
  std::array<Bottleneck, 8> blocks;
  Dense head, head_gate;
  std::array<Decoder, 3> decoders;
  // The 2x2 transposed convolution as 16 -> 4: above left, above right, below left, below right.
  Dense segment;  // its weights are [outputs][inputs]
};

// Refuses a graph that is not this architecture, naming the first operator that differs.
Result<Weights> ReadWeights(const Graph& graph);

// "012_b1" for the end of a stage of this architecture, else "013_conv2d_5" from the file.
std::string StepName(const Graph& graph, const Op& op, bool selfie_network);

}  // namespace selfieseg::core
