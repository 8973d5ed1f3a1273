// The row functions of grids of colours, as loops over vectors of any width; see rows-inl.h and
// guide-inl.h, which must be included before.
// No include guard: simd.cc includes this once for every instruction set.

HWY_BEFORE_NAMESPACE();
namespace selfieseg::core {
namespace HWY_NAMESPACE {
namespace {

void Pool(const float* rgb, const float* weights, size_t width, float* const sums[4]) {
  size_t x = 0;
#if HWY_TARGET != HWY_SCALAR
  const F32 d;
  for (; x + hn::Lanes(d) <= width; x += hn::Lanes(d)) {
    VecF red, green, blue;
    hn::LoadInterleaved3(d, rgb + 3 * x, red, green, blue);
    const VecF weight = hn::LoadU(d, weights + x);
    const auto add = [&](size_t c, VecF value) HWY_ATTR {
      hn::StoreU(hn::Add(hn::LoadU(d, sums[c] + x), value), d, sums[c] + x);
    };
    add(0, hn::Mul(red, weight));
    add(1, hn::Mul(green, weight));
    add(2, hn::Mul(blue, weight));
    add(3, weight);
  }
#endif
  float* const rest[4] = {sums[0] + x, sums[1] + x, sums[2] + x, sums[3] + x};
  ReferenceRows().pool(rgb + 3 * x, weights + x, width - x, rest);
}

void Divide(const uint32_t* cells, size_t count, const RowColour& colour,
            int16_t* const numbers[4]) {
  size_t i = 0;
#if HWY_TARGET != HWY_SCALAR
  const F32 d;
  const U32 whole;
  const hn::Rebind<int16_t, F32> narrow;
  const auto set = [&](float value) HWY_ATTR { return hn::Set(d, value); };
  const auto times = [&](VecF value, float factor)
                         HWY_ATTR { return hn::Mul(value, hn::Set(d, factor)); };
  // Both halves are exact, and their sum is rounded once.
  const auto to_float = [&](hn::Vec<U32> value) HWY_ATTR {
    const auto upper = hn::ShiftRight<16>(value), lower = hn::And(value, hn::Set(whole, 0xFFFF));
    return hn::Add(times(hn::ConvertTo(d, hn::BitCast(I32(), upper)), 65536.0f),
                   hn::ConvertTo(d, hn::BitCast(I32(), lower)));
  };
  for (; i + hn::Lanes(d) <= count; i += hn::Lanes(d)) {
    hn::Vec<U32> v0, v1, v2, v3;
    hn::LoadInterleaved4(whole, cells + 4 * i, v0, v1, v2, v3);
    const VecF share = hn::Div(set(1.0f), to_float(v3));
    const VecF red = hn::Mul(to_float(v0), share), green = hn::Mul(to_float(v1), share);
    const VecF blue = hn::Mul(to_float(v2), share);
    VecF first = red, second = green, third = blue;
    if (colour.coding != nullptr) {
      const YuvCoding& c = *colour.coding;
      const VecF most = hn::Add(times(red, c.kr), times(green, c.kg));
      const VecF luma = hn::Add(most, times(blue, c.kb));
      first = hn::Add(set(255 * c.luma_zero), times(luma, c.luma_share));
      second = hn::Add(set(255 * c.chroma_zero), times(hn::Sub(blue, luma), c.blue_cb));
      third = hn::Add(set(255 * c.chroma_zero), times(hn::Sub(red, luma), c.red_cr));
    } else if (colour.gray) {
      const VecF most = hn::Add(times(red, 77.0f), times(green, 150.0f));
      first = times(hn::Add(most, times(blue, 29.0f)), 1.0f / 256.0f);
    }
    const auto store = [&](VecF value, int16_t* row) HWY_ATTR {
      const VecF bounded = hn::Min(hn::Max(value, hn::Zero(d)), set(colour.most));
      const VecF scaled = hn::Add(times(bounded, 128.0f), set(0.5f));
      const auto rounded = hn::DemoteTo(narrow, hn::ConvertTo(I32(), scaled));
      hn::StoreU(hn::Add(rounded, hn::Set(narrow, colour.half)), narrow, row + i);
    };
    store(first, numbers[0]);
    store(second, numbers[1]);
    store(third, numbers[2]);
    store(set(255.0f), numbers[3]);
  }
#endif
  int16_t* const rest[4] = {numbers[0] + i, numbers[1] + i, numbers[2] + i, numbers[3] + i};
  ReferenceRows().divide(cells + 4 * i, count - i, colour, rest);
}

}  // namespace
// NOLINTNEXTLINE(google-readability-namespace-comments)
}  // namespace HWY_NAMESPACE
}  // namespace selfieseg::core
HWY_AFTER_NAMESPACE();
