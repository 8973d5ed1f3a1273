// The mask: the transposed 2x2 convolution and the sigmoid. No include guard: simd.cc includes this
// once for every instruction set, after dense-inl.h.
#include "hwy/highway.h"
#include "net/kernels.h"

HWY_BEFORE_NAMESPACE();
namespace selfieseg::core {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// exp(-x) as 2^n * 2^t, |t| <= 1/2; 2^t by the polynomial of the least relative error, 8e-8.
// Highway's own Exp also serves denormals and takes several times as long.
template <class D>
HWY_INLINE hn::Vec<D> SigmoidOf(D d, hn::Vec<D> x) {
  const hn::RebindToUnsigned<D> du;
  const auto one = hn::Set(d, 1.0f);
  // Logits of real pictures reach -800, where 2^n would overflow. The least sigmoid is 2^-64: what
  // it is a factor of stays clear of denormals, which cost some processors a hundred cycles each.
  const auto z =
      hn::Min(hn::Max(hn::Mul(x, hn::Set(d, -1.44269504f)), hn::Set(d, -64.0f)), hn::Set(d, 64.0f));
  // From 2^23 on floats are whole numbers: the addition rounds, and the last bits of the sum are
  // those of n, here with the exponent's bias.
  const auto to_whole = hn::Set(d, 12582912.0f + 127.0f);
  const auto whole = hn::Add(z, to_whole);
  const auto power = hn::BitCast(d, hn::ShiftLeft<23>(hn::BitCast(du, whole)));
  const auto t = hn::Sub(z, hn::Sub(whole, to_whole));
  auto p = AddProduct(hn::Set(d, 1.327647198e-3f), t, hn::Set(d, 9.675541334e-3f));
  p = AddProduct(p, t, hn::Set(d, 5.550713274e-2f));
  p = AddProduct(p, t, hn::Set(d, 2.402211972e-1f));
  p = AddProduct(p, t, hn::Set(d, 6.931469671e-1f));
  p = AddProduct(p, t, hn::Set(d, 1.000000072f));
  return hn::Div(one, AddProduct(p, power, one));
}

inline void Sigmoid(float* values, size_t count) {
  ForFloats(count, [=](auto d, size_t i) HWY_ATTR {
    hn::StoreU(SigmoidOf(d, hn::LoadU(d, values + i)), d, values + i);
  });
}

#if HWY_TARGET == HWY_SCALAR  // one lane: there are no blocks
inline void Segment(const SegmentRow& row) {
  const hn::ScalableTag<float> d;
  for (size_t p = 0; p < row.pixels; ++p) {
    for (size_t tap = 0; tap < 4; ++tap) {
      float sum = row.bias[tap];
      for (size_t i = 0; i < kSegmentInputs; ++i) {
        sum += row.x[p * kSegmentInputs + i] * row.weights[tap * kSegmentInputs + i];
      }
      float* line = tap < 2 ? row.upper : row.lower;
      hn::StoreU(SigmoidOf(d, hn::Set(d, sum)), d, line + 2 * p + tap % 2);
    }
  }
}
#else

// A vector is one or two blocks of 4 lanes, each for a pixel.
#if HWY_HAVE_SCALABLE
using TagOfBlocks = TagOf4;
#else
using TagOfBlocks = TagOf8;
#endif

// 4 inputs of a pixel and, where there is a second block, of the next but one.
HWY_INLINE hn::Vec<TagOfBlocks> LoadBlocks(TagOfBlocks d, const float* x) {
#if HWY_HAVE_SCALABLE || HWY_MAX_BYTES == 16
  return hn::LoadU(d, x);
#else
  const TagOf4 block;
  return hn::Combine(d, hn::LoadU(block, x + 2 * kSegmentInputs), hn::LoadU(block, x));
#endif
}

// Lane i of each block becomes the sum of that block of vector i.
template <class D, class V = hn::Vec<D> >
HWY_INLINE V AddUpBlocks(D d, V v0, V v1, V v2, V v3) {
  const hn::RepartitionToWide<hn::RebindToUnsigned<D> > pairs;
  const auto v01 = hn::Add(hn::InterleaveLower(d, v0, v1), hn::InterleaveUpper(d, v0, v1));
  const auto v23 = hn::Add(hn::InterleaveLower(d, v2, v3), hn::InterleaveUpper(d, v2, v3));
  const auto low = hn::BitCast(pairs, v01), high = hn::BitCast(pairs, v23);
  return hn::Add(hn::BitCast(d, hn::InterleaveLower(pairs, low, high)),
                 hn::BitCast(d, hn::InterleaveUpper(pairs, low, high)));
}

// Products are added up by lanes, so that both the inputs and the weights load as they lie. Even
// and odd pixels are in two vectors: a block adds up to two neighbours of a row of the mask each.
inline void Segment(const SegmentRow& row) {
  const TagOfBlocks d;
  const hn::RepartitionToWide<hn::RebindToUnsigned<TagOfBlocks> > pairs;
  constexpr size_t inputs = kSegmentInputs;
  const auto bias = hn::BitCast(pairs, hn::LoadDup128(d, row.bias));
  const auto upper_bias = hn::BitCast(d, hn::InterleaveLower(pairs, bias, bias));
  const auto lower_bias = hn::BitCast(d, hn::InterleaveUpper(pairs, bias, bias));
  float* HWY_RESTRICT upper = row.upper;
  float* HWY_RESTRICT lower = row.lower;
  const float* HWY_RESTRICT x = row.x;
  for (size_t p = 0; p < row.pixels; p += hn::Lanes(d) / 2) {
    auto even0 = hn::Zero(d), even1 = even0, even2 = even0, even3 = even0;
    auto odd0 = even0, odd1 = even0, odd2 = even0, odd3 = even0;
    const float* HWY_RESTRICT w = row.weights;
    for (size_t i = 0; i < inputs; i += 4, w += 4) {
      const auto even = LoadBlocks(d, x + i);
      const auto odd = LoadBlocks(d, x + inputs + i);
      const auto w0 = hn::LoadDup128(d, w), w1 = hn::LoadDup128(d, w + inputs);
      even0 = AddProduct(even, w0, even0);
      odd0 = AddProduct(odd, w0, odd0);
      even1 = AddProduct(even, w1, even1);
      odd1 = AddProduct(odd, w1, odd1);
      const auto w2 = hn::LoadDup128(d, w + 2 * inputs), w3 = hn::LoadDup128(d, w + 3 * inputs);
      even2 = AddProduct(even, w2, even2);
      odd2 = AddProduct(odd, w2, odd2);
      even3 = AddProduct(even, w3, even3);
      odd3 = AddProduct(odd, w3, odd3);
    }
    hn::StoreU(hn::Add(AddUpBlocks(d, even0, even1, odd0, odd1), upper_bias), d, upper);
    hn::StoreU(hn::Add(AddUpBlocks(d, even2, even3, odd2, odd3), lower_bias), d, lower);
    upper += hn::Lanes(d);
    lower += hn::Lanes(d);
    x += hn::Lanes(d) / 2 * inputs;
  }
  Sigmoid(row.upper, 2 * row.pixels);
  Sigmoid(row.lower, 2 * row.pixels);
}
#endif

// NOLINTNEXTLINE(google-readability-namespace-comments)
}  // namespace HWY_NAMESPACE
}  // namespace selfieseg::core
HWY_AFTER_NAMESPACE();
