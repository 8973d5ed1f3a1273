// The vertical half of the decoder's resize and the small loops around the gates.
// No include guard: simd.cc includes this once for every instruction set, after dense-inl.h.
#include "hwy/highway.h"
#include "net/kernels.h"

HWY_BEFORE_NAMESPACE();
namespace selfieseg::core {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

inline void Blend(const BlendRow& row) {
  const TagOf8 d;
  const auto near_weight = hn::Set(d, 3.0f / 16);
  const auto far_weight = hn::Set(d, 1.0f / 16);
  // Copies that no store can change, for all the compiler knows.
  const size_t channels = row.channels, floats = row.pixels * channels;
  const float* HWY_RESTRICT near = row.near;
  const float* HWY_RESTRICT far = row.far;
  float* HWY_RESTRICT y = row.y + channels;
  for (size_t i = 0; i < floats; i += hn::Lanes(d)) {
    const auto quarter = hn::Mul(hn::LoadU(d, far + i), far_weight);
    hn::StoreU(AddProduct(hn::LoadU(d, near + i), near_weight, quarter), d, y + i);
  }
  for (size_t c = 0; c < channels; c += hn::Lanes(d)) {
    hn::StoreU(hn::LoadU(d, y + c), d, y - channels + c);
    hn::StoreU(hn::LoadU(d, y + floats - channels + c), d, y + floats + c);
  }
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
  const TagOf8 d;
  for (size_t i = 0; i < inputs; ++i) {
    const auto factor = hn::Set(d, factors[i]);
    for (size_t o = 0; o < outputs; o += hn::Lanes(d)) {
      const size_t at = i * outputs + o;
      hn::StoreU(hn::Mul(hn::LoadU(d, weights + at), factor), d, scaled + at);
    }
  }
}

// NOLINTNEXTLINE(google-readability-namespace-comments)
}  // namespace HWY_NAMESPACE
}  // namespace selfieseg::core
HWY_AFTER_NAMESPACE();
