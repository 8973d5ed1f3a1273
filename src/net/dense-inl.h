// 1x1 convolutions and the stem: a tile of pixels times vectors of outputs is kept in registers
// while the inputs go by. No include guard: simd.cc includes this once for every instruction set.
#include <type_traits>
#include <utility>

#include "hwy/highway.h"
#include "net/kernels.h"

HWY_BEFORE_NAMESPACE();
namespace selfieseg::core {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// Every number of channels is a multiple of 8: vectors of 16 lanes, of the last perhaps half.
using Tag = hn::CappedTag<float, 16>;
using TagOf8 = hn::CappedTag<float, 8>;
using TagOf4 = hn::CappedTag<float, 4>;

// f(tag, i) for each vector of so many floats, a multiple of 8.
template <class F>
HWY_INLINE void ForFloats(size_t count, const F& f) {
  const Tag d;
  size_t i = 0;
  for (; i + hn::Lanes(d) <= count; i += hn::Lanes(d)) f(d, i);
  if constexpr (hn::MaxLanes(d) > 8) {
    if (i < count) f(TagOf8(), i);
  }
}

// Pixels in a tile of 1, 2 and 3 vectors: about 12 sums in 16 registers, 24 in 32. The sums must
// cover the latency of the multiply-add (4 cycles, 2 a cycle: at least 8 of them). V8 has 15
// registers, and a vector of weights for each of a tile stays in one, too.
#if HWY_TARGET <= HWY_AVX3 || HWY_ARCH_ARM_A64
constexpr size_t kPixelsBy1 = 16, kPixelsBy2 = 8, kPixelsBy3 = 8;
#elif HWY_ARCH_WASM
constexpr size_t kPixelsBy1 = 12, kPixelsBy2 = 5, kPixelsBy3 = 3;
#else
constexpr size_t kPixelsBy1 = 12, kPixelsBy2 = 6, kPixelsBy3 = 4;
#endif

// A browser compiles while the first mask waits: there whatever gains little or nothing is left
// out.
constexpr bool kTilesOf2 = !HWY_ARCH_WASM;       // our networks leave no 2 pixels
constexpr bool kRowsOf16Known = !HWY_ARCH_WASM;  // the network is at most 1 % faster

template <class D>
HWY_INLINE hn::Vec<D> HardSwish(D d, hn::Vec<D> x) {
  const auto ramp = AddProduct(x, hn::Set(d, 1.0f / 6.0f), hn::Set(d, 0.5f));
  return hn::Mul(x, hn::Min(hn::Max(ramp, hn::Zero(d)), hn::Set(d, 1.0f)));
}

// What the compiler knows of a row. With outputs and a step that are known (0: not) it makes tiles
// of just their width, with one pointer for all of their pixels where there would be one for each,
// which counts where inputs are few.
template <size_t segments, size_t outputs, size_t step, bool start_doubled = false>
struct DenseShape {
  static constexpr size_t kSegments = segments, kOutputs = outputs, kStep = step;
  static constexpr bool kStartDoubled = start_doubled;
  static constexpr bool kLastHalf = false;
};
// Of the last vector the lower half is meant; what is in the upper one goes nowhere.
template <class Shape>
struct LastHalf : Shape {
  static constexpr bool kLastHalf = true;
};

// A tile's first pixel and its outputs from `column` on, in floats from the first of each row. It
// steps from tile to tile: multiplications in a tile's first addresses would wait, as Intel's
// processors have one port for them and for multiply-adds, for most of the tile before, and the
// tile with them: a tenth of a row of 16 inputs.
struct DensePlace {
  size_t column, x, y;
  size_t start;  // where that is doubled
};

// Adds one input. Sum I belongs to pixel I / kVectors and vector I % kVectors of the tile.
template <size_t kVectors, class D, size_t... I, class... V>
HWY_INLINE void AddInput(D d, const float* HWY_RESTRICT x, size_t x_step,
                         const float* HWY_RESTRICT weights, std::index_sequence<I...>, V&... sums) {
  ((sums = AddProduct(hn::Set(d, x[I / kVectors * x_step]),
                      hn::LoadU(d, weights + I % kVectors * hn::Lanes(d)), sums)),
   ...);
}

// Adds one row of the stem's windows. Returns the weights of the next.
template <size_t kVectors, class D, size_t... I, class... V>
HWY_INLINE const float* AddWindowRow(D d, const float* x, size_t x_step, const float* weights,
                                     size_t weights_step, std::index_sequence<I...> all,
                                     V&... sums) {
  HWY_UNROLL(3)
  for (size_t i = 0; i < 9; ++i, weights += weights_step) {
    AddInput<kVectors>(d, x + i, x_step, weights, all, sums...);
  }
  return weights;
}

// Vector number kVector of a tile's kVectors, of a row of outputs. What lies behind a half one is
// not touched: it may be another thread's.
template <size_t kVectors, size_t kVector, class Shape, class D>
HWY_INLINE hn::Vec<D> LoadOutputs(D d, const float* outputs) {
  outputs += kVector * hn::Lanes(d);
  if constexpr (Shape::kLastHalf && kVector == kVectors - 1) {
    return hn::MaskedLoad(hn::FirstN(d, hn::Lanes(d) / 2), d, outputs);
  } else {
    return hn::LoadU(d, outputs);
  }
}

template <size_t kVectors, size_t kVector, class Shape, class D>
HWY_INLINE void StoreOutputs(D d, hn::Vec<D> values, float* outputs) {
  outputs += kVector * hn::Lanes(d);
  if constexpr (Shape::kLastHalf && kVector == kVectors - 1) {
    const hn::Half<D> half;
    hn::StoreU(hn::LowerHalf(half, values), half, outputs);
  } else {
    hn::StoreU(values, d, outputs);
  }
}

// total += the sums of one vector of the outputs.
template <size_t kVectors, size_t kVector, class D, size_t... I, class... V>
HWY_INLINE void AddToTotal(D d, float* HWY_RESTRICT total, std::index_sequence<I...>,
                           const V&... sums) {
  total += kVector * hn::Lanes(d);
  auto all = hn::LoadU(d, total);
  ((all = I % kVectors == kVector ? hn::Add(all, sums) : all), ...);
  hn::StoreU(all, d, total);
}

// The sums are a pack of references to named vectors, not an array: vectors of unknown size (SVE)
// may not be in one, and GCC at -O2 would keep it in memory.
template <size_t kVectors, class Shape, class D, size_t... I, class... V>
HWY_INLINE void FinishDenseTile(D d, const DenseRow& row, DensePlace at,
                                std::index_sequence<I...> all, V&... sums) {
  const size_t x_step = Shape::kStep ? Shape::kStep : row.x_step;
  const float* weights = row.weights + at.column;
  if constexpr (Shape::kSegments == 3) {
    for (const float* x : row.x) {
      weights =
          AddWindowRow<kVectors>(d, x + at.x, x_step, weights, row.weights_step, all, sums...);
    }
  } else {
    const float* x = row.x[0] + at.x;
    for (size_t i = 0; i < row.inputs; ++i, weights += row.weights_step) {
      AddInput<kVectors>(d, x + i, x_step, weights, all, sums...);
    }
  }
  // Pointers step from pixel to pixel: offsets from the first would need a register for each.
  const auto next_pixel = [](size_t sum) { return sum % kVectors == kVectors - 1; };
  const size_t y_step = row.y_step;  // a copy that no store can change, for all the compiler knows
  if (row.residual != nullptr) {
    const float* from = row.residual + at.y;
    ((sums = hn::Add(sums, LoadOutputs<kVectors, I % kVectors, Shape>(d, from)),
      from += next_pixel(I) ? y_step : 0),
     ...);
  }
  if (row.activation == Activation::kRelu) {
    ((sums = hn::Max(sums, hn::Zero(d))), ...);
  } else if (row.activation == Activation::kHardSwish) {
    ((sums = HardSwish(d, sums)), ...);
  }
  if (Shape::kSegments == 3 && row.sum != nullptr) {
    float* sum = row.sum + at.column;
    AddToTotal<kVectors, 0>(d, sum, all, sums...);
    if constexpr (kVectors > 1) AddToTotal<kVectors, 1>(d, sum, all, sums...);
  }
  float* y = row.y + at.y;  // which the residual may be
  ((StoreOutputs<kVectors, I % kVectors, Shape>(d, sums, y), y += next_pixel(I) ? y_step : 0), ...);
}

// What a sum begins with; `start` is that of its pixel.
template <size_t kPixel, class Shape, class D>
HWY_INLINE hn::Vec<D> LoadStart(D d, const float* HWY_RESTRICT start, size_t step) {
  const auto here = hn::LoadU(d, start);
  if constexpr (!Shape::kStartDoubled) return here;
  const auto neighbour = hn::LoadU(d, kPixel % 2 == 0 ? start - step : start + step);
  return AddProduct(here, hn::Set(d, 3.0f), neighbour);
}

// Each call names one more sum, until the tile has them all.
template <size_t kPixels, size_t kVectors, class Shape, class D, class... V>
HWY_INLINE void DenseTile(D d, const DenseRow& row, const DensePlace& at,
                          const float* HWY_RESTRICT start, V&... sums) {
  constexpr size_t kNamed = sizeof...(V);
  if constexpr (kNamed == kPixels * kVectors) {
    FinishDenseTile<kVectors, Shape>(d, row, at, std::make_index_sequence<kNamed>(), sums...);
  } else {
    constexpr size_t kPixel = kNamed / kVectors, kVector = kNamed % kVectors;
    auto next = LoadStart<kPixel, Shape>(d, start + kVector * hn::Lanes(d), row.start_step);
    constexpr bool kPairEnds = kVector == kVectors - 1 && kPixel % 2 == 1;
    if (Shape::kStartDoubled && kPairEnds) start += row.start_step;
    DenseTile<kPixels, kVectors, Shape>(d, row, at, start, sums..., next);
  }
}

// Not inlined: in the loop over pixels GCC would work out a hundred addresses ahead of the first
// tile. The place comes in registers.
template <size_t kPixels, size_t kVectors, class Shape, class D>
HWY_NOINLINE void DensePixels(D d, const DenseRow& row, size_t column, size_t x, size_t y,
                              size_t start) {
  DenseTile<kPixels, kVectors, Shape>(d, row, {column, x, y, start}, row.start + column + start);
}

// All pixels of kVectors vectors of outputs from `column` on.
template <size_t kMostPixels, size_t kVectors, class Shape, class D>
HWY_INLINE void DenseColumns(D d, const DenseRow& row, size_t column) {
  constexpr size_t kPixels = kMostPixels - (Shape::kStartDoubled ? kMostPixels % 2 : 0);
  // A last tile of fewer than 4 pixels would wait for its own sums: tiles of 4 follow then.
  const auto fours_follow = [](size_t rest) {
    if (kPixels % 2 == 0) return rest < kPixels + 4 && rest != kPixels;
    return rest < kPixels || (rest < 4 * kPixels && rest % 4 == 0);
  };
  DensePlace at = {.column = column, .x = 0, .y = column, .start = 0};
  size_t left = row.pixels;
  const auto tile = [&](auto pixels) HWY_ATTR {
    DensePixels<pixels, kVectors, Shape>(d, row, at.column, at.x, at.y, at.start);
    at.x += pixels * (Shape::kStep ? Shape::kStep : row.x_step);
    at.y += pixels * row.y_step;
    if (Shape::kStartDoubled) at.start += pixels / 2 * row.start_step;
    left -= pixels;
  };
  while (left > 0 && !fours_follow(left)) tile(std::integral_constant<size_t, kPixels>());
  while (left >= 4) tile(std::integral_constant<size_t, 4>());
  if constexpr (kTilesOf2) {
    while (left >= 2) tile(std::integral_constant<size_t, 2>());
  }
  while (left > 0) tile(std::integral_constant<size_t, 1>());
}

// So many vectors, by threes, which load the least for each multiply-add; first by ones and twos
// until threes divide the rest. Only the last ones of Shape may have a half.
template <class Shape, class Whole, class D>
HWY_INLINE void DenseVectors(D d, const DenseRow& row, size_t vectors) {
  const size_t lanes = hn::Lanes(d);
  if (hn::MaxLanes(d) >= 8 && vectors == 1) return DenseColumns<kPixelsBy1, 1, Shape>(d, row, 0);
  size_t v = 0;
  for (; (vectors - v) % 3 != 0 && v + 2 < vectors; v += 2) {
    DenseColumns<kPixelsBy2, 2, Whole>(d, row, v * lanes);
  }
  if (v + 2 == vectors) return DenseColumns<kPixelsBy2, 2, Shape>(d, row, v * lanes);
  for (; v + 3 < vectors; v += 3) DenseColumns<kPixelsBy3, 3, Whole>(d, row, v * lanes);
  DenseColumns<kPixelsBy3, 3, Shape>(d, row, v * lanes);
}

template <class Shape>
HWY_INLINE void DenseOf(const DenseRow& row) {
  const Tag d;
  const size_t lanes = hn::Lanes(d);
  if constexpr (Shape::kOutputs == 16) {
    if constexpr (hn::MaxLanes(d) == 16) {
      if (lanes == 16) return DenseColumns<kPixelsBy1, 1, Shape>(d, row, 0);
    }
    for (size_t c = 0; c < 16; c += 2 * lanes) DenseColumns<kPixelsBy2, 2, Shape>(d, row, c);
  } else {
    const size_t vectors = (row.outputs + lanes - 1) / lanes;
    if constexpr (hn::MaxLanes(d) > 8) {
      if (row.outputs % lanes != 0) {
        return DenseVectors<LastHalf<Shape>, Shape>(d, row, vectors);
      }
    }
    DenseVectors<Shape, Shape>(d, row, vectors);
  }
}

inline void Dense(const DenseRow& row) {
  if (row.segments == 3) return DenseOf<DenseShape<3, 16, 6>>(row);
  const bool known = kRowsOf16Known && row.x_step == 16 && row.outputs == 16;
  if (row.start_doubled) {
    return known ? DenseOf<DenseShape<1, 16, 16, true>>(row)
                 : DenseOf<DenseShape<1, 0, 0, true>>(row);
  }
  known ? DenseOf<DenseShape<1, 16, 16>>(row) : DenseOf<DenseShape<1, 0, 0>>(row);
}

// NOLINTNEXTLINE(google-readability-namespace-comments)
}  // namespace HWY_NAMESPACE
}  // namespace selfieseg::core
HWY_AFTER_NAMESPACE();
