// The row functions of rows.h as loops over vectors of any width. Multiplications and additions of
// floats stay apart (no MulAdd), so that every instruction set gives the same bits.
// No include guard: simd.cc includes this once for every instruction set.
#include <algorithm>
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
using VecI16 = hn::Vec<I16>;

HWY_INLINE Vec16 LoadWide(const uint8_t* bytes) {
  return hn::PromoteTo(U16(), hn::LoadU(U8OfU16(), bytes));
}

// At row[x], but nothing from row[width] on.
template <class T, class D>
HWY_INLINE void StorePart(hn::Vec<D> values, D d, size_t x, size_t width, T* row) {
  if (x + hn::Lanes(d) <= width) return hn::StoreU(values, d, row + x);
  T tail[kRowPadding];  // MaxLanes() is too small for part of a vector of SVE
  hn::StoreU(values, d, tail);
  std::memcpy(row + x, tail, (width - x) * sizeof(T));
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

void RampRow(const float* slope, const float* offset, const float* luma, float low, float high,
             size_t width, float* matte, uint8_t* sure) {
  const F32 d;
  const I32 i;
  const VecF gain = hn::Set(d, 1.0f / (high - low)), none = hn::Zero(d);
  for (size_t x = 0; x < width; x += hn::Lanes(d)) {
    const VecF middle = hn::LoadU(d, offset + x), way = hn::LoadU(d, slope + x);
    const VecF value = hn::Add(middle, hn::Mul(way, hn::LoadU(d, luma + x)));
    const VecF share = hn::Mul(hn::Sub(value, hn::Set(d, low)), gain);
    const VecF positive = hn::IfThenElseZero(hn::Gt(share, none), share);
    hn::StoreU(hn::Min(positive, hn::Set(d, 1.0f)), d, matte + x);
    const VecF dark = hn::Add(middle, hn::Mul(way, hn::Set(d, kDarkest)));
    const VecF bright = hn::Add(middle, hn::Mul(way, hn::Set(d, kBrightest)));
    const auto background = hn::RebindMask(i, hn::Le(hn::Max(dark, bright), hn::Set(d, low)));
    const auto person = hn::RebindMask(i, hn::Ge(hn::Min(dark, bright), hn::Set(d, high)));
    const auto kind =
        hn::IfThenElse(background, hn::Set(i, 1), hn::IfThenElseZero(person, hn::Set(i, 2)));
    hn::StoreU(hn::DemoteTo(U8OfF32(), kind), U8OfF32(), sure + x);
  }
}

template <bool kGuided>
HWY_INLINE void MixFitOf(const float* const slope[2], const float* const offset[2],
                         const FitMix& mix, size_t count, float* slopes, float* offsets) {
  const F32 d;
  const VecF fraction = hn::Set(d, mix.fraction), low = hn::Set(d, mix.low);
  const VecF gain = hn::Set(d, mix.gain);
  const VecF of_byte = hn::Set(d, mix.of_byte), of_zero = hn::Set(d, mix.of_zero);
  const auto mixed = [&](const float* first, const float* second) HWY_ATTR {
    const VecF from = hn::LoadU(d, first);
    return hn::Add(from, hn::Mul(hn::Sub(hn::LoadU(d, second), from), fraction));
  };
  const float *slope0 = slope[0], *slope1 = slope[1], *offset0 = offset[0], *offset1 = offset[1];
  for (size_t i = 0; i < count; i += hn::Lanes(d)) {
    VecF whole = hn::Mul(hn::Sub(mixed(offset0 + i, offset1 + i), low), gain);
    if constexpr (kGuided) {
      const VecF way = mixed(slope0 + i, slope1 + i);
      hn::StoreU(hn::Mul(way, of_byte), d, slopes + i);
      whole = hn::Sub(whole, hn::Mul(way, of_zero));
    }
    hn::StoreU(whole, d, offsets + i);
  }
}

void MixFit(const float* const slope[2], const float* const offset[2], const FitMix& mix,
            size_t count, float* slopes, float* offsets) {
  (slope[0] != nullptr ? MixFitOf<true> : MixFitOf<false>)(slope, offset, mix, count, slopes,
                                                           offsets);
}

#if HWY_TARGET != HWY_SCALAR
template <class Column>  // unsigned, as wide as a column of the narrow row
void StretchColumns(const int16_t* narrow, const CellColumns& columns, int16_t* wide) {
  const I16 d;
  const hn::Repartition<Column, I16> column;
  constexpr size_t kChannels = sizeof(Column) / sizeof(int16_t);
  const auto element = [&](size_t i) HWY_ATTR {
    Column channels;
    std::memcpy(&channels, narrow + kChannels * i, sizeof(channels));
    return hn::BitCast(d, hn::Set(column, channels));
  };
  auto left = element(columns.first);
  size_t i = kChannels * columns.begin;
  for (size_t c = columns.first; c <= columns.last; ++c) {
    const auto right = element(c + 1), way = hn::Sub(right, left);
    const size_t end = kChannels * std::min(size_t(columns.begins[c + 1]), columns.end);
    for (; i < end; i += hn::Lanes(d)) {
      const auto share = hn::MulFixedPoint15(way, hn::LoadU(d, columns.elements + i));
      hn::StoreU(hn::Add(left, share), d, wide + i);
    }
    i = end;
    left = right;
  }
}
#endif

void StretchNumbers(const int16_t* narrow, const CellColumns& columns, size_t channels,
                    int16_t* wide) {
#if HWY_TARGET == HWY_SCALAR
  ReferenceRows().stretch_numbers(narrow, columns, channels, wide);
#else
  if (channels == 1) return StretchColumns<uint16_t>(narrow, columns, wide);
  if (channels == 2) return StretchColumns<uint32_t>(narrow, columns, wide);
  StretchColumns<uint64_t>(narrow, columns, wide);
#endif
}

HWY_INLINE VecI16 Blended(const int16_t* above, const int16_t* below, int16_t share) {
  const I16 d;
  const VecI16 from = hn::LoadU(d, above), way = hn::Sub(hn::LoadU(d, below), from);
  return hn::Add(from, hn::MulFixedPoint15(way, hn::Set(d, share)));
}

void BlendRow(const int16_t* above, const int16_t* below, int16_t share, size_t count,
              uint8_t* row) {
  const size_t lanes = hn::Lanes(U16());
  const auto numbers = [&](size_t i) HWY_ATTR {
    return hn::ShiftRight<7>(Blended(above + i, below + i, share));
  };
  size_t i = 0;
#if HWY_TARGET != HWY_SCALAR
  const hn::Repartition<uint8_t, U16> bytes;
  for (; i + 2 * lanes <= count; i += 2 * lanes) {  // upper bytes are 0
    const auto lower = hn::BitCast(bytes, numbers(i)),
               upper = hn::BitCast(bytes, numbers(i + lanes));
    hn::StoreU(hn::ConcatEven(bytes, upper, lower), bytes, row + i);
  }
#endif
  for (; i < count; i += lanes) {
    StorePart(hn::DemoteTo(U8OfU16(), numbers(i)), U8OfU16(), i, count, row);
  }
}

// Calls store(i, values) for vectors of the columns; i counts from the first column.
template <bool kGuided, class Store>
HWY_INLINE void ForMatte(const MatteRow& row, float most, const Store& store) {
  const F32 d;
  const I32 whole;
  const size_t begin = row.columns.begin, end = row.columns.end;
  const int32_t* const cells = row.columns.cells;
  const float *const fractions = row.columns.fractions, *const slope = row.slope;
  const float* const offset = row.offset;
  const uint8_t* const luma = row.luma;
  for (size_t x = begin; x < end; x += hn::Lanes(d)) {
    const size_t first = size_t(cells[x]);
    const auto steps = hn::Sub(hn::LoadU(whole, cells + x), hn::Set(whole, cells[x]));
    const auto cell = hn::IndicesFromVec(d, steps);
    const VecF fraction = hn::LoadU(d, fractions + x);
    const auto between = [&](const float* narrow) HWY_ATTR {
      const VecF left = hn::TableLookupLanes(hn::LoadU(d, narrow + first), cell);
      const VecF right = hn::TableLookupLanes(hn::LoadU(d, narrow + first + 1), cell);
      return hn::Add(left, hn::Mul(hn::Sub(right, left), fraction));
    };
    VecF value = between(offset);
    if constexpr (kGuided) {
      const auto numbers = hn::PromoteTo(whole, hn::LoadU(U8OfF32(), luma + (x - begin)));
      value = hn::Add(hn::Mul(between(slope), hn::ConvertTo(d, numbers)), value);
    }
    value = hn::IfThenElseZero(hn::Gt(value, hn::Zero(d)), value);
    store(x - begin, hn::Min(value, hn::Set(d, most)));
  }
}

template <bool kGuided>
void MatteBytesOf(const MatteRow& row, uint8_t* matte) {
  ForMatte<kGuided>(row, 255, [=, room = row.room](size_t i, VecF value) HWY_ATTR {
    const auto sum = hn::BitCast(U32(), hn::Add(value, hn::Set(F32(), kRounding)));
    const auto bytes = hn::U8FromU32(hn::And(sum, hn::Set(U32(), 255)));
    StorePart(bytes, U8OfF32(), i, room, matte);
  });
}

void MatteBytes(const MatteRow& row, uint8_t* matte) {
  if (!row.columns.enlarge) return ReferenceRows().matte_bytes(row, matte);
  row.slope != nullptr ? MatteBytesOf<true>(row, matte) : MatteBytesOf<false>(row, matte);
}

void MatteFloats(const MatteRow& row, float* matte) {
  if (!row.columns.enlarge) return ReferenceRows().matte_floats(row, matte);
  const auto store = [=, room = row.room](size_t i, VecF value)
                         HWY_ATTR { StorePart(value, F32(), i, room, matte); };
  row.slope != nullptr ? ForMatte<true>(row, 1, store) : ForMatte<false>(row, 1, store);
}

// Eighths of the matte's sums around each group of two columns.
void ChromaAlpha(const uint8_t* above, const uint8_t* below, size_t begin, size_t end, size_t width,
                 bool centred, uint8_t* chroma) {
  size_t group = begin;
#if HWY_TARGET != HWY_SCALAR
  const U16 d;
  const U8OfU16 bytes;
  const size_t lanes = hn::Lanes(d);
  if (group == 0 && end > 0) {  // has no column to its left
    ReferenceRows().chroma_alpha(above, below, 0, 1, width, centred, chroma);
    ++group;
  }
  for (; group + lanes <= end && 2 * (group + lanes) <= width; group += lanes) {
    const size_t x = 2 * group;
    hn::Vec<U8OfU16> even0, odd0, even1, odd1, unused, left0, left1;
    hn::LoadInterleaved2(bytes, above + x, even0, odd0);
    hn::LoadInterleaved2(bytes, below + x, even1, odd1);
    const auto both = [&](hn::Vec<U8OfU16> a, hn::Vec<U8OfU16> b)
                          HWY_ATTR { return hn::Add(hn::PromoteTo(d, a), hn::PromoteTo(d, b)); };
    Vec16 left = both(odd0, odd1);
    const Vec16 right = left;
    if (!centred) {
      hn::LoadInterleaved2(bytes, above + x - 2, unused, left0);
      hn::LoadInterleaved2(bytes, below + x - 2, unused, left1);
      left = both(left0, left1);
    }
    const Vec16 middle = hn::ShiftLeft<1>(both(even0, even1));
    const Vec16 sum = hn::Add(hn::Add(middle, hn::Set(d, 4)), hn::Add(left, right));
    StoreNarrow(hn::ShiftRight<3>(sum), chroma + (group - begin));
  }
#endif
  ReferenceRows().chroma_alpha(above, below, group, end, width, centred, chroma + (group - begin));
}

void Kinds(const uint8_t* matte, size_t width, uint8_t* kinds) {
  const hn::CappedTag<uint8_t, kPartColumns> d;
  size_t x = 0;
  for (; x + kPartColumns <= width; x += kPartColumns, ++kinds) {
    const auto first = hn::Set(d, matte[x]);
    auto differences = hn::Zero(d);
    for (size_t i = 0; i < kPartColumns; i += hn::Lanes(d)) {
      differences = hn::Or(differences, hn::Xor(first, hn::LoadU(d, matte + x + i)));
    }
    const bool even = hn::AllTrue(d, hn::Eq(differences, hn::Zero(d)));
    *kinds = even && (matte[x] == 0 || matte[x] == 255) ? matte[x] : 1;
  }
  ReferenceRows().kinds(matte + x, width - x, kinds);
}

void Copy(const uint8_t* packed, const PixelFormat& format, size_t width, uint8_t* out) {
  if (format.alpha < 0) {
    if (packed != out) std::memcpy(out, packed, width * size_t(format.bytes_per_pixel));
    return;
  }
  const U8 d;
  uint8_t opaque[hn::MaxLanes(U8())] = {};
  for (size_t i = size_t(format.alpha); i < hn::Lanes(d); i += 4) opaque[i] = 255;
  const size_t lanes = hn::Lanes(d) / 4;  // 0 of a scalar
  size_t x = 0;
  for (; lanes > 0 && x + lanes <= width; x += lanes) {
    hn::StoreU(hn::Or(hn::LoadU(d, packed + 4 * x), hn::LoadU(d, opaque)), d, out + 4 * x);
  }
  ReferenceRows().copy(packed + 4 * x, format, width - x, out + 4 * x);
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
