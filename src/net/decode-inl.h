// The vertical half of the decoder's resize and the small loops around the gates.
// No include guard: simd.cc includes this once for every instruction set, after dense-inl.h.
#include "hwy/highway.h"
#include "net/kernels.h"

HWY_BEFORE_NAMESPACE();
namespace selfieseg::core {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

inline void Blend(const BlendRow& row) {
  // Copies that no store can change, for all the compiler knows.
  const size_t channels = row.channels, floats = row.pixels * channels;
  const float* HWY_RESTRICT near = row.near;
  const float* HWY_RESTRICT far = row.far;
  float* HWY_RESTRICT y = row.y + channels;
  ForFloats(floats, [=](auto d, size_t i) HWY_ATTR {
    const auto quarter = hn::Mul(hn::LoadU(d, far + i), hn::Set(d, 1.0f / 16));
    hn::StoreU(AddProduct(hn::LoadU(d, near + i), hn::Set(d, 3.0f / 16), quarter), d, y + i);
  });
  ForFloats(channels, [=](auto d, size_t c) HWY_ATTR {
    hn::StoreU(hn::LoadU(d, y + c), d, y - channels + c);
    hn::StoreU(hn::LoadU(d, y + floats - channels + c), d, y + floats + c);
  });
}

// Four sums at a time, as one would wait for its own addition.
inline void AddPixels(const float* x, size_t pixels, size_t channels, float* sum) {
  const TagOf8 d;
  for (size_t c = 0; c < channels; c += hn::Lanes(d)) {
    const float* HWY_RESTRICT at = x + c;
    auto sum0 = hn::LoadU(d, sum + c);
    auto sum1 = hn::Zero(d), sum2 = hn::Zero(d), sum3 = hn::Zero(d);
    size_t p = 0;
    for (; p + 4 <= pixels; p += 4, at += 4 * channels) {
      sum0 = hn::Add(sum0, hn::LoadU(d, at));
      sum1 = hn::Add(sum1, hn::LoadU(d, at + channels));
      sum2 = hn::Add(sum2, hn::LoadU(d, at + 2 * channels));
      sum3 = hn::Add(sum3, hn::LoadU(d, at + 3 * channels));
    }
    for (; p < pixels; ++p, at += channels) sum0 = hn::Add(sum0, hn::LoadU(d, at));
    hn::StoreU(hn::Add(hn::Add(sum0, sum1), hn::Add(sum2, sum3)), d, sum + c);
  }
}

inline void ScaleInputs(const float* weights, const float* factors, size_t inputs, size_t outputs,
                        float* scaled) {
  for (size_t i = 0; i < inputs; ++i) {
    const float factor = factors[i];
    const float* HWY_RESTRICT from = weights + i * outputs;
    float* HWY_RESTRICT to = scaled + i * outputs;
    ForFloats(outputs, [=](auto d, size_t o) HWY_ATTR {
      hn::StoreU(hn::Mul(hn::LoadU(d, from + o), hn::Set(d, factor)), d, to + o);
    });
  }
}

// NOLINTNEXTLINE(google-readability-namespace-comments)
}  // namespace HWY_NAMESPACE
}  // namespace selfieseg::core
HWY_AFTER_NAMESPACE();
