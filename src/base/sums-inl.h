// The row functions that make a picture small: weighted sums of rows, then of columns; see
// rows-inl.h, which must be included before.
// No include guard: simd.cc includes this once for every instruction set.

HWY_BEFORE_NAMESPACE();
namespace selfieseg::core {
namespace HWY_NAMESPACE {
namespace {

// sums[x] = sum of term(row, x), which is of a whole vector; one fits into the width.
template <class Term>
HWY_INLINE void SumTerms(size_t count, size_t width, uint16_t* sums, const Term& term) {
  const U16 d;
  const size_t lanes = hn::Lanes(d);
  size_t x = 0;
  for (; x + 4 * lanes <= width; x += 4 * lanes) {  // four at once share what a row costs
    Vec16 a = hn::Zero(d), b = a, c = a, e = a;
    for (size_t row = 0; row < count; ++row) {
      a = hn::Add(a, term(row, x));
      b = hn::Add(b, term(row, x + lanes));
      c = hn::Add(c, term(row, x + 2 * lanes));
      e = hn::Add(e, term(row, x + 3 * lanes));
    }
    hn::StoreU(a, d, sums + x);
    hn::StoreU(b, d, sums + x + lanes);
    hn::StoreU(c, d, sums + x + 2 * lanes);
    hn::StoreU(e, d, sums + x + 3 * lanes);
  }
  for (; x < width; x += lanes) {
    const size_t at = std::min(x, width - lanes);
    Vec16 sum = hn::Zero(d);
    for (size_t row = 0; row < count; ++row) sum = hn::Add(sum, term(row, at));
    hn::StoreU(sum, d, sums + at);
  }
}

void SumRows(const uint8_t* const* rows, const uint16_t* weights, size_t count, size_t width,
             uint16_t* sums) {
  if (width < hn::Lanes(U16())) return ReferenceRows().sum_rows(rows, weights, count, width, sums);
  SumTerms(count, width, sums, [=](size_t row, size_t x) HWY_ATTR {
    return hn::Mul(hn::Set(U16(), weights[row]), LoadWide(rows[row] + x));
  });
}

#if HWY_TARGET != HWY_SCALAR
using EightOf16 = hn::FixedTag<uint16_t, 8>;
using V16x8 = hn::Vec<EightOf16>;
// 16 lanes, where there is a vector of so many, or 8.
using MostOf16 = hn::CappedTag<uint16_t, HWY_HAVE_SCALABLE ? 8 : 16>;

// The sum of both halves of 16 lanes; 8 lanes as they are.
template <class D>
HWY_INLINE V16x8 ToEight(D d, hn::Vec<D> lanes) {
  if constexpr (hn::MaxLanes(d) == 16) {
    const hn::Half<D> half;
    return hn::Add(hn::LowerHalf(half, lanes), hn::UpperHalf(half, lanes));
  } else {
    return lanes;
  }
}

// Which numbers of RGB each lane takes, of a row's first vector of kLanes, its second and its
// third; then they repeat. Lanes 0 to 2 of each four are a channel each. A block of 8 numbers has
// two or three of a channel: `first` takes two of them, `rest` the third.
template <size_t kLanes>
struct RgbLanes {
  uint8_t first[3][2 * kLanes] = {}, rest[3][2 * kLanes] = {};

