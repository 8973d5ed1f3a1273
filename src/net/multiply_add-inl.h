// Multiply-add, rounded once where the machine has it. No include guard: simd.cc includes this once
// for every instruction set, first.
#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace selfieseg::core {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// x * y + sum. Highway knows no relaxed SIMD, and its MulAdd multiplies and adds in WebAssembly,
// which takes a quarter longer on processors that fuse them.
template <class V>
HWY_INLINE V AddProduct(V x, V y, V sum) {
#ifdef __wasm_relaxed_simd__
  return V{__builtin_wasm_relaxed_madd_f32x4(x.raw, y.raw, sum.raw)};
#else
  return hn::MulAdd(x, y, sum);
#endif
}

// NOLINTNEXTLINE(google-readability-namespace-comments)
}  // namespace HWY_NAMESPACE
}  // namespace selfieseg::core
HWY_AFTER_NAMESPACE();
