// The only file of net/ that is compiled once for every instruction set, and the only one that
// chooses between them.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "net/simd.cc"
#include "hwy/foreach_target.h"
// foreach_target.h comes first; the others use AddProduct, and the tags and tiles of dense-inl.h.
// clang-format off
#include "net/multiply_add-inl.h"
#include "net/dense-inl.h"
#include "net/decode-inl.h"
#include "net/depthwise-inl.h"
#include "net/segment-inl.h"
#include "base/targets.h"
// clang-format on

HWY_BEFORE_NAMESPACE();
namespace selfieseg::core {
namespace HWY_NAMESPACE {

const Kernels* Table() {
  static const Kernels kTable = {
      .name = hwy::TargetName(HWY_TARGET),
      .dense = Dense,
      .depthwise3 = Depthwise<3, 1>,
      .depthwise3_stride2 = Depthwise<3, 2>,
      .depthwise5 = Depthwise<5, 1>,
      .depthwise5_stride2 = Depthwise<5, 2>,
      .blend = Blend,
      .segment = Segment,
      .add_pixels = AddPixels,
      .sigmoid = Sigmoid,
      .scale_inputs = ScaleInputs,
  };
  return &kTable;
}

// NOLINTNEXTLINE(google-readability-namespace-comments)
}  // namespace HWY_NAMESPACE
}  // namespace selfieseg::core
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace selfieseg::core {

const std::vector<const Kernels*>& SimdKernels() {
  static constexpr const Kernels* (*kFunctions[])() = {HWY_CHOOSE_TARGET_LIST(Table),
                                                       HWY_CHOOSE_FALLBACK(Table)};
  static const auto tables = TablesBestFirst(kFunctions, HWY_TARGETS);
  return tables;
}

}  // namespace selfieseg::core
#endif  // HWY_ONCE
