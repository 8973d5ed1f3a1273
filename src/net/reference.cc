#include "net/reference.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace selfieseg::core {
namespace {

// Everything an operator needs; `weights` and `bias` are null where it has none.
struct Task {
  const Op& op;
  Shape in, in2, out;
  const float* x;
  const float* x2;
  const float* weights;
  const float* bias;
  float* y;
};

size_t At(const Shape& shape, int row, int column, int channel) {
  return (size_t(row) * shape.width + column) * shape.channels + channel;
}

// Calls f(row, column, channel) for every element of `shape`.
template <class F>
void ForEach(const Shape& shape, const F& f) {
  for (int row = 0; row < shape.height; ++row) {
    for (int column = 0; column < shape.width; ++column) {
      for (int channel = 0; channel < shape.channels; ++channel) f(row, column, channel);
    }
  }
}

// Calls f(kernel_row, kernel_column, row, column) for every tap of the window at an output that
// lies inside the input.
template <class F>
void ForEachTap(const Op& op, const Shape& in, int out_row, int out_column, const F& f) {
  for (int ky = 0; ky < op.kernel_h; ++ky) {
    for (int kx = 0; kx < op.kernel_w; ++kx) {
      const int row = out_row * op.stride_h - op.pad_top + ky;
      const int column = out_column * op.stride_w - op.pad_left + kx;
      if (row >= 0 && row < in.height && column >= 0 && column < in.width) f(ky, kx, row, column);
    }
  }
}

void Conv(const Task& t) {
  ForEach(t.out, [&](int row, int column, int channel) {
    double sum = t.bias[channel];
    ForEachTap(t.op, t.in, row, column, [&](int ky, int kx, int y, int x) {
      const size_t tap = (size_t(channel) * t.op.kernel_h + ky) * t.op.kernel_w + kx;
      for (int i = 0; i < t.in.channels; ++i) {
        sum += double(t.x[At(t.in, y, x, i)]) * t.weights[tap * t.in.channels + i];
      }
    });
    t.y[At(t.out, row, column, channel)] = float(sum);
  });
}

void DepthwiseConv(const Task& t) {
  ForEach(t.out, [&](int row, int column, int channel) {
    double sum = t.bias[channel];
    ForEachTap(t.op, t.in, row, column, [&](int ky, int kx, int y, int x) {
      const size_t tap = size_t(ky) * t.op.kernel_w + kx;
      sum += double(t.x[At(t.in, y, x, channel)]) * t.weights[tap * t.in.channels + channel];
    });
    t.y[At(t.out, row, column, channel)] = float(sum);
  });
}

// Every input pixel lays its kernel onto the output, strides apart; the SAME padding cuts the
// overhang off.
void TransposeConv(const Task& t) {
  std::vector<double> sums(t.out.size());
  ForEach(t.out, [&](int y, int x, int c) { sums[At(t.out, y, x, c)] = t.bias[c]; });
  ForEach(t.in, [&](int row, int column, int i) {
    for (int ky = 0; ky < t.op.kernel_h; ++ky) {
      for (int kx = 0; kx < t.op.kernel_w; ++kx) {
        const int y = row * t.op.stride_h - t.op.pad_top + ky;
        const int x = column * t.op.stride_w - t.op.pad_left + kx;
        if (y < 0 || y >= t.out.height || x < 0 || x >= t.out.width) continue;
        for (int c = 0; c < t.out.channels; ++c) {
          const size_t tap = (size_t(c) * t.op.kernel_h + ky) * t.op.kernel_w + kx;
          sums[At(t.out, y, x, c)] +=
              double(t.x[At(t.in, row, column, i)]) * t.weights[tap * t.in.channels + i];
        }
      }
    }
  });
  std::transform(sums.begin(), sums.end(), t.y, [](double sum) { return float(sum); });
}

// The mean over the taps that lie inside the input.
void AveragePool(const Task& t) {
  ForEach(t.out, [&](int row, int column, int channel) {
    double sum = 0;
    int taps = 0;
    ForEachTap(t.op, t.in, row, column, [&](int, int, int y, int x) {
      sum += t.x[At(t.in, y, x, channel)];
      ++taps;
    });
    t.y[At(t.out, row, column, channel)] = float(sum / taps);
  });
}

void Mean(const Task& t) {
  for (int channel = 0; channel < t.in.channels; ++channel) {
    double sum = 0;
    for (int row = 0; row < t.in.height; ++row) {
      for (int column = 0; column < t.in.width; ++column)
        sum += t.x[At(t.in, row, column, channel)];
    }
    t.y[channel] = float(sum / (double(t.in.height) * t.in.width));
  }
}

// Where output i lies between two input samples along one axis: first + fraction towards second.
struct Between {
  int first, second;
  double fraction;
};
Between Locate(const Op& op, int i, int in, int out) {
  double position = i * (double(in) / out);
  if (op.half_pixel_centers) position = (i + 0.5) * (double(in) / out) - 0.5;
  if (op.align_corners && out > 1) position = i * (double(in - 1) / (out - 1));
  const double floor = std::floor(position);
  return {std::clamp(int(floor), 0, in - 1), std::clamp(int(floor) + 1, 0, in - 1),
          position - floor};
}

void ResizeBilinear(const Task& t) {
  ForEach(t.out, [&](int row, int column, int channel) {
    const Between y = Locate(t.op, row, t.in.height, t.out.height);
    const Between x = Locate(t.op, column, t.in.width, t.out.width);
    auto along_row = [&](int in_row) {
      const double left = t.x[At(t.in, in_row, x.first, channel)];
      const double right = t.x[At(t.in, in_row, x.second, channel)];
      return left + (right - left) * x.fraction;
    };
    const double above = along_row(y.first);
    t.y[At(t.out, row, column, channel)] =
        float(above + (along_row(y.second) - above) * y.fraction);
  });
}

template <class F>
void Combine(const Task& t, const F& f) {
  const bool same = t.in2 == t.in;
  for (size_t i = 0; i < t.in.size(); ++i) t.y[i] = f(t.x[i], t.x2[same ? i : i % t.in.channels]);
}

template <class F>
void Map(const Task& t, const F& f) {
  std::transform(t.x, t.x + t.in.size(), t.y, f);
}

void RunOp(const Task& t) {
  switch (t.op.kind) {
    case OpKind::kAdd:
      return Combine(t, [](float a, float b) { return a + b; });
    case OpKind::kMul:
      return Combine(t, [](float a, float b) { return a * b; });
    case OpKind::kConv:
      return Conv(t);
    case OpKind::kDepthwiseConv:
      return DepthwiseConv(t);
    case OpKind::kTransposeConv:
      return TransposeConv(t);
    case OpKind::kAveragePool:
      return AveragePool(t);
    case OpKind::kMean:
      return Mean(t);
    case OpKind::kResizeBilinear:
      return ResizeBilinear(t);
    case OpKind::kRelu:
      return Map(t, [](float x) { return std::max(x, 0.0f); });
    case OpKind::kHardSwish:
      return Map(t, [](float x) { return float(x * std::clamp(x + 3.0, 0.0, 6.0) / 6.0); });
    case OpKind::kLogistic:
      return Map(t, [](float x) { return float(1.0 / (1.0 + std::exp(-double(x)))); });
  }
}

}  // namespace

