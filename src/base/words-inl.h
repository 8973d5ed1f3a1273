// The row functions of numbers of ten bits in words, as loops over vectors of any width; see
// rows-inl.h, which must be included before.
// No include guard: simd.cc includes this once for every instruction set.

HWY_BEFORE_NAMESPACE();
namespace selfieseg::core {
namespace HWY_NAMESPACE {
namespace {

HWY_INLINE Vec16 LoadTen(const uint16_t* words, int shift) {
  const U16 d;
  return hn::And(hn::ShiftRightSame(hn::LoadU(d, words), shift), hn::Set(d, kMostOfTen));
}

// Ten bits, to words that have them `shift` bits up; what is out of range is bounded.
HWY_INLINE Vec16 ToTen(VecI16 values, int shift) {
  const I16 d;
  const VecI16 bounded = hn::Min(hn::Max(values, hn::Zero(d)), hn::Set(d, kMostOfTen));
  return hn::ShiftLeftSame(hn::BitCast(U16(), bounded), shift);
}

void SumWords(const uint16_t* const* rows, int shift, const uint16_t* weights, size_t count,
              size_t width, uint16_t* sums) {
  const U16 d;
  if (width < hn::Lanes(d)) {
    return ReferenceRows().sum_words(rows, shift, weights, count, width, sums);
  }
  SumTerms(count, width, sums, [=](size_t row, size_t x) HWY_ATTR {
    const Vec16 weight = hn::Set(d, uint16_t(std::min(weights[row] << 8, 65535)));
    const Vec16 raised = hn::ShiftLeftSame(hn::LoadU(d, rows[row] + x), 6 - shift);
    return hn::MulHigh(hn::And(raised, hn::Set(d, kMostOfTen << 6)), weight);
  });
}

void BlendWords(const int16_t* above, const int16_t* below, int16_t share, int shift, size_t count,
                uint16_t* row) {
  const size_t lanes = hn::Lanes(U16());
  for (size_t i = 0; i < count; i += lanes) {
    const VecI16 numbers = hn::ShiftRight<5>(Blended(above + i, below + i, share));
    StorePart(ToTen(numbers, shift), U16(), i, count, row);
  }
}

// The share alpha / 255 of a difference of ten bits, to nearest.
HWY_INLINE VecI16 ShareOf(VecI16 difference, Vec16 alpha) {
  const I16 d;
  const Vec16 share = hn::ShiftRight<1>(hn::Mul(alpha, hn::Set(U16(), 257)));
  const VecI16 product = hn::MulFixedPoint15(hn::ShiftLeft<5>(difference), hn::BitCast(d, share));
  return hn::ShiftRight<5>(hn::Add(product, hn::Set(d, 16)));
}

HWY_INLINE VecI16 LoadSigned(const uint16_t* words, int shift) {
  return hn::BitCast(I16(), LoadTen(words, shift));
}

void CleanWords(uint16_t* colour, const uint8_t* alpha, const uint16_t* person,
                const uint16_t* background, int shift, size_t width) {
  const I16 d;
  for (size_t x = 0; x < width; x += hn::Lanes(d)) {
    const Vec16 a = LoadWide(alpha + x);
    const VecI16 own = LoadSigned(person + x, shift), old = LoadSigned(background + x, shift);
    const VecI16 expected = hn::Add(old, ShareOf(hn::Sub(own, old), a));
    const VecI16 change = ShareOf(hn::Sub(LoadSigned(colour + x, shift), expected), a);
    const auto none = hn::Eq(hn::BitCast(d, a), hn::Zero(d));
    hn::StoreU(ToTen(hn::IfThenZeroElse(none, hn::Add(own, change)), shift), U16(), colour + x);
  }
}

void MixWords(uint16_t* colour, const uint8_t* alpha, const uint16_t* background, int shift,
              size_t width) {
  for (size_t x = 0; x < width; x += hn::Lanes(I16())) {
    const VecI16 old = LoadSigned(background + x, shift);
    const VecI16 way = hn::Sub(LoadSigned(colour + x, shift), old);
    hn::StoreU(ToTen(hn::Add(old, ShareOf(way, LoadWide(alpha + x))), shift), U16(), colour + x);
  }
}

}  // namespace
// NOLINTNEXTLINE(google-readability-namespace-comments)
}  // namespace HWY_NAMESPACE
}  // namespace selfieseg::core
HWY_AFTER_NAMESPACE();
