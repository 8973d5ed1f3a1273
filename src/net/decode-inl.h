// The decoder's resize, the mask's transposed convolution and sigmoid, and the small loops around the gates.
// No include guard: simd.cc includes this once for every instruction set, after dense-inl.h.
#include "hwy/contrib/math/math-inl.h"
#include "hwy/highway.h"
#include "net/kernels.h"

HWY_BEFORE_NAMESPACE();
namespace selfieseg {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

inline void Upsample(const UpsampleRow& row) {
  const Tag d;
  const auto quarter = hn::Set(d, 0.25f);
  const auto three_quarters = hn::Set(d, 0.75f);
  const size_t step = row.channels;
  for (size_t c = 0; c < row.channels; c += hn::Lanes(d)) {
    const float* HWY_RESTRICT near = row.near + c;
    const float* HWY_RESTRICT far = row.far + c;
    float* HWY_RESTRICT y = row.y + c;
    auto now = hn::MulAdd(hn::LoadU(d, near), three_quarters,
                          hn::Mul(hn::LoadU(d, far), quarter));
    auto before = now;
    for (size_t p = 0; p < row.pixels; ++p, y += 2 * step) {
      const size_t next = p + 1 < row.pixels ? (p + 1) * step : p * step;
      const auto after = hn::MulAdd(hn::LoadU(d, near + next), three_quarters,
                                    hn::Mul(hn::LoadU(d, far + next), quarter));
      const auto most = hn::Mul(now, three_quarters);
      hn::StoreU(hn::MulAdd(before, quarter, most), d, y);
      hn::StoreU(hn::MulAdd(after, quarter, most), d, y + step);
      before = now;
      now = after;
    }
  }
}

template <class D>
HWY_INLINE hn::Vec<D> SigmoidOf(D d, hn::Vec<D> x) {
  const auto one = hn::Set(d, 1.0f);
  return hn::Div(one, hn::Add(one, hn::Exp(d, hn::Neg(x))));
}

inline void Sigmoid(float* values, size_t count) {
  const Tag d;
  for (size_t i = 0; i < count; i += hn::Lanes(d)) {
    hn::StoreU(SigmoidOf(d, hn::LoadU(d, values + i)), d, values + i);
  }
}

// Splits pixels of 4 into two rows: the upper pair and the lower pair of each.
HWY_INLINE void SplitPairs(const float* pixels, size_t count, float* upper, float* lower) {
  size_t p = 0;
#if HWY_TARGET != HWY_SCALAR  // which has one lane, so no pairs to move
  const TagOf4 d;
  for (; p + 2 <= count; p += 2) {
    const auto first = hn::LoadU(d, pixels + 4 * p);
    const auto second = hn::LoadU(d, pixels + 4 * p + 4);
    hn::StoreU(hn::ConcatLowerLower(d, second, first), d, upper + 2 * p);
    hn::StoreU(hn::ConcatUpperUpper(d, second, first), d, lower + 2 * p);
  }
#endif
  for (; p < count; ++p) {
    for (size_t i = 0; i < 2; ++i) {
      upper[2 * p + i] = pixels[4 * p + i];
      lower[2 * p + i] = pixels[4 * p + 2 + i];
    }
  }
}

inline void Segment(const SegmentRow& row) {
  const TagOf4 d;
  const DenseRow dense = {.x = {row.x},
                          .x_step = row.inputs,
                          .inputs = row.inputs,
                          .weights = row.weights,
                          .weights_step = 4,
                          .outputs = 4,
                          .start = row.bias,
                          .y = row.scratch,
                          .y_step = 4,
                          .pixels = row.pixels};
  for (size_t c = 0; c < 4; c += hn::Lanes(d)) DenseColumns<8, 1>(d, dense, c);
  Sigmoid(row.scratch, 4 * row.pixels);
  SplitPairs(row.scratch, row.pixels, row.upper, row.lower);
}

inline void AddPixels(const float* x, size_t pixels, size_t channels, float* sum) {
  const Tag d;
  for (size_t c = 0; c < channels; c += hn::Lanes(d)) {
    auto total = hn::LoadU(d, sum + c);
    for (size_t p = 0; p < pixels; ++p) total = hn::Add(total, hn::LoadU(d, x + p * channels + c));
    hn::StoreU(total, d, sum + c);
  }
}

inline void ScaleInputs(const float* weights, const float* factors, size_t inputs, size_t outputs,
                        float* scaled) {
  const Tag d;
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
}  // namespace selfieseg
HWY_AFTER_NAMESPACE();
