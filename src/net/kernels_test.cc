// Every kernel of every instruction set this machine has, against the plain loops, at the network's
// shapes and odd ones.
#include "net/kernels.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "base/buffer.h"

namespace selfieseg::core {
namespace {

// Sums of at most a few hundred products of values near 1, in float against double: the error stays
// well below this.
constexpr float kTolerance = 2e-5f;

Buffer Random(size_t size, uint32_t seed) {
  std::mt19937 random(seed);
  std::uniform_real_distribution<float> uniform(-1, 1);
  Buffer values(size);
  for (size_t i = 0; i < size; ++i) values[i] = uniform(random);
  return values;
}

// The results of `run` with each table must agree with those of the plain one. `run` returns all it
// wrote.
template <class Run>
void ExpectLikePlain(const char* name, const Run& run) {
  const Buffer expected = run(ReferenceKernels());
  for (const Kernels* kernels : SimdKernels()) {
    const Buffer actual = run(*kernels);
    ASSERT_EQ(actual.size(), expected.size());
    for (size_t i = 0; i < actual.size(); ++i) {
      ASSERT_NEAR(actual[i], expected[i], kTolerance * std::max(1.0f, std::abs(expected[i])))
          << name << " on " << kernels->name << ", float " << i;
    }
  }
}

enum class Start { kBias, kByPixel, kDoubled };

struct DenseCase {
  const char* name;
  size_t segments, inputs, x_step, outputs, pixels;
  Activation activation;
  Start start;
  bool residual;
};
constexpr DenseCase kDenseCases[] = {
    {"stem", 3, 9, 6, 16, 127, Activation::kHardSwish, Start::kBias, false},
    {"stem/last", 3, 9, 6, 16, 1, Activation::kHardSwish, Start::kBias, false},
    {"b1/expand", 1, 16, 16, 16, 128, Activation::kRelu, Start::kBias, false},
    {"b1/reduce", 1, 16, 16, 8, 1, Activation::kRelu, Start::kBias, false},
    {"b1/excite", 1, 8, 8, 16, 1, Activation::kNone, Start::kBias, false},
    {"b2/expand", 1, 16, 16, 72, 64, Activation::kRelu, Start::kBias, false},
    {"b2/project/first", 1, 24, 24, 24, 32, Activation::kNone, Start::kBias, false},
    {"b2/project/then", 1, 24, 24, 24, 32, Activation::kNone, Start::kByPixel, false},
    {"b3/expand", 1, 24, 24, 88, 32, Activation::kRelu, Start::kBias, false},
    {"b3/project", 1, 88, 88, 24, 32, Activation::kNone, Start::kBias, true},
    {"b4/expand", 1, 24, 24, 24, 32, Activation::kHardSwish, Start::kBias, false},
    {"b5/expand", 1, 32, 32, 16, 16, Activation::kHardSwish, Start::kBias, false},
    {"b5/project", 1, 128, 128, 32, 144, Activation::kNone, Start::kBias, true},
    {"b4/gate", 1, 96, 96, 24, 1, Activation::kRelu, Start::kBias, false},
    {"head", 1, 32, 32, 128, 16, Activation::kRelu, Start::kBias, false},
    {"dec32/merge", 1, 24, 24, 24, 32, Activation::kRelu, Start::kDoubled, false},
    {"dec128/merge", 1, 16, 16, 16, 128, Activation::kRelu, Start::kDoubled, false},
    {"odd/6 pixels", 1, 5, 8, 40, 6, Activation::kNone, Start::kDoubled, true},
    {"odd/1 pixel", 1, 7, 7, 40, 1, Activation::kHardSwish, Start::kByPixel, true},
    {"odd/3 pixels", 3, 5, 6, 56, 3, Activation::kNone, Start::kByPixel, true},
    {"odd/13 pixels", 1, 1, 4, 8, 13, Activation::kRelu, Start::kBias, true},
};

TEST(Kernels, DenseIsLikePlain) {
  for (const DenseCase& c : kDenseCases) {
    const size_t inputs = c.segments * c.inputs;
    const size_t y_step = c.outputs + 8;  // must leave the floats between pixels alone
    const Buffer x = Random(c.pixels * c.x_step + inputs, 1),
                 weights = Random(inputs * c.outputs, 2);
    const Buffer start = Random((c.pixels + 2) * c.outputs, 3),
                 residual = Random(c.pixels * c.outputs, 4);
    ExpectLikePlain(c.name, [&](const Kernels& kernels) {
      Buffer y(c.pixels * y_step);
      DenseRow row;
      for (size_t s = 0; s < c.segments; ++s) row.x[s] = x.data() + s;
      row.segments = c.segments;
      row.x_step = c.x_step;
      row.inputs = c.inputs;
      row.weights = weights.data();
      row.weights_step = row.outputs = c.outputs;
      row.start = start.data() + c.outputs;  // a pixel lies before it
      row.start_step = c.start == Start::kBias ? 0 : c.outputs;
      row.start_doubled = c.start == Start::kDoubled;
      row.residual = c.residual ? residual.data() : nullptr;
      row.residual_step = c.outputs;
      row.activation = c.activation;
      row.y = y.data();
      row.y_step = y_step;
      row.pixels = c.pixels;
      kernels.dense(row);
      return y;
    });
  }
}

struct DepthwiseCase {
  const char* name;
  void (*Kernels::*kernel)(const DepthwiseRow&);
  size_t size, stride, channels, pixels;
  Activation activation;
  bool add_center, sum;
};
constexpr DepthwiseCase kDepthwiseCases[] = {
    {"b1", &Kernels::depthwise3_stride2, 3, 2, 16, 64, Activation::kRelu, false, true},
    {"b2", &Kernels::depthwise3_stride2, 3, 2, 72, 32, Activation::kRelu, false, false},
    {"b3", &Kernels::depthwise3, 3, 1, 88, 32, Activation::kRelu, false, false},
    {"b4", &Kernels::depthwise5_stride2, 5, 2, 24, 16, Activation::kHardSwish, false, true},
    {"b5", &Kernels::depthwise5, 5, 1, 16, 16, Activation::kHardSwish, false, true},
    {"dec64", &Kernels::depthwise3, 3, 1, 16, 64, Activation::kRelu, true, true},
    {"dec128", &Kernels::depthwise3, 3, 1, 16, 128, Activation::kRelu, true, false},
    {"odd/1 pixel", &Kernels::depthwise5, 5, 1, 8, 1, Activation::kNone, true, true},
    {"odd/9 pixels", &Kernels::depthwise3_stride2, 3, 2, 40, 9, Activation::kHardSwish, true, true},
    {"odd/5 pixels", &Kernels::depthwise5_stride2, 5, 2, 8, 5, Activation::kRelu, true, false},
};

TEST(Kernels, DepthwiseIsLikePlain) {
  for (const DepthwiseCase& c : kDepthwiseCases) {
    const size_t step = c.channels, in_pixels = (c.pixels - 1) * c.stride + c.size;
    const Buffer x = Random(c.size * in_pixels * step, 1);
    const Buffer weights = Random(c.size * c.size * c.channels, 2), bias = Random(c.channels, 3);
    ExpectLikePlain(c.name, [&](const Kernels& kernels) {
      Buffer y(c.pixels * c.channels + c.channels);  // the sums follow the pixels
      DepthwiseRow row;
      for (size_t ky = 0; ky < c.size; ++ky) row.rows[ky] = x.data() + ky * in_pixels * step;
      row.step = step;
      row.weights = weights.data();
      row.weights_step = row.channels = c.channels;
      row.bias = bias.data();
      row.activation = c.activation;
      row.add_center = c.add_center;
      row.y = y.data();
      row.y_step = c.channels;
      row.pixels = c.pixels;
      row.sum = c.sum ? y.data() + c.pixels * c.channels : nullptr;
      (kernels.*c.kernel)(row);
      return y;
    });
  }
}

TEST(Kernels, BlendIsLikePlain) {
  for (const size_t pixels : {1, 2, 5, 16, 64}) {
    for (const size_t channels : {8, 16, 24}) {
      const Buffer near = Random(pixels * channels, 1), far = Random(pixels * channels, 2);
      ExpectLikePlain("blend", [&](const Kernels& kernels) {
        Buffer y((pixels + 2) * channels);
        kernels.blend({near.data(), far.data(), channels, pixels, y.data()});
        return y;
      });
    }
  }
}

TEST(Kernels, SegmentIsLikePlain) {
  for (const size_t pixels : {8, 16, 24, 128}) {
    const Buffer x = Random(pixels * 16, 1), weights = Random(64, 2), bias = Random(4, 3);
    ExpectLikePlain("segment", [&](const Kernels& kernels) {
      Buffer y(4 * pixels);
      kernels.segment(
          {x.data(), 16, pixels, weights.data(), bias.data(), y.data(), y.data() + 2 * pixels});
      return y;
    });
  }
}

// The logits of real pictures reach -800..400.
TEST(Kernels, SigmoidIsLikePlainFarFromZero) {
  ExpectLikePlain("sigmoid", [](const Kernels& kernels) {
    Buffer values(2000);
    for (int i = 0; i < 2000; ++i) values[i] = float(i - 1000);
    kernels.sigmoid(values.data(), values.size());
    return values;
  });
}

TEST(Kernels, SmallLoopsAreLikePlain) {
  const Buffer x = Random(11 * 24, 1), factors = Random(11, 2);
  ExpectLikePlain("add_pixels", [&](const Kernels& kernels) {
    Buffer sum = Random(24, 3);
    kernels.add_pixels(x.data(), 11, 24, sum.data());
    return sum;
  });
  ExpectLikePlain("scale_inputs", [&](const Kernels& kernels) {
    Buffer scaled(11 * 24);
    kernels.scale_inputs(x.data(), factors.data(), 11, 24, scaled.data());
    return scaled;
  });
}

}  // namespace
}  // namespace selfieseg::core
