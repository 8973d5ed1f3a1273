// A network as read from a file: tensors, and operators in an order that can be run. Already
// checked: every index, shape and length in it is right, so whoever runs it checks nothing.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/tensor.h"

namespace selfieseg::core {

enum class OpKind {
  kAdd,
  kMul,
  kConv,           // weights [outputs, kernel_h, kernel_w, inputs]
  kDepthwiseConv,  // weights [1, kernel_h, kernel_w, channels]
  kTransposeConv,  // weights [outputs, kernel_h, kernel_w, inputs]; MediaPipe's
                   // Convolution2DTransposeBias
  kAveragePool,
  kMean,  // over rows and columns
  kRelu,
  kHardSwish,
  kLogistic,
  kResizeBilinear,
};

const char* OpName(OpKind kind);

struct GraphTensor {
  std::string name;
  Shape shape;                // of a value computed at run time
  std::vector<int> dims;      // of a constant
  std::vector<float> values;  // of a constant, else empty
};

// Numbers of tensors are indices into Graph::tensors; -1 means none.
struct Op {
  OpKind kind;
  int index = 0;  // among the operators that compute, in file order: the # of the design notes
  int input = -1;
  int input2 = -1;  // of kAdd and kMul: the same shape, or 1x1xC against HxWxC (then always second)
  int weights = -1;
  int bias = -1;
  int output = -1;
  int kernel_h = 1, kernel_w = 1;
  int stride_h = 1, stride_w = 1;
  int pad_top = 0, pad_left = 0;
  bool relu = false;  // applied to the result
  bool align_corners = false, half_pixel_centers = false;
};

struct Graph {
  std::vector<GraphTensor> tensors;
  std::vector<Op> ops;
  int input = -1;
  int output = -1;

  const Shape& shape(int tensor) const { return tensors[tensor].shape; }
};

}  // namespace selfieseg::core
