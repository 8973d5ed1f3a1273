// 1x1 convolutions and the stem: a tile of pixels times vectors of outputs is kept in registers while the inputs go by.
// No include guard: simd.cc includes this once for every instruction set.
#include <utility>

#include "hwy/highway.h"
#include "net/kernels.h"

HWY_BEFORE_NAMESPACE();
namespace selfieseg {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// No wider than 8 lanes: every number of channels is a multiple of 8.
using Tag = hn::CappedTag<float, 8>;
using TagOf4 = hn::CappedTag<float, 4>;

// Pixels in a tile of 2 and of 3 vectors: 12 sums in 16 registers, or 24 and 16 in 32. The sums must cover the latency
// of the multiply-add (4 cycles, 2 a cycle: at least 8 of them).
#if HWY_TARGET == HWY_AVX3 || HWY_TARGET == HWY_AVX3_DL || HWY_ARCH_ARM_A64
constexpr size_t kPixelsBy2 = 8, kPixelsBy3 = 8;
#else
constexpr size_t kPixelsBy2 = 6, kPixelsBy3 = 4;
#endif

template <class D>
HWY_INLINE hn::Vec<D> HardSwish(D d, hn::Vec<D> x) {
  const auto ramp = hn::MulAdd(x, hn::Set(d, 1.0f / 6.0f), hn::Set(d, 0.5f));
  return hn::Mul(x, hn::Min(hn::Max(ramp, hn::Zero(d)), hn::Set(d, 1.0f)));
}

// The sums are a pack of references to named vectors, not an array: vectors of unknown size (SVE) may not be in one,
// and GCC at -O2 would keep it in memory. Sum I belongs to pixel I / kVectors and vector I % kVectors of the tile.
template <size_t kVectors, class D, size_t... I, class... V>
HWY_INLINE void FinishDenseTile(D d, const DenseRow& row, size_t pixel, size_t column,
                                std::index_sequence<I...>, V&... sums) {
  const size_t lanes = hn::Lanes(d);
  const size_t inputs = row.inputs;
  const size_t x_step = row.x_step;
  const size_t weights_step = row.weights_step;
  const float* HWY_RESTRICT weights = row.weights + column;
  for (size_t segment = 0; segment < row.segments; ++segment) {
    const float* HWY_RESTRICT x = row.x[segment] + pixel * x_step;
    for (size_t i = 0; i < inputs; ++i, weights += weights_step) {
      ((sums = hn::MulAdd(hn::Set(d, x[I / kVectors * x_step + i]),
                          hn::LoadU(d, weights + I % kVectors * lanes), sums)),
       ...);
    }
  }
  if (row.residual != nullptr) {
    const float* residual = row.residual + pixel * row.residual_step + column;
    ((sums = hn::Add(sums, hn::LoadU(d, residual + I / kVectors * row.residual_step +
                                            I % kVectors * lanes))),
     ...);
  }
  if (row.activation == Activation::kRelu) {
    ((sums = hn::Max(sums, hn::Zero(d))), ...);
  } else if (row.activation == Activation::kHardSwish) {
    ((sums = HardSwish(d, sums)), ...);
  }
  float* y = row.y + pixel * row.y_step + column;
  (hn::StoreU(sums, d, y + I / kVectors * row.y_step + I % kVectors * lanes), ...);
}

// Each call names one more sum, until the tile has them all.
template <size_t kPixels, size_t kVectors, class D, class... V>
HWY_INLINE void DenseTile(D d, const DenseRow& row, size_t pixel, size_t column, V&... sums) {
  constexpr size_t kNamed = sizeof...(V);
  if constexpr (kNamed == kPixels * kVectors) {
    FinishDenseTile<kVectors>(d, row, pixel, column, std::make_index_sequence<kNamed>(), sums...);
  } else {
    auto next = hn::LoadU(d, row.start + (pixel + kNamed / kVectors) * row.start_step + column +
                                 kNamed % kVectors * hn::Lanes(d));
    DenseTile<kPixels, kVectors>(d, row, pixel, column, sums..., next);
  }
}

// All pixels of kVectors vectors of outputs from `column` on.
template <size_t kPixels, size_t kVectors, class D>
HWY_NOINLINE void DenseColumns(D d, const DenseRow& row, size_t column) {
  size_t p = 0;
  for (; p + kPixels <= row.pixels; p += kPixels) DenseTile<kPixels, kVectors>(d, row, p, column);
  if constexpr (kPixels > 4) {
    for (; p + 4 <= row.pixels; p += 4) DenseTile<4, kVectors>(d, row, p, column);
  }
  for (; p + 2 <= row.pixels; p += 2) DenseTile<2, kVectors>(d, row, p, column);
  if (p < row.pixels) DenseTile<1, kVectors>(d, row, p, column);
}

// By threes, which load the least for each multiply-add; first by ones and twos until threes divide the rest.
inline void Dense(const DenseRow& row) {
  const Tag d;
  const size_t lanes = hn::Lanes(d);
  const size_t vectors = row.outputs / lanes;
  size_t v = 0;
  if (vectors == 1) return DenseColumns<kPixelsBy2, 1>(d, row, 0);
  for (; (vectors - v) % 3 != 0; v += 2) DenseColumns<kPixelsBy2, 2>(d, row, v * lanes);
  for (; v < vectors; v += 3) DenseColumns<kPixelsBy3, 3>(d, row, v * lanes);
}

// NOLINTNEXTLINE(google-readability-namespace-comments)
}  // namespace HWY_NAMESPACE
}  // namespace selfieseg
HWY_AFTER_NAMESPACE();
