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

// Every number of channels is a multiple of 8: vectors of 16 lanes, and perhaps one of 8.
using Tag = hn::CappedTag<float, 16>;
using TagOf8 = hn::CappedTag<float, 8>;
using TagOf4 = hn::CappedTag<float, 4>;

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
constexpr bool kStepOf16Known = !HWY_ARCH_WASM;  // the network is at most 1 % faster

template <class D>
HWY_INLINE hn::Vec<D> HardSwish(D d, hn::Vec<D> x) {
  const auto ramp = AddProduct(x, hn::Set(d, 1.0f / 6.0f), hn::Set(d, 0.5f));
  return hn::Mul(x, hn::Min(hn::Max(ramp, hn::Zero(d)), hn::Set(d, 1.0f)));
}

// What the compiler knows of a row. A constant step (0: not known) leaves one pointer for all
// pixels of a tile where there would be one for each, which counts where inputs are few: 20 % of a
// row of 16 inputs with AVX-512 and its 16 pixels, 3 % with AVX2; nothing from 24 on.
template <size_t segments, size_t step, bool start_doubled = false>
struct DenseShape {
  static constexpr size_t kSegments = segments, kStep = step;
  static constexpr bool kStartDoubled = start_doubled;
};

// sums += one segment of the inputs. Sum I belongs to pixel I / kVectors and vector I % kVectors of
// the tile.
template <size_t kVectors, class D, size_t... I, class... V>
HWY_INLINE void AddSegment(D d, const float* HWY_RESTRICT x, size_t x_step,
                           const float* HWY_RESTRICT weights, size_t weights_step, size_t inputs,
                           std::index_sequence<I...>, V&... sums) {
  for (size_t i = 0; i < inputs; ++i, weights += weights_step) {
    ((sums = AddProduct(hn::Set(d, x[I / kVectors * x_step + i]),
                        hn::LoadU(d, weights + I % kVectors * hn::Lanes(d)), sums)),
     ...);
  }
}

