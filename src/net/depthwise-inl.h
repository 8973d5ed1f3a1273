// Depthwise convolutions: 8 neighbouring output pixels of one vector of channels share their loads
// and weights. No include guard: simd.cc includes this once for every instruction set, after
// dense-inl.h.
#include <type_traits>
#include <utility>

#include "hwy/highway.h"
#include "net/kernels.h"

HWY_BEFORE_NAMESPACE();
namespace selfieseg::core {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// sum + the input pixel `x`, if that is under the kernel of an output pixel where it is number kTap
// of the row.
template <size_t kKernel, size_t kTap, class D>
HWY_INLINE hn::Vec<D> AddTap(D d, hn::Vec<D> x, const float* HWY_RESTRICT weights,
                             size_t weights_step, hn::Vec<D> sum) {
  if constexpr (kTap >= kKernel) return sum;  // before the window, kTap has wrapped round
  return AddProduct(x, hn::LoadU(d, weights + kTap * weights_step), sum);
}

// Adds one row of the kernel to all sums: each input pixel is loaded once, and goes to every sum
// that needs it, so that a row's weights and the sums are all that stays in registers.
template <size_t kKernel, size_t kStride, class D, size_t... I, size_t... Column, class... V>
HWY_INLINE void AddKernelRow(D d, const float* HWY_RESTRICT x, size_t step,
                             const float* HWY_RESTRICT weights, size_t weights_step,
                             std::index_sequence<I...>, std::index_sequence<Column...>,
                             V&... sums) {
  const auto add = [&](auto column) HWY_ATTR {
    const auto now = hn::LoadU(d, x);
    x += step;
    ((sums = AddTap<kKernel, column - I * kStride>(d, now, weights, weights_step, sums)), ...);
  };
  (add(std::integral_constant<size_t, Column>()), ...);
}

template <size_t kKernel, size_t kStride, class D, size_t... I, class... V>
HWY_INLINE void FinishDepthwiseTile(D d, const DepthwiseRow& row, size_t x, float* HWY_RESTRICT y,
                                    size_t channel, std::index_sequence<I...> all, V&... sums) {
  constexpr std::make_index_sequence<(sizeof...(I) - 1) * kStride + kKernel> kColumns;
  const size_t step = row.step;
  const size_t weights_step = row.weights_step;
  const float* HWY_RESTRICT weights = row.weights + channel;
#if HWY_ARCH_WASM  // LLVM would finish one sum after the other, with all of the window in registers
#pragma clang loop unroll(disable)
#endif
  for (size_t ky = 0; ky < kKernel; ++ky, weights += kKernel * weights_step) {
    AddKernelRow<kKernel, kStride>(d, row.rows[ky] + x, step, weights, weights_step, all, kColumns,
                                   sums...);
  }
  if (row.activation == Activation::kRelu) {
    ((sums = hn::Max(sums, hn::Zero(d))), ...);
  } else if (row.activation == Activation::kHardSwish) {
    ((sums = HardSwish(d, sums)), ...);
  }
  if (row.add_center) {
    const float* HWY_RESTRICT center = row.rows[kKernel / 2] + x + kKernel / 2 * step;
    ((sums = hn::Add(sums, hn::LoadU(d, center)), center += kStride * step), ...);
  }
  if (row.sum != nullptr) {
    auto total = hn::LoadU(d, row.sum + channel);
    ((total = hn::Add(total, sums)), ...);
    hn::StoreU(total, d, row.sum + channel);
  }
  const size_t y_step =
      row.y_step;  // a copy: the stores could change the row, for all the compiler knows
  ((hn::StoreU(sums, d, y), y += y_step), ...);
}

// Each call names one more sum, until there are kPixels.
template <size_t kKernel, size_t kStride, size_t kPixels, class D, class... V>
HWY_INLINE void DepthwiseTile(D d, const DepthwiseRow& row, size_t x, float* HWY_RESTRICT y,
                              size_t channel, V&... sums) {
  constexpr size_t kNamed = sizeof...(V);
  if constexpr (kNamed == kPixels) {
    FinishDepthwiseTile<kKernel, kStride>(d, row, x, y, channel, std::make_index_sequence<kNamed>(),
                                          sums...);
  } else {
    auto next = hn::LoadU(d, row.bias + channel);
    DepthwiseTile<kKernel, kStride, kPixels>(d, row, x, y, channel, sums..., next);
  }
}

// All channels of kPixels pixels, whose windows begin at `x` of each row.
template <size_t kKernel, size_t kStride, size_t kPixels>
HWY_INLINE void DepthwisePixels(const DepthwiseRow& row, size_t x, float* HWY_RESTRICT y) {
  const Tag d;
  [[maybe_unused]] const TagOf8 d8;
  size_t c = 0;
  for (; c + hn::Lanes(d) <= row.channels; c += hn::Lanes(d)) {
    DepthwiseTile<kKernel, kStride, kPixels>(d, row, x + c, y + c, c);
  }
  if constexpr (!std::is_same_v<Tag, TagOf8>) {
    for (; c < row.channels; c += hn::Lanes(d8)) {
      DepthwiseTile<kKernel, kStride, kPixels>(d8, row, x + c, y + c, c);
    }
  }
}

template <size_t kKernel, size_t kStride>
void Depthwise(const DepthwiseRow& row) {
  size_t x = 0, p = 0;
  float* y = row.y;
  for (; p + 8 <= row.pixels; p += 8, x += 8 * kStride * row.step, y += 8 * row.y_step) {
    DepthwisePixels<kKernel, kStride, 8>(row, x, y);
  }
  for (; p < row.pixels; ++p, x += kStride * row.step, y += row.y_step) {
    DepthwisePixels<kKernel, kStride, 1>(row, x, y);
  }
}

// NOLINTNEXTLINE(google-readability-namespace-comments)
}  // namespace HWY_NAMESPACE
}  // namespace selfieseg::core
HWY_AFTER_NAMESPACE();