Reference::Reference(const Graph& graph, std::vector<std::string> step_names)
    : graph_(graph), step_names_(std::move(step_names)), values_(graph.tensors.size()) {
  values_[graph.input] = Buffer(graph.shape(graph.input).size());
  for (const Op& op : graph.ops) values_[op.output] = Buffer(graph.shape(op.output).size());
}

void Reference::Run(const float* input, float* output, Observer& observer) {
  observer.Start();
  std::copy_n(input, values_[graph_.input].size(), values_[graph_.input].data());
  auto constants = [&](int tensor) {
    return tensor < 0 ? nullptr : graph_.tensors[tensor].values.data();
  };
  for (const Op& op : graph_.ops) {
    Buffer& result = values_[op.output];
    const bool two = op.input2 >= 0;
    RunOp({op, graph_.shape(op.input), two ? graph_.shape(op.input2) : Shape{},
           graph_.shape(op.output), values_[op.input].data(),
           two ? values_[op.input2].data() : nullptr, constants(op.weights), constants(op.bias),
           result.data()});
    if (op.relu) {
      for (size_t i = 0; i < result.size(); ++i) result[i] = std::max(result[i], 0.0f);
    }
    observer.Report(step_names_[op.index].c_str(), graph_.shape(op.output), result.data());
  }
  std::copy_n(values_[graph_.output].data(), values_[graph_.output].size(), output);
}

}  // namespace selfieseg::core