// The sums are a pack of references to named vectors, not an array: vectors of unknown size (SVE)
// may not be in one, and GCC at -O2 would keep it in memory.
template <size_t kVectors, class Shape, class D, size_t... I, class... V>
HWY_INLINE void FinishDenseTile(D d, const DenseRow& row, size_t pixel, size_t column,
                                std::index_sequence<I...> all, V&... sums) {
  const size_t lanes = hn::Lanes(d);
  const size_t inputs = row.inputs;
  const size_t x_step = Shape::kStep ? Shape::kStep : row.x_step;
  const size_t x_from = pixel * x_step;
  const float* weights = row.weights + column;
  const size_t segment = inputs * row.weights_step;
  AddSegment<kVectors>(d, row.x[0] + x_from, x_step, weights, row.weights_step, inputs, all,
                       sums...);
  if constexpr (Shape::kSegments == 3) {
    AddSegment<kVectors>(d, row.x[1] + x_from, x_step, weights + segment, row.weights_step, inputs,
                         all, sums...);
    AddSegment<kVectors>(d, row.x[2] + x_from, x_step, weights + 2 * segment, row.weights_step,
                         inputs, all, sums...);
  }
  // Pointers step from pixel to pixel: offsets from the first would need a register for each.
  const auto next_pixel = [](size_t sum) { return sum % kVectors == kVectors - 1; };
  if (row.residual != nullptr) {
    const float* HWY_RESTRICT from = row.residual + pixel * row.residual_step + column;
    ((sums = hn::Add(sums, hn::LoadU(d, from + I % kVectors * lanes)),
      from += next_pixel(I) ? row.residual_step : 0),
     ...);
  }
  if (row.activation == Activation::kRelu) {
    ((sums = hn::Max(sums, hn::Zero(d))), ...);
  } else if (row.activation == Activation::kHardSwish) {
    ((sums = HardSwish(d, sums)), ...);
  }
  const size_t y_step = row.y_step;  // a copy that no store can change, for all the compiler knows
  float* HWY_RESTRICT y = row.y + pixel * y_step + column;
  ((hn::StoreU(sums, d, y + I % kVectors * lanes), y += next_pixel(I) ? y_step : 0), ...);
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
HWY_INLINE void DenseTile(D d, const DenseRow& row, size_t pixel, size_t column,
                          const float* HWY_RESTRICT start, V&... sums) {
  constexpr size_t kNamed = sizeof...(V);
  if constexpr (kNamed == kPixels * kVectors) {
    FinishDenseTile<kVectors, Shape>(d, row, pixel, column, std::make_index_sequence<kNamed>(),
                                     sums...);
  } else {
    constexpr size_t kPixel = kNamed / kVectors, kVector = kNamed % kVectors;
    auto next = LoadStart<kPixel, Shape>(d, start + kVector * hn::Lanes(d), row.start_step);
    constexpr bool kPixelEnds = kVector == kVectors - 1;
    if (kPixelEnds && (!Shape::kStartDoubled || kPixel % 2 == 1)) start += row.start_step;
    DenseTile<kPixels, kVectors, Shape>(d, row, pixel, column, start, sums..., next);
  }
}

// Not inlined: in the loop over pixels GCC would work out a hundred addresses ahead of the first
// tile.
template <size_t kPixels, size_t kVectors, class Shape, class D>
HWY_NOINLINE void DensePixels(D d, const DenseRow& row, size_t pixel, size_t column) {
  const size_t start_pixel = Shape::kStartDoubled ? pixel / 2 : pixel;
  DenseTile<kPixels, kVectors, Shape>(d, row, pixel, column,
                                      row.start + start_pixel * row.start_step + column);
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
  size_t p = 0;
  for (; p < row.pixels && !fours_follow(row.pixels - p); p += kPixels) {
    DensePixels<kPixels, kVectors, Shape>(d, row, p, column);
  }
  for (; p + 4 <= row.pixels; p += 4) DensePixels<4, kVectors, Shape>(d, row, p, column);
  if (kTilesOf2) {
    for (; p + 2 <= row.pixels; p += 2) DensePixels<2, kVectors, Shape>(d, row, p, column);
  }
  for (; p < row.pixels; ++p) DensePixels<1, kVectors, Shape>(d, row, p, column);
}

// So many vectors, by threes, which load the least for each multiply-add; first by ones and twos
// until threes divide the rest.
template <class Shape, class D>
HWY_INLINE void DenseVectors(D d, const DenseRow& row, size_t vectors) {
  const size_t lanes = hn::Lanes(d);
  if (hn::MaxLanes(d) >= 8 && vectors == 1) return DenseColumns<kPixelsBy1, 1, Shape>(d, row, 0);
  size_t v = 0;
  for (; (vectors - v) % 3 != 0; v += 2) DenseColumns<kPixelsBy2, 2, Shape>(d, row, v * lanes);
  for (; v < vectors; v += 3) DenseColumns<kPixelsBy3, 3, Shape>(d, row, v * lanes);
}

template <class Shape>
HWY_INLINE void DenseOf(const DenseRow& row) {
  const Tag d;
  const TagOf8 eight;
  const size_t vectors = row.outputs / hn::Lanes(d), rest = row.outputs % hn::Lanes(d);
  if (std::is_same_v<Tag, TagOf8> || rest == 0) return DenseVectors<Shape>(d, row, vectors);
  if (vectors == 0) return DenseVectors<Shape>(eight, row, row.outputs / hn::Lanes(eight));
  DenseVectors<Shape>(d, row, vectors);
  DenseColumns<kPixelsBy1, 1, Shape>(eight, row, row.outputs - hn::Lanes(eight));
}

inline void Dense(const DenseRow& row) {
  if (row.segments == 3) return DenseOf<DenseShape<3, 6>>(row);
  const bool known_step = kStepOf16Known && row.x_step == 16;
  if (row.start_doubled) {
    return known_step ? DenseOf<DenseShape<1, 16, true>>(row)
                      : DenseOf<DenseShape<1, 0, true>>(row);
  }
  if (known_step) return DenseOf<DenseShape<1, 16>>(row);
  DenseOf<DenseShape<1, 0>>(row);
}

// NOLINTNEXTLINE(google-readability-namespace-comments)
}  // namespace HWY_NAMESPACE
}  // namespace selfieseg::core
HWY_AFTER_NAMESPACE();
