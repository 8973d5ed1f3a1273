// The decoder's resize, the mask's transposed convolution and sigmoid, and the small loops around
// the gates. No include guard: simd.cc includes this once for every instruction set, after
// dense-inl.h.
#include <type_traits>

#include "hwy/highway.h"
#include "net/kernels.h"

HWY_BEFORE_NAMESPACE();
namespace selfieseg::core {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

inline void Upsample(const UpsampleRow& row) {
  const TagOf8 d;
  const auto quarter = hn::Set(d, 0.25f);
  const auto three_quarters = hn::Set(d, 0.75f);
  const size_t step = row.channels;
  for (size_t c = 0; c < row.channels; c += hn::Lanes(d)) {
    const float* HWY_RESTRICT near = row.near + c;
    const float* HWY_RESTRICT far = row.far + c;
    float* HWY_RESTRICT y = row.y + c;
    auto now = hn::MulAdd(hn::LoadU(d, near), three_quarters, hn::Mul(hn::LoadU(d, far), quarter));
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

// exp(-x) as 2^n * exp(t), |t| <= ln(2)/2, with the polynomial of Cephes' expf (relative error
// 2e-7); Highway's own Exp also serves denormals and takes three times as long.
template <class D>
HWY_INLINE hn::Vec<D> SigmoidOf(D d, hn::Vec<D> x) {
  const hn::RebindToSigned<D> di;
  const auto one = hn::Set(d, 1.0f);
  // Logits of real pictures reach -800, where 2^n would overflow. The sigmoid of -80 is 2e-35.
  const auto z = hn::Min(hn::Max(hn::Neg(x), hn::Set(d, -80.0f)), hn::Set(d, 80.0f));
  const auto n = hn::Round(hn::Mul(z, hn::Set(d, 1.44269504f)));
  auto t = hn::NegMulAdd(n, hn::Set(d, 0.693359375f), z);  // ln(2) in two parts, the first exact
  t = hn::NegMulAdd(n, hn::Set(d, -2.12194440e-4f), t);
  auto p = hn::MulAdd(hn::Set(d, 1.9875691500e-4f), t, hn::Set(d, 1.3981999507e-3f));
  p = hn::MulAdd(p, t, hn::Set(d, 8.3334519073e-3f));
  p = hn::MulAdd(p, t, hn::Set(d, 4.1665795894e-2f));
  p = hn::MulAdd(p, t, hn::Set(d, 1.6666665459e-1f));
  p = hn::MulAdd(p, t, hn::Set(d, 5.0000001201e-1f));
  p = hn::MulAdd(p, hn::Mul(t, t), hn::Add(t, one));
  const auto power = hn::ShiftLeft<23>(hn::Add(hn::ConvertTo(di, n), hn::Set(di, 127)));
  return hn::Div(one, hn::MulAdd(p, hn::BitCast(d, power), one));
}

inline void Sigmoid(float* values, size_t count) {
  const TagOf8 d;
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

// The 2x2 transposed convolution: the 4 outputs of a pixel fill a block of 4 lanes, so a vector of
// 8 takes 2 pixels. Where vectors have no fixed size, or a single lane, the general tile does it.
#if HWY_TARGET == HWY_SCALAR || HWY_HAVE_SCALABLE
inline void TransposedRow(const SegmentRow& row) {
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
  for (size_t c = 0; c < 4; c += hn::Lanes(d)) DenseColumns<8, 1, DenseShape<1, 0>>(d, dense, c);
}
#else
// 4 inputs of as many pixels as the vector has blocks.
HWY_INLINE hn::Vec<TagOf8> LoadBlocks(TagOf8 d, const float* x, size_t inputs) {
#if HWY_MAX_BYTES == 16
  (void)inputs;
  return hn::LoadU(d, x);
#else
  const TagOf4 block;
  return hn::Combine(d, hn::LoadU(block, x + inputs), hn::LoadU(block, x));
#endif
}

inline void TransposedRow(const SegmentRow& row) {
  const TagOf8 d;
  constexpr size_t kBlocks = hn::MaxLanes(TagOf8()) / 4;
  const size_t step = kBlocks * row.inputs;
  const auto bias = hn::LoadDup128(d, row.bias);
  for (size_t p = 0; p < row.pixels;
       p += 4 * kBlocks) {  // 4 vectors; a row has a multiple of 8 pixels
    const float* HWY_RESTRICT x = row.x + p * row.inputs;
    auto sum0 = bias, sum1 = bias, sum2 = bias, sum3 = bias;
    for (size_t i = 0; i < row.inputs; i += 4) {
      const float* HWY_RESTRICT weights = row.weights + 4 * i;
      const auto x0 = LoadBlocks(d, x + i, row.inputs);
      const auto x1 = LoadBlocks(d, x + i + step, row.inputs);
      const auto x2 = LoadBlocks(d, x + i + 2 * step, row.inputs);
      const auto x3 = LoadBlocks(d, x + i + 3 * step, row.inputs);
      const auto add = [&](auto lane) HWY_ATTR {
        const auto w = hn::LoadDup128(d, weights + 4 * lane);
        sum0 = hn::MulAdd(hn::Broadcast<lane>(x0), w, sum0);
        sum1 = hn::MulAdd(hn::Broadcast<lane>(x1), w, sum1);
        sum2 = hn::MulAdd(hn::Broadcast<lane>(x2), w, sum2);
        sum3 = hn::MulAdd(hn::Broadcast<lane>(x3), w, sum3);
      };
      add(std::integral_constant<int, 0>());
      add(std::integral_constant<int, 1>());
      add(std::integral_constant<int, 2>());
      add(std::integral_constant<int, 3>());
    }
    float* HWY_RESTRICT y = row.scratch + 4 * p;
    hn::StoreU(sum0, d, y);
    hn::StoreU(sum1, d, y + hn::Lanes(d));
    hn::StoreU(sum2, d, y + 2 * hn::Lanes(d));
    hn::StoreU(sum3, d, y + 3 * hn::Lanes(d));
  }
}
#endif

inline void Segment(const SegmentRow& row) {
  TransposedRow(row);
  Sigmoid(row.scratch, 4 * row.pixels);
  SplitPairs(row.scratch, row.pixels, row.upper, row.lower);
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
