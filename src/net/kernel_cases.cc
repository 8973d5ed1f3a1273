#include "net/kernel_cases.h"

namespace selfieseg::core {
namespace {

constexpr Activation kNone = Activation::kNone, kRelu = Activation::kRelu,
                     kHardSwish = Activation::kHardSwish;

enum class Start { kBias, kDoubled };
enum class Residual { kNone, kOther, kSame };  // kSame: y itself

struct DenseCase {
  const char* place;
  // `outputs` stand in weights that have `of` of them: wide layers are done in parts.
  size_t segments, inputs, x_step, outputs, of, pixels;
  Activation activation;
  Start start = Start::kBias;
  Residual residual = Residual::kNone;
  bool sum = false;
};
constexpr DenseCase kDenseCases[] = {
    {"stem", 3, 9, 6, 16, 16, 127, kHardSwish, Start::kBias, Residual::kNone, true},
    {"stem-last", 3, 9, 6, 16, 16, 1, kHardSwish, Start::kBias, Residual::kNone, true},
    {"b1-expand", 1, 16, 16, 16, 16, 128, kRelu},
    {"b1-reduce", 1, 16, 16, 8, 8, 1, kRelu},
    {"b1-excite", 1, 8, 8, 16, 16, 1, kNone},
    {"b1-project", 1, 16, 16, 16, 16, 64, kNone},
    {"b2-expand", 1, 16, 16, 24, 72, 64, kRelu},
    {"b2-project", 1, 24, 24, 24, 24, 32, kNone},
    {"b2-project-more", 1, 24, 24, 24, 24, 32, kNone, Start::kBias, Residual::kSame},
    {"b3-expand", 1, 24, 24, 88, 88, 32, kRelu},
    {"b3-project", 1, 88, 88, 24, 24, 32, kNone, Start::kBias, Residual::kOther},
    {"b4-expand", 1, 24, 24, 24, 96, 32, kHardSwish},
    {"b4-reduce", 1, 96, 96, 24, 24, 1, kRelu},
    {"b4-project", 1, 96, 96, 32, 32, 256, kNone},
    {"b5-expand", 1, 32, 32, 64, 128, 16, kHardSwish},
    {"b5-reduce", 1, 128, 128, 32, 32, 1, kRelu},
    {"b5-excite", 1, 32, 32, 128, 128, 1, kNone},
    {"b5-project", 1, 128, 128, 32, 32, 256, kNone, Start::kBias, Residual::kOther},
    {"b7-expand", 1, 32, 32, 32, 96, 16, kHardSwish},
    {"head", 1, 32, 32, 128, 128, 16, kRelu},
    {"dec32-up", 1, 128, 128, 24, 24, 16, kNone},
    {"dec32-merge", 1, 24, 24, 24, 24, 32, kRelu, Start::kDoubled},
    {"dec64-up", 1, 24, 24, 16, 16, 32, kNone},
    {"dec64-merge", 1, 16, 16, 16, 16, 64, kRelu, Start::kDoubled},
    {"dec128-merge", 1, 16, 16, 16, 16, 128, kRelu, Start::kDoubled},
    {"odd", 1, 5, 8, 40, 40, 6, kNone, Start::kDoubled, Residual::kOther},
    {"odd", 1, 7, 7, 40, 40, 1, kHardSwish, Start::kBias, Residual::kOther},
    {"odd", 3, 9, 6, 16, 16, 3, kNone, Start::kBias, Residual::kOther, true},
    {"odd", 1, 1, 4, 8, 8, 13, kRelu, Start::kBias, Residual::kOther},
    {"odd", 1, 16, 16, 72, 72, 64, kRelu},
    {"odd", 1, 72, 72, 24, 24, 32, kNone},
    {"odd", 1, 32, 32, 16, 16, 16, kHardSwish},
    {"odd", 1, 128, 128, 32, 32, 144, kNone, Start::kBias, Residual::kOther},
};

KernelCall PrepareDense(const DenseCase& c, KernelMemory& memory) {
  const size_t inputs = c.segments * c.inputs;
  const size_t y_step = c.outputs + 8;  // must leave the floats between pixels alone
  const float* x = memory.Random(c.pixels * c.x_step + inputs);
  DenseRow row = {.segments = c.segments,
                  .x_step = c.x_step,
                  .inputs = c.inputs,
                  .weights = memory.Random(inputs * c.of) + (c.of - c.outputs),
                  .weights_step = c.of,
                  .outputs = c.outputs,
                  .start = memory.Random((c.pixels + 2) * c.outputs) + c.outputs,
                  .start_doubled = c.start == Start::kDoubled,
                  .start_step = c.outputs,
                  .activation = c.activation,
                  .y = memory.RandomResult(c.pixels * y_step),
                  .y_step = y_step,
                  .pixels = c.pixels,
                  .sum = c.sum ? memory.RandomResult(c.outputs) : nullptr};
  if (c.residual == Residual::kSame) row.residual = row.y;
  if (c.residual == Residual::kOther) row.residual = memory.Random(c.pixels * y_step);
  for (size_t s = 0; s < c.segments; ++s) row.x[s] = x + s;
  return [row](const Kernels& kernels) { kernels.dense(row); };
}

using DepthwiseKernel = void (*Kernels::*)(const DepthwiseRow&);
struct DepthwiseCase {
  const char* place;
  const char* name;
  DepthwiseKernel kernel;
  size_t size, stride;
  size_t channels, step, of, pixels;  // of rows with `step` channels, weights and y with `of`
  Activation activation;
  bool add_center = false, sum = false;
};
#define KERNEL(name) #name, &Kernels::name
constexpr DepthwiseCase kDepthwiseCases[] = {
    {"b1", KERNEL(depthwise3_stride2), 3, 2, 16, 16, 16, 64, kRelu, false, true},
    {"b2", KERNEL(depthwise3_stride2), 3, 2, 24, 24, 24, 32, kRelu},
    {"b3", KERNEL(depthwise3), 3, 1, 88, 88, 88, 32, kRelu},
    {"b4", KERNEL(depthwise5_stride2), 5, 2, 24, 24, 96, 16, kHardSwish, false, true},
    {"b5", KERNEL(depthwise5), 5, 1, 64, 64, 128, 16, kHardSwish, false, true},
    {"b7", KERNEL(depthwise5), 5, 1, 32, 64, 96, 16, kHardSwish, false, true},
    {"dec32", KERNEL(depthwise3), 3, 1, 24, 24, 24, 32, kRelu, true, true},
    {"dec64", KERNEL(depthwise3), 3, 1, 16, 16, 16, 64, kRelu, true, true},
    {"dec128", KERNEL(depthwise3), 3, 1, 16, 16, 16, 128, kRelu, true},
    {"odd", KERNEL(depthwise5), 5, 1, 8, 8, 8, 1, kNone, true, true},
    {"odd", KERNEL(depthwise5), 5, 1, 16, 16, 16, 16, kHardSwish, false, true},
    {"odd", KERNEL(depthwise3_stride2), 3, 2, 40, 40, 40, 9, kHardSwish, true, true},
    {"odd", KERNEL(depthwise3_stride2), 3, 2, 72, 72, 72, 32, kRelu},
    {"odd", KERNEL(depthwise5_stride2), 5, 2, 8, 8, 8, 5, kRelu, true},
};
#undef KERNEL

KernelCall PrepareDepthwise(const DepthwiseCase& c, KernelMemory& memory) {
  const size_t row_size = ((c.pixels - 1) * c.stride + c.size) * c.step, first = c.of - c.channels;
  DepthwiseRow row = {.step = c.step,
                      .weights = memory.Random(c.size * c.size * c.of) + first,
                      .weights_step = c.of,
                      .bias = memory.Random(c.channels),
                      .channels = c.channels,
                      .activation = c.activation,
                      .add_center = c.add_center,
                      .y = memory.Result(c.pixels * c.of) + first,
                      .y_step = c.of,
                      .pixels = c.pixels,
                      .sum = c.sum ? memory.RandomResult(c.channels) : nullptr};
  for (size_t ky = 0; ky < c.size; ++ky) row.rows[ky] = memory.Random(row_size);
  return [row, kernel = c.kernel](const Kernels& kernels) { (kernels.*kernel)(row); };
}

KernelCall PrepareBlend(size_t channels, size_t pixels, KernelMemory& memory) {
  const BlendRow row = {memory.Random(pixels * channels), memory.Random(pixels * channels),
                        channels, pixels, memory.Result((pixels + 2) * channels)};
  return [row](const Kernels& kernels) { kernels.blend(row); };
}

KernelCall PrepareSegment(size_t pixels, KernelMemory& memory) {
  const SegmentRow row = {.x = memory.Random(pixels * kSegmentInputs),
                          .pixels = pixels,
                          .weights = memory.Random(4 * kSegmentInputs),
                          .bias = memory.Random(4),
                          .upper = memory.Result(2 * pixels),
                          .lower = memory.Result(2 * pixels)};
  return [row](const Kernels& kernels) { kernels.segment(row); };
}

// Evenly from -`most` to `most`: the logits of real pictures reach -800..400.
KernelCall PrepareSigmoid(size_t count, float most, KernelMemory& memory) {
  float* values = memory.Result(count);
  for (size_t i = 0; i < count; ++i) values[i] = most * (2 * float(i) / float(count) - 1);
  return [=](const Kernels& kernels) { kernels.sigmoid(values, count); };
}

KernelCall PrepareAddPixels(size_t channels, size_t pixels, KernelMemory& memory) {
  const float* x = memory.Random(pixels * channels);
  float* sum = memory.RandomResult(channels);
  return [=](const Kernels& kernels) { kernels.add_pixels(x, pixels, channels, sum); };
}

KernelCall PrepareScaleInputs(size_t inputs, size_t outputs, KernelMemory& memory) {
  const float *weights = memory.Random(inputs * outputs), *factors = memory.Random(inputs);
  float* scaled = memory.Result(inputs * outputs);
  return [=](const Kernels& kernels) {
    kernels.scale_inputs(weights, factors, inputs, outputs, scaled);
  };
}

// "kernel/place/16x24x64"
std::string Name(std::string name, std::initializer_list<size_t> shape) {
  char separator = '/';
  for (const size_t size : shape) {
    name += separator + std::to_string(size);
    separator = 'x';
  }
  return name;
}

std::vector<KernelCase> MakeKernelCases() {
  std::vector<KernelCase> cases;
  const auto add = [&](std::string name, size_t work, const char* unit, auto prepare) {
    cases.push_back({std::move(name), double(work), unit, prepare});
  };
  for (const DenseCase& c : kDenseCases) {
    const size_t inputs = c.segments * c.inputs;
    add(Name(std::string("dense/") + c.place, {inputs, c.outputs, c.pixels}),
        inputs * c.outputs * c.pixels, "MACs",
        [&c](KernelMemory& memory) { return PrepareDense(c, memory); });
  }
  for (const DepthwiseCase& c : kDepthwiseCases) {
    add(Name(std::string(c.name) + "/" + c.place, {c.channels, c.pixels}),
        c.size * c.size * c.channels * c.pixels, "MACs",
        [&c](KernelMemory& memory) { return PrepareDepthwise(c, memory); });
  }
  for (const size_t channels : {8, 16, 24}) {
    for (const size_t pixels : {1, 2, 5, 16, 32, 64}) {
      add(Name("blend", {channels, pixels}), pixels * channels, "floats",
          [=](KernelMemory& memory) { return PrepareBlend(channels, pixels, memory); });
    }
  }
  for (const size_t pixels : {8, 16, 24, 128}) {
    add(Name("segment", {16, pixels}), 16 * 4 * pixels, "MACs",
        [=](KernelMemory& memory) { return PrepareSegment(pixels, memory); });
  }
  for (const size_t count : {128, 2000}) {
    add(Name("sigmoid", {count}), count, "floats",
        [=](KernelMemory& memory) { return PrepareSigmoid(count, float(count) / 2, memory); });
  }
  for (const auto& [channels, pixels] : {std::pair<size_t, size_t>{16, 128}, {24, 11}, {128, 16}}) {
    add(Name("add_pixels", {channels, pixels}), channels * pixels, "floats",
        [=, c = channels, p = pixels](KernelMemory& memory) {
          return PrepareAddPixels(c, p, memory);
        });
  }
  for (const auto& [inputs, outputs] : {std::pair<size_t, size_t>{16, 16}, {11, 24}, {128, 32}}) {
    add(Name("scale_inputs", {inputs, outputs}), inputs * outputs, "floats",
        [=, i = inputs, o = outputs](KernelMemory& memory) {
          return PrepareScaleInputs(i, o, memory);
        });
  }
  return cases;
}

}  // namespace

const std::vector<KernelCase>& KernelCases() {
  static const auto cases = MakeKernelCases();
  return cases;
}

}  // namespace selfieseg::core
