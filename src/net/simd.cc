// The only file of net/ that is compiled once for every instruction set, and the only one that
// chooses between them.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "net/simd.cc"
#include "hwy/foreach_target.h"
// foreach_target.h comes first, and the other two use the tags and tiles of dense-inl.h.
// clang-format off
#include "net/dense-inl.h"
#include "net/decode-inl.h"
#include "net/depthwise-inl.h"
// clang-format on

HWY_BEFORE_NAMESPACE();
namespace selfieseg {
namespace HWY_NAMESPACE {

const Kernels* Table() {
  static constexpr Kernels kTable = {
      .name = nullptr,  // named by ForTarget
      .dense = Dense,
      .depthwise3 = Depthwise<3, 1>,
      .depthwise3_stride2 = Depthwise<3, 2>,
      .depthwise5 = Depthwise<5, 1>,
      .depthwise5_stride2 = Depthwise<5, 2>,
      .upsample = Upsample,
      .segment = Segment,
      .add_pixels = AddPixels,
      .sigmoid = Sigmoid,
      .scale_inputs = ScaleInputs,
  };
  return &kTable;
}

// NOLINTNEXTLINE(google-readability-namespace-comments)
}  // namespace HWY_NAMESPACE
}  // namespace selfieseg
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace selfieseg {

HWY_EXPORT(Table);

const std::vector<const Kernels*>& SimdKernels() {
  static const std::vector<const Kernels*> tables = [] {
    std::vector<const Kernels*> best_first;
    static std::vector<Kernels> named;
    const std::vector<int64_t> targets = hwy::SupportedAndGeneratedTargets();
    named.reserve(targets.size());
    for (const int64_t target : targets) {
      hwy::ChosenTarget chosen;
      chosen.Update(target);
      named.push_back(
          *HWY_DISPATCH_TABLE(Table)[HWY_TARGETS == HWY_STATIC_TARGET ? 0 : chosen.GetIndex()]());
      named.back().name = hwy::TargetName(target);
      best_first.push_back(&named.back());
    }
    return best_first;
  }();
  return tables;
}

}  // namespace selfieseg
#endif  // HWY_ONCE