  constexpr RgbLanes() {
    for (size_t vector = 0; vector < 3; ++vector) {
      for (size_t lane = 0; lane < kLanes; ++lane) {
        const size_t channel = lane % 4, begin = vector * kLanes + lane / 8 * 8;
        const size_t from = (channel + 3 - begin % 3) % 3;  // the channel's first in the block
        const bool upper = lane % 8 >= 4;
        Take(from + (upper ? 3 : 0), channel == 3, first[vector] + 2 * lane);
        Take(from + 6, upper || channel == 3, rest[vector] + 2 * lane);
      }
    }
  }
  static constexpr void Take(size_t from, bool none, uint8_t bytes[2]) {
    for (size_t i = 0; i < 2; ++i) bytes[i] = none || from >= 8 ? 0x80 : uint8_t(2 * from + i);
  }
};

// Products of a column's numbers with an output's weights, added up by lanes; of RGB, by channels
// in each four of them.
template <bool kRgb, class D>
HWY_INLINE hn::Vec<D> MultiplyTaps(D d, const uint16_t* column, const uint16_t* weights,
                                   size_t numbers) {
  constexpr size_t kLanes = hn::MaxLanes(d);
  const auto product = [&](size_t at) HWY_ATTR {
    return hn::MulHigh(hn::LoadU(d, column + at), hn::LoadU(d, weights + at));
  };
  if constexpr (kRgb) {
    static constexpr RgbLanes<kLanes> kLanesOfRgb;
    const hn::Repartition<uint8_t, D> bytes;
    const auto by_channels = [&](size_t vector, size_t at) HWY_ATTR {
      const auto values = hn::BitCast(bytes, product(at));
      const auto taken = [&](const uint8_t* lanes) HWY_ATTR {
        return hn::BitCast(d, hn::TableLookupBytesOr0(values, hn::LoadU(bytes, lanes)));
      };
      return hn::Add(taken(kLanesOfRgb.first[vector]), taken(kLanesOfRgb.rest[vector]));
    };
    auto total = by_channels(0, 0);
    for (size_t at = kLanes; at < numbers; at += 3 * kLanes) {
      total = hn::Add(total, by_channels(1, at));
      if (at + kLanes < numbers) total = hn::Add(total, by_channels(2, at + kLanes));
      if (at + 2 * kLanes < numbers) total = hn::Add(total, by_channels(0, at + 2 * kLanes));
    }
    return total;
  } else {
    auto total = product(0);
    for (size_t at = kLanes; at < numbers; at += kLanes) total = hn::Add(total, product(at));
    return total;
  }
}

// Of columns of three or four numbers, two outputs at a time: a block of a vector for each. Returns
// how many there were; the last output is not among them.
template <size_t kStep>
HWY_INLINE size_t SumColors(const uint16_t* sums, const int channel[3], const TapColumns& taps,
                            float scale, float* out) {
  size_t i = 0;
  if constexpr (hn::MaxLanes(MostOf16()) == 16) {
    const MostOf16 d;
    const hn::Repartition<uint32_t, MostOf16> pairs;
    const hn::Repartition<int32_t, MostOf16> wide;
    const hn::Repartition<float, MostOf16> floats;
    const hn::Half<decltype(floats)> pixel;
    const auto factor = hn::Set(floats, scale);
    const auto c = [&](int k) { return int32_t(channel[k]); };
    const int32_t lanes[8] = {c(0), c(1), c(2), 3, 4 + c(0), 4 + c(1), 4 + c(2), 7};
    const auto order = hn::SetTableIndices(floats, lanes);
    const size_t room = TapColumns::Room(taps.taps, kStep), numbers = taps.taps * kStep;
    const int32_t* const first = taps.first;
    const uint16_t* weights = taps.weights;
    const size_t outputs = numbers > 8 ? taps.outputs : 0;
    for (; i + 2 < outputs; i += 2, weights += 2 * room) {
      const auto sum_of = [&](size_t k) HWY_ATTR {
        return MultiplyTaps<kStep == 3>(d, sums + kStep * size_t(first[i + k]), weights + k * room,
                                        numbers);
      };
      const auto left = sum_of(0), right = sum_of(1);
      const auto both = hn::BitCast(pairs, hn::Add(hn::ConcatLowerLower(d, right, left),
                                                   hn::ConcatUpperUpper(d, right, left)));
      const auto sum = hn::Add(hn::BitCast(d, both), hn::BitCast(d, hn::Shuffle1032(both)));
      const auto whole = hn::BitCast(wide, hn::InterleaveLower(d, sum, hn::Zero(d)));
      const auto scaled = hn::Mul(factor, hn::ConvertTo(floats, whole));
      const auto pixels = hn::TableLookupLanes(scaled, order);
      hn::StoreU(hn::LowerHalf(pixel, pixels), pixel, out + 3 * i);  // as below
      hn::StoreU(hn::UpperHalf(pixel, pixels), pixel, out + 3 * i + 3);
    }
  }
  return i;
}
#endif

void SumColumns(const uint16_t* sums, size_t step, const int channel[3], const TapColumns& taps,
                float scale, float* out) {
#if HWY_TARGET == HWY_SCALAR
  ReferenceRows().sum_columns(sums, step, channel, taps, scale, out);
#else
  // Four numbers: a pixel's channels and what follows, or several pixels of fewer channels.
  const hn::FixedTag<uint16_t, 4> one;
  const EightOf16 two;
  const MostOf16 most;
  const hn::FixedTag<int32_t, 4> wide;
  const hn::FixedTag<float, 4> d;
  const auto factor = hn::Set(d, scale);
  const int32_t lanes[4] = {channel[0], channel[1], channel[2], 3};
  const auto order = hn::SetTableIndices(d, lanes);
  const size_t room = TapColumns::Room(taps.taps, step);
  size_t i = 0;
  if (step == 3) i = SumColors<3>(sums, channel, taps, scale, out);
  if (step == 4) i = SumColors<4>(sums, channel, taps, scale, out);
  const size_t numbers = taps.taps * step;
  const uint16_t* weight = taps.weights + i * room;
  const auto products = [&](auto vector, const uint16_t* column) HWY_ATTR {
    return ToEight(vector, step == 3 ? MultiplyTaps<true>(vector, column, weight, numbers)
                                     : MultiplyTaps<false>(vector, column, weight, numbers));
  };
  for (; i < taps.outputs; ++i, weight += room) {
    const uint16_t* column = sums + size_t(taps.first[i]) * step;
    const auto pair = taps.taps == 1 ? hn::ZeroExtendVector(two, hn::LoadU(one, column))
                      : numbers <= 8 ? products(two, column)
                                     : products(most, column);
    auto sum = hn::PromoteTo(wide, hn::Add(hn::LowerHalf(one, pair), hn::UpperHalf(one, pair)));
    if (taps.taps > 1 && step <= 2) sum = hn::Add(sum, hn::Shuffle1032(sum));
    if (taps.taps > 1 && step == 1) sum = hn::Add(sum, hn::Shuffle2301(sum));
    const auto scaled = hn::Mul(factor, hn::ConvertTo(d, sum));
    const auto pixel = hn::TableLookupLanes(scaled, order);
    if (i + 1 < taps.outputs) {
      hn::StoreU(pixel, d, out + 3 * i);  // the next pixel corrects the fourth float
    } else {
      float last[4];
      hn::StoreU(pixel, d, last);
      std::copy_n(last, 3, out + 3 * i);
    }
  }
#endif
}

#if HWY_TARGET != HWY_SCALAR
// Of each block: sums of the first and second half of each, as pieces of T by turns.
template <class T, class D>
HWY_INLINE hn::Vec<D> Fold(D d, hn::Vec<D> a, hn::Vec<D> b) {
  const hn::Repartition<T, D> pieces;
  const auto left = hn::BitCast(pieces, a), right = hn::BitCast(pieces, b);
  return hn::Add(hn::BitCast(d, hn::InterleaveLower(pieces, left, right)),
                 hn::BitCast(d, hn::InterleaveUpper(pieces, left, right)));
}

// Of each block: what its 8 lanes add up to, of next(0) to next(7), if step is 1; or both numbers
// of next(0) to next(3).
template <int kStep, class D, class Next>
HWY_INLINE hn::Vec<D> FoldAll(D d, const Next& next) {
  const auto v0 = next(0), v1 = next(1), v2 = next(2), v3 = next(3);
  if constexpr (kStep == 2) {
    return Fold<uint64_t>(d, Fold<uint32_t>(d, v0, v1), Fold<uint32_t>(d, v2, v3));
  } else {
    const auto v4 = next(4), v5 = next(5), v6 = next(6), v7 = next(7);
    const auto lower = Fold<uint32_t>(d, Fold<uint16_t>(d, v0, v1), Fold<uint16_t>(d, v2, v3));
    const auto upper = Fold<uint32_t>(d, Fold<uint16_t>(d, v4, v5), Fold<uint16_t>(d, v6, v7));
    return Fold<uint64_t>(d, lower, upper);
  }
}

// Two of the four numbers of next(0) to next(3), one of each pair.
template <class Next>
HWY_INLINE V16x8 FoldFours(bool odd_ones, const Next& next) {
  const EightOf16 d;
  // Pieces of 32 bits hold one number that is wanted and one that is not.
  const hn::Repartition<uint32_t, EightOf16> pieces;
  const auto wanted = [&](V16x8 a, V16x8 b) HWY_ATTR {
    const auto both = hn::BitCast(pieces, Fold<uint64_t>(d, a, b));
    return odd_ones ? hn::ShiftRight<16>(both) : hn::And(both, hn::Set(pieces, 0xFFFF));
  };
  const V16x8 v0 = next(0), v1 = next(1), v2 = next(2), v3 = next(3);
  const auto lower = wanted(v0, v1), upper = wanted(v2, v3);  // pairs of pieces
  // By turns twice: Highway's ConcatEven is wrong for half of a vector of SVE_256.
  const auto first = hn::InterleaveLower(pieces, lower, upper);
  const auto second = hn::InterleaveUpper(pieces, lower, upper);
  const auto even = hn::InterleaveLower(pieces, first, second);
  const auto odd = hn::InterleaveUpper(pieces, first, second);
  return hn::BitCast(d, hn::Or(even, hn::ShiftLeft<16>(odd)));
}

// Calls store(i, sums), for outputs from i on, while there are enough for whole vectors. Of 8
// outputs if step is 1; or of 4, a pair of 16 bits each: both numbers, or two of the four.
template <int kStep, class Store>
HWY_INLINE size_t SumPairs(const uint16_t* sums, const int channel[2], const TapColumns& taps,
                           const Store& store) {
  const EightOf16 eight;
  const MostOf16 most;
  const size_t room = TapColumns::Room(taps.taps, kStep), numbers = taps.taps * kStep;
  const int32_t* const first = taps.first;
  const uint16_t* const weights = taps.weights;
  constexpr size_t kAtOnce = kStep == 1 ? 8 : 4;
  size_t i = 0;
  if constexpr (hn::MaxLanes(most) == 16 && kStep <= 2) {
    // A block for each of two neighbours.
    for (; numbers <= 8 && i + 2 * kAtOnce <= taps.outputs; i += 2 * kAtOnce) {
      const auto both = FoldAll<kStep>(most, [&](size_t k) HWY_ATTR {
        const size_t at = i + 2 * k;
        const auto column = [&](size_t output) HWY_ATTR {
          return hn::LoadU(eight, sums + size_t(first[output]) * kStep);
        };
        return hn::MulHigh(hn::Combine(most, column(at + 1), column(at)),
                           hn::LoadU(most, weights + at * room));
      });
      using Piece = std::conditional_t<kStep == 1, uint16_t, uint32_t>;
      const hn::Repartition<Piece, EightOf16> pieces;
      const auto even = hn::BitCast(pieces, hn::LowerHalf(eight, both));
      const auto odd = hn::BitCast(pieces, hn::UpperHalf(eight, both));
      store(i, hn::BitCast(eight, hn::InterleaveLower(pieces, even, odd)));
      store(i + kAtOnce, hn::BitCast(eight, hn::InterleaveUpper(pieces, even, odd)));
    }
  }
  const auto next = [&](auto d) HWY_ATTR {
    return [=, &i](size_t k) HWY_ATTR {
      return MultiplyTaps<false>(d, sums + size_t(first[i + k]) * kStep, weights + (i + k) * room,
                                 numbers);
    };
  };
  for (; i + kAtOnce <= taps.outputs; i += kAtOnce) {
    if constexpr (kStep == 4) {
      store(i, FoldFours(channel[0] % 2 == 1, [&](size_t k) HWY_ATTR {
              return numbers <= 8 ? next(eight)(k) : ToEight(most, next(most)(k));
            }));
    } else if (numbers <= 8) {
      store(i, FoldAll<kStep>(eight, next(eight)));
    } else {
      store(i, ToEight(most, FoldAll<kStep>(most, next(most))));
    }
  }
  return i;
}
#endif

void SumPlanes(const uint16_t* sums, size_t step, const int channel[2], const TapColumns& taps,
               float scale, float* first, float* second) {
  size_t i = 0;
#if HWY_TARGET != HWY_SCALAR
  const hn::FixedTag<float, 4> d;
  const hn::RebindToSigned<decltype(d)> whole;
  const hn::Repartition<uint32_t, EightOf16> pieces;
  const auto factor = hn::Set(d, scale);
  const auto scaled = [&](auto numbers) HWY_ATTR {
    return hn::Mul(factor, hn::ConvertTo(d, hn::BitCast(whole, numbers)));
  };
  const auto pairs = [&](size_t at, V16x8 values) HWY_ATTR {
    const auto both = hn::BitCast(pieces, values);
    const auto lower = hn::And(both, hn::Set(pieces, 0xFFFF)), upper = hn::ShiftRight<16>(both);
    const bool swapped = channel[0] / 2 > 0 || (step == 2 && channel[0] == 1);
    hn::StoreU(scaled(swapped ? upper : lower), d, first + at);
    if (second != nullptr) hn::StoreU(scaled(swapped ? lower : upper), d, second + at);
  };
  if (taps.taps > 1 && step == 1) {
    const hn::Half<EightOf16> half;
    i = SumPairs<1>(sums, channel, taps, [&](size_t at, V16x8 values) HWY_ATTR {
      hn::StoreU(scaled(hn::PromoteTo(whole, hn::LowerHalf(half, values))), d, first + at);
      hn::StoreU(scaled(hn::PromoteTo(whole, hn::UpperHalf(half, values))), d, first + at + 4);
    });
  } else if (taps.taps > 1 && step == 2) {
    i = SumPairs<2>(sums, channel, taps, pairs);
  } else if (taps.taps > 1) {
    i = SumPairs<4>(sums, channel, taps, pairs);
  }
#endif
  const TapColumns rest = {taps.first + i, taps.weights + i * TapColumns::Room(taps.taps, step),
                           taps.taps, taps.outputs - i};
  ReferenceRows().sum_planes(sums, step, channel, rest, scale, first + i,
                             second == nullptr ? nullptr : second + i);
}

}  // namespace
// NOLINTNEXTLINE(google-readability-namespace-comments)
}  // namespace HWY_NAMESPACE
}  // namespace selfieseg::core
HWY_AFTER_NAMESPACE();
