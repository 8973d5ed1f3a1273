// What each kernel must compute, as plain loops.
#include <algorithm>
#include <cmath>

#include "net/kernels.h"

namespace selfieseg::core {
namespace {

float Activate(double x, Activation activation) {
  switch (activation) {
    case Activation::kNone:
      return float(x);
    case Activation::kRelu:
      return float(std::max(x, 0.0));
    case Activation::kHardSwish:
      return float(x * std::clamp(x + 3.0, 0.0, 6.0) / 6.0);
  }
  return 0;
}

void DensePlain(const DenseRow& row) {
  for (size_t p = 0; p < row.pixels; ++p) {
    for (size_t o = 0; o < row.outputs; ++o) {
      const float* start = row.start + (row.start_doubled ? p / 2 * row.start_step : 0) + o;
      double sum = *start;
      if (row.start_doubled) {
        sum = 3 * sum + *(p % 2 ? start + row.start_step : start - row.start_step);
      }
      if (row.residual != nullptr) sum += row.residual[p * row.y_step + o];
      for (size_t i = 0; i < row.segments * row.inputs; ++i) {
        const float* x = row.x[i / row.inputs] + p * row.x_step;
        sum += double(x[i % row.inputs]) * row.weights[i * row.weights_step + o];
      }
      const float y = Activate(sum, row.activation);
      row.y[p * row.y_step + o] = y;
      if (row.sum != nullptr) row.sum[o] += y;
    }
  }
}

template <size_t kKernel, size_t kStride>
void DepthwisePlain(const DepthwiseRow& row) {
  for (size_t p = 0; p < row.pixels; ++p) {
    for (size_t c = 0; c < row.channels; ++c) {
      double sum = row.bias[c];
      for (size_t ky = 0; ky < kKernel; ++ky) {
        for (size_t kx = 0; kx < kKernel; ++kx) {
          sum += double(row.rows[ky][(p * kStride + kx) * row.step + c]) *
                 row.weights[(ky * kKernel + kx) * row.weights_step + c];
        }
      }
      float y = Activate(sum, row.activation);
      if (row.add_center) y += row.rows[kKernel / 2][(p * kStride + kKernel / 2) * row.step + c];
      row.y[p * row.y_step + c] = y;
      if (row.sum != nullptr) row.sum[c] += y;
    }
  }
}

void BlendPlain(const BlendRow& row) {
  for (size_t p = 0; p < row.pixels + 2; ++p) {
    const size_t x = std::clamp(p, size_t(1), row.pixels) - 1;
    for (size_t c = 0; c < row.channels; ++c) {
      const size_t i = x * row.channels + c;
      row.y[p * row.channels + c] = float((3.0 * row.near[i] + row.far[i]) / 16);
    }
  }
}

float Sigmoid(double x) { return float(1.0 / (1.0 + std::exp(-x))); }

void SegmentPlain(const SegmentRow& row) {
  for (size_t p = 0; p < row.pixels; ++p) {
    for (size_t tap = 0; tap < 4; ++tap) {
      double sum = row.bias[tap];
      for (size_t i = 0; i < kSegmentInputs; ++i) {
        sum += double(row.x[p * kSegmentInputs + i]) * row.weights[tap * kSegmentInputs + i];
      }
      float* line = tap < 2 ? row.upper : row.lower;
      line[2 * p + tap % 2] = Sigmoid(sum);
    }
  }
}

void AddPixelsPlain(const float* x, size_t pixels, size_t channels, float* sum) {
  for (size_t i = 0; i < pixels * channels; ++i) sum[i % channels] += x[i];
}

void SigmoidPlain(float* values, size_t count) {
  for (size_t i = 0; i < count; ++i) values[i] = Sigmoid(values[i]);
}

void ScaleInputsPlain(const float* weights, const float* factors, size_t inputs, size_t outputs,
                      float* scaled) {
  for (size_t i = 0; i < inputs * outputs; ++i) scaled[i] = weights[i] * factors[i / outputs];
}

}  // namespace

const Kernels& ReferenceKernels() {
  static constexpr Kernels kPlain = {
      .name = "plain",
      .dense = DensePlain,
      .depthwise3 = DepthwisePlain<3, 1>,
      .depthwise3_stride2 = DepthwisePlain<3, 2>,
      .depthwise5 = DepthwisePlain<5, 1>,
      .depthwise5_stride2 = DepthwisePlain<5, 2>,
      .blend = BlendPlain,
      .segment = SegmentPlain,
      .add_pixels = AddPixelsPlain,
      .sigmoid = SigmoidPlain,
      .scale_inputs = ScaleInputsPlain,
  };
  return kPlain;
}

}  // namespace selfieseg::core
