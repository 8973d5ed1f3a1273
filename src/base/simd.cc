// The only file of base/ that is compiled once for every instruction set, and the only one that
// chooses between them.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "base/simd.cc"
#include "hwy/foreach_target.h"
// foreach_target.h comes first.
// clang-format off
#include "base/rows-inl.h"
#include "base/sums-inl.h"
#include "base/guide-inl.h"
#include "base/grid-inl.h"
#include "base/words-inl.h"
#include "base/targets.h"
// clang-format on

HWY_BEFORE_NAMESPACE();
namespace selfieseg::core {
namespace HWY_NAMESPACE {

const RowKernels* RowTable() {
  static const RowKernels kTable = {
      .name = hwy::TargetName(HWY_TARGET),
      .sum_rows = SumRows,
      .sum_words = SumWords,
      .sum_columns = SumColumns,
      .sum_planes = SumPlanes,
      .split = Split,
      .join = Join,
      .luma = LumaRow,
      .luma_floats = LumaFloats,
      .to_rgb = ToRgb,
      .ramp = RampRow,
      .mix_fit = MixFit,
      .stretch_numbers = StretchNumbers,
      .blend = BlendRow,
      .blend_words = BlendWords,
      .guide = Guide,
      .box = Box,
      .fit = Fit,
      .matte_bytes = MatteBytes,
      .matte_floats = MatteFloats,
      .weigh = Weigh,
      .pool_lines = PoolLines,
      .pool_columns = PoolColumns,
      .add_rows = AddRows,
      .divide = Divide,
      .chroma_alpha = ChromaAlpha,
      .kinds = Kinds,
      .copy = Copy,
      .clean = Clean,
      .clean_words = CleanWords,
      .mix = MixRow,
      .mix_words = MixWords,
  };
  return &kTable;
}

// NOLINTNEXTLINE(google-readability-namespace-comments)
}  // namespace HWY_NAMESPACE
}  // namespace selfieseg::core
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace selfieseg::core {

const std::vector<const RowKernels*>& SimdRows() {
  static constexpr const RowKernels* (*kFunctions[])() = {HWY_CHOOSE_TARGET_LIST(RowTable),
                                                          HWY_CHOOSE_FALLBACK(RowTable)};
  static const auto tables = TablesBestFirst(kFunctions, HWY_TARGETS);
  return tables;
}

const RowKernels& FindRows(std::string_view backend) {
  if (backend == ReferenceRows().name) return ReferenceRows();
  for (const RowKernels* table : SimdRows()) {
    if (backend.ends_with(std::string(":") + table->name)) return *table;
  }
  return *SimdRows().front();
}

}  // namespace selfieseg::core
#endif  // HWY_ONCE
