// The row functions of rows.h as loops over vectors of any width. Multiplications and additions of
// floats stay apart (no MulAdd), so that every instruction set gives the same bits.
// No include guard: simd.cc includes this once for every instruction set.
#include <cstring>

#include "base/rows.h"
#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace selfieseg::core {
namespace HWY_NAMESPACE {
namespace {  // net/ has functions of the same names
namespace hn = hwy::HWY_NAMESPACE;

// A row has room for vectors of kRowPadding bytes; those of SVE may have 256.
using F32 = hn::CappedTag<float, kRowPadding / sizeof(float)>;
using I32 = hn::Rebind<int32_t, F32>;
using U32 = hn::Rebind<uint32_t, F32>;
using U8OfF32 = hn::Rebind<uint8_t, F32>;  // as many bytes as there are floats in a vector
using U16 = hn::CappedTag<uint16_t, kRowPadding / sizeof(uint16_t)>;
using I16 = hn::Rebind<int16_t, U16>;
using U8OfU16 = hn::Rebind<uint8_t, U16>;
using U8 = hn::CappedTag<uint8_t, kRowPadding>;
using VecF = hn::Vec<F32>;
using Vec16 = hn::Vec<U16>;

HWY_INLINE VecF LoadBytes(const uint8_t* bytes) {
  return hn::ConvertTo(F32(), hn::PromoteTo(I32(), hn::LoadU(U8OfF32(), bytes)));
}

HWY_INLINE Vec16 LoadWide(const uint8_t* bytes) {
  return hn::PromoteTo(U16(), hn::LoadU(U8OfU16(), bytes));
}

// To nearest; NaN gives 0.
HWY_INLINE hn::Vec<U8OfF32> ToBytes(VecF values) {
  const F32 d;
  const VecF positive = hn::IfThenElseZero(hn::Gt(values, hn::Zero(d)), values);
  const VecF bounded = hn::Min(positive, hn::Set(d, 255.0f));
  return hn::DemoteTo(U8OfF32(), hn::ConvertTo(I32(), hn::Add(bounded, hn::Set(d, 0.5f))));
}

HWY_INLINE VecF At(const RowPair& rows, VecF fraction, size_t x) {
  const F32 d;
  const VecF above = hn::LoadU(d, rows.above + x);
  return hn::Add(above, hn::Mul(hn::Sub(hn::LoadU(d, rows.below + x), above), fraction));
}

void SumRows(const uint8_t* const* rows, const uint16_t* weights, size_t count, size_t width,
             uint16_t* sums) {
  const U16 d;
  const size_t lanes = hn::Lanes(d);
  const auto sum = [&](size_t x) HWY_ATTR {
    Vec16 total = hn::Zero(d);
    for (size_t row = 0; row < count; ++row) {
      total = hn::Add(total, hn::Mul(hn::Set(d, weights[row]), LoadWide(rows[row] + x)));
    }
    return total;
  };
  if (width < lanes) return ReferenceRows().sum_rows(rows, weights, count, width, sums);
  size_t x = 0;
  for (; x + 2 * lanes <= width; x += 2 * lanes) {  // two at once hide each other's latency
    const Vec16 left = sum(x), right = sum(x + lanes);
    hn::StoreU(left, d, sums + x);
    hn::StoreU(right, d, sums + x + lanes);
  }
  for (; x + lanes <= width; x += lanes) hn::StoreU(sum(x), d, sums + x);
  hn::StoreU(sum(width - lanes), d, sums + width - lanes);
}

void SumColumns(const uint16_t* sums, size_t step, const int channel[3], const TapColumns& taps,
                float scale, float* out) {
#if HWY_TARGET == HWY_SCALAR
  ReferenceRows().sum_columns(sums, step, channel, taps, scale, out);
#else
  // Two pixels' channels, and what follows, in one vector.
  const hn::FixedTag<uint16_t, 8> two;
  const hn::FixedTag<uint16_t, 4> one;
  const hn::FixedTag<int32_t, 4> wide;
  const hn::FixedTag<float, 4> d;
  const size_t even = taps.taps + taps.taps % 2;
  const auto factor = hn::Set(d, scale);
  for (size_t i = 0; i < taps.outputs; ++i) {
    const uint16_t* column = sums + size_t(taps.first[i]) * step;
    auto sum = hn::LoadU(one, column);
    if (taps.taps > 1) {
      const uint16_t* weight = taps.weights + i * even * 4;
      auto pair = hn::Zero(two);
      for (size_t tap = 0; tap < even; tap += 2, column += 2 * step, weight += 8) {
        const auto pixels = step == 4 ? hn::LoadU(two, column)
                                      : hn::Combine(two, hn::LoadU(one, column + step),
                                                    hn::LoadU(one, column));
        pair = hn::Add(pair, hn::MulHigh(pixels, hn::LoadU(two, weight)));
      }
      sum = hn::Add(hn::LowerHalf(one, pair), hn::UpperHalf(one, pair));
    }
    alignas(16) float pixel[4];
    hn::Store(hn::Mul(factor, hn::ConvertTo(d, hn::PromoteTo(wide, sum))), d, pixel);
    for (int c = 0; c < 3; ++c) out[3 * i + c] = pixel[channel[c]];
  }
#endif
}

template <int kBytes>
void SplitPacked(const uint8_t* packed, size_t width, uint8_t* const to[3]) {
  const U8 d;
  const size_t lanes = hn::Lanes(d);
  const auto split = [&](const uint8_t* from, size_t x) HWY_ATTR {
    hn::Vec<U8> v0, v1, v2, v3;
    if constexpr (kBytes == 3) {
      hn::LoadInterleaved3(d, from, v0, v1, v2);
    } else {
      hn::LoadInterleaved4(d, from, v0, v1, v2, v3);
    }
    hn::StoreU(v0, d, to[0] + x);
    hn::StoreU(v1, d, to[1] + x);
    hn::StoreU(v2, d, to[2] + x);
  };
  size_t x = 0;
  for (; x + lanes <= width; x += lanes) split(packed + x * kBytes, x);
  if (x < width) {
    uint8_t tail[hn::MaxLanes(U8()) * kBytes] = {};
    std::memcpy(tail, packed + x * kBytes, (width - x) * kBytes);
    split(tail, x);
  }
}

void Split(const uint8_t* packed, const PixelFormat& format, size_t width, const Planes& out) {
  if (format.bytes_per_pixel == 1) {
    for (uint8_t* plane : {out.red, out.green, out.blue}) std::memcpy(plane, packed, width);
    return;
  }
  const bool reversed = format.red == 2;
  uint8_t* const to[3] = {reversed ? out.blue : out.red, out.green, reversed ? out.red : out.blue};
  (format.bytes_per_pixel == 3 ? SplitPacked<3> : SplitPacked<4>)(packed, width, to);
}

template <int kBytes>
void JoinPacked(const uint8_t* const from[4], size_t width, uint8_t* packed) {
  const U8 d;
  const size_t lanes = hn::Lanes(d);
  const auto join = [&](size_t x, uint8_t* to) HWY_ATTR {
    const auto v0 = hn::LoadU(d, from[0] + x);
    const auto v1 = hn::LoadU(d, from[1] + x);
    const auto v2 = hn::LoadU(d, from[2] + x);
    if constexpr (kBytes == 3) {
      hn::StoreInterleaved3(v0, v1, v2, d, to);
    } else {
      const auto v3 = from[3] == nullptr ? hn::Set(d, 255) : hn::LoadU(d, from[3] + x);
      hn::StoreInterleaved4(v0, v1, v2, v3, d, to);
    }
  };
  size_t x = 0;
  for (; x + lanes <= width; x += lanes) join(x, packed + x * kBytes);
  if (x < width) {
    uint8_t tail[hn::MaxLanes(U8()) * kBytes];
    join(x, tail);
    std::memcpy(packed + x * kBytes, tail, (width - x) * kBytes);
  }
}

HWY_INLINE void StoreNarrow(Vec16 values, uint8_t* bytes) {  // values are 0..255
  hn::StoreU(hn::DemoteTo(U8OfU16(), hn::BitCast(I16(), values)), U8OfU16(), bytes);
}

HWY_INLINE Vec16 Luma(const Planes& planes, size_t x) {
  const U16 d;
  const Vec16 red = hn::Mul(LoadWide(planes.red + x), hn::Set(d, 77));
  const Vec16 green = hn::Mul(LoadWide(planes.green + x), hn::Set(d, 150));
  const Vec16 blue = hn::Mul(LoadWide(planes.blue + x), hn::Set(d, 29));
  return hn::ShiftRight<8>(hn::Add(hn::Add(red, green), hn::Add(blue, hn::Set(d, 128))));
}

void LumaRow(const Planes& planes, size_t width, uint8_t* luma) {
  for (size_t x = 0; x < width; x += hn::Lanes(U16())) StoreNarrow(Luma(planes, x), luma + x);
}

void Join(const Planes& planes, const PixelFormat& format, size_t width, uint8_t* packed) {
  if (format.bytes_per_pixel == 1) {
    uint8_t tail[hn::MaxLanes(U16())];
    const size_t lanes = hn::Lanes(U16());
    size_t x = 0;
    for (; x + lanes <= width; x += lanes) StoreNarrow(Luma(planes, x), packed + x);
    StoreNarrow(Luma(planes, x), tail);
    std::memcpy(packed + x, tail, width - x);
    return;
  }
  const bool reversed = format.red == 2;
  const uint8_t* const from[4] = {reversed ? planes.blue : planes.red, planes.green,
                                  reversed ? planes.red : planes.blue, planes.alpha};
  (format.bytes_per_pixel == 3 ? JoinPacked<3> : JoinPacked<4>)(from, width, packed);
}

void Stretch(const float* narrow, const CellColumns& columns, float* wide) {
  // Cells are mostly 4 to 8 columns wide. What a vector writes beyond its cell, the next one
  // corrects.
  const hn::CappedTag<float, 8> d;
  const int lanes = int(hn::Lanes(d));
  for (size_t c = 0; c < columns.cells; ++c) {
    const float first = narrow[c == 0 ? 0 : c - 1];
    const float second = narrow[c + 1 == columns.cells ? c - 1 : c];
    const auto left = hn::Set(d, first);
    const auto way = hn::Set(d, second - first);
    for (int x = columns.begins[c]; x < columns.begins[c + 1]; x += lanes) {
      hn::StoreU(hn::Add(left, hn::Mul(way, hn::LoadU(d, columns.fractions + x))), d, wide + x);
    }
  }
}

void BetweenRows(const RowPair& rows, size_t width, uint8_t* bytes) {
  const F32 d;
  const VecF fraction = hn::Set(d, rows.fraction);
  for (size_t x = 0; x < width; x += hn::Lanes(d)) {
    hn::StoreU(ToBytes(At(rows, fraction, x)), U8OfF32(), bytes + x);
  }
}

// Calls store(x, values) for every vector of the row; the last may be partly beyond it.
template <class Store>
HWY_INLINE void ForMatte(const MatteRow& row, const Store& store) {
  const F32 d;
  const VecF low = hn::Set(d, row.low), gain = hn::Set(d, row.gain);
  const VecF offset_fraction = hn::Set(d, row.offset.fraction);
  const VecF slope_fraction = hn::Set(d, row.slope.fraction);
  for (size_t x = 0; x < row.width; x += hn::Lanes(d)) {
    VecF value = At(row.offset, offset_fraction, x);
    if (row.slope.above != nullptr) {
      const VecF luma = hn::Mul(LoadBytes(row.luma + x), hn::Set(d, 1.0f / 255.0f));
      value = hn::Add(hn::Mul(At(row.slope, slope_fraction, x), luma), value);
    }
    value = hn::Mul(hn::Sub(value, low), gain);
    value = hn::IfThenElseZero(hn::Gt(value, hn::Zero(d)), value);
    store(x, hn::Min(value, hn::Set(d, 1.0f)));
  }
}

template <class T, class D>
HWY_INLINE void StorePart(hn::Vec<D> values, D d, size_t x, size_t width, T* row) {
  if (x + hn::Lanes(d) <= width) return hn::StoreU(values, d, row + x);
  T tail[hn::MaxLanes(D())];
  hn::StoreU(values, d, tail);
  std::memcpy(row + x, tail, (width - x) * sizeof(T));
}

void MatteBytes(const MatteRow& row, uint8_t* matte) {
  ForMatte(row, [&](size_t x, VecF value) HWY_ATTR {
    const VecF scaled = hn::Mul(value, hn::Set(F32(), 255.0f));
    StorePart(ToBytes(scaled), U8OfF32(), x, row.width, matte);
  });
}

void MatteFloats(const MatteRow& row, float* matte) {
  ForMatte(row,
           [&](size_t x, VecF value) HWY_ATTR { StorePart(value, F32(), x, row.width, matte); });
}

void AddWeighted(const uint8_t* colour, const uint8_t* weight, size_t width, uint32_t* sums) {
  const U32 d;
  for (size_t x = 0; x < width; x += hn::Lanes(d)) {
    const auto c = hn::PromoteTo(d, hn::LoadU(U8OfF32(), colour + x));
    const auto w = hn::PromoteTo(d, hn::LoadU(U8OfF32(), weight + x));
    hn::StoreU(hn::Add(hn::LoadU(d, sums + x), hn::Mul(c, w)), d, sums + x);
  }
}

HWY_INLINE Vec16 Div255(Vec16 product) {  // to nearest, of 0..255 * 255
  const Vec16 x = hn::Add(product, hn::Set(U16(), 128));
  return hn::ShiftRight<8>(hn::Add(x, hn::ShiftRight<8>(x)));
}

HWY_INLINE Vec16 Mixed(Vec16 colour, Vec16 background, Vec16 alpha) {
  const Vec16 rest = hn::Sub(hn::Set(U16(), 255), alpha);
  return Div255(hn::Add(hn::Mul(alpha, colour), hn::Mul(rest, background)));
}

void Clean(uint8_t* colour, const uint8_t* alpha, const uint8_t* person, const uint8_t* background,
           size_t width) {
  const U16 d;
  const Vec16 most = hn::Set(d, 255);
  for (size_t x = 0; x < width; x += hn::Lanes(d)) {
    const Vec16 a = LoadWide(alpha + x), shown = LoadWide(colour + x), own = LoadWide(person + x);
    const Vec16 expected = Mixed(own, LoadWide(background + x), a);
    const Vec16 more = hn::SaturatedSub(shown, expected);  // one of the two is 0
    const Vec16 less = hn::SaturatedSub(expected, shown);
    const Vec16 raised = hn::Min(hn::Add(own, Div255(hn::Mul(a, more))), most);
    const Vec16 cleaned = hn::SaturatedSub(raised, Div255(hn::Mul(a, less)));
    StoreNarrow(hn::IfThenZeroElse(hn::Eq(a, hn::Zero(d)), cleaned), colour + x);
  }
}

void MixRow(uint8_t* colour, const uint8_t* alpha, const uint8_t* background, size_t width) {
  for (size_t x = 0; x < width; x += hn::Lanes(U16())) {
    const Vec16 mixed = Mixed(LoadWide(colour + x), LoadWide(background + x), LoadWide(alpha + x));
    StoreNarrow(mixed, colour + x);
  }
}

}  // namespace
// NOLINTNEXTLINE(google-readability-namespace-comments)
}  // namespace HWY_NAMESPACE
}  // namespace selfieseg::core
HWY_AFTER_NAMESPACE();
