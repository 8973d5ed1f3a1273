// The row functions of grids of colours, as loops over vectors of any width; see rows-inl.h and
// guide-inl.h, which must be included before.
// No include guard: simd.cc includes this once for every instruction set.

HWY_BEFORE_NAMESPACE();
namespace selfieseg::core {
namespace HWY_NAMESPACE {
namespace {

void Weigh(const float* const rows[3], bool person, size_t width, float* shares, float* weights) {
  const F32 d;
  const VecF one = hn::Set(d, 1.0f);
  for (size_t x = 0; x < width; x += hn::Lanes(d)) {
    const auto line = [&](size_t i) HWY_ATTR { return hn::LoadU(d, rows[i] + x); };
    const VecF least = person ? hn::Min(hn::Min(line(0), line(1)), line(2))
                              : hn::Sub(one, hn::Max(hn::Max(line(0), line(1)), line(2)));
    hn::StoreU(least, d, shares + 1 + x);
  }
  shares[0] = shares[1];
  shares[width + 1] = shares[width];
  for (size_t x = 0; x < width; x += hn::Lanes(d)) {
    const auto at = [&](size_t i) HWY_ATTR { return hn::LoadU(d, shares + x + i); };
    const VecF least = hn::Min(hn::Min(at(0), at(1)), at(2));
    const VecF steep = hn::Sub(hn::Mul(hn::Set(d, 2.0f), least), one);
    hn::StoreU(hn::Max(hn::Mul(hn::Set(d, 255.0f), steep), one), d, weights + x);
  }
}

void PoolLines(const float* rgb, const float* weights, size_t lines, size_t width, float* sums) {
#if HWY_TARGET == HWY_SCALAR
  ReferenceRows().pool_lines(rgb, weights, lines, width, sums);
#else
  const F32 d;
  if (width < hn::Lanes(d)) {
    return ReferenceRows().pool_lines(rgb, weights, lines, width, sums);
  }
  for (size_t x = 0; x < width; x += hn::Lanes(d)) {
    const size_t at = std::min(x, width - hn::Lanes(d));
    const float *colours = rgb + 3 * at, *line = weights + at;
    VecF red = hn::Zero(d), green = red, blue = red, all = red;
    for (size_t i = 0; i < lines; ++i, colours += 3 * width, line += RowRoom(width)) {
      VecF r, g, b;
      hn::LoadInterleaved3(d, colours, r, g, b);
      const VecF weight = hn::LoadU(d, line);
      red = hn::Add(red, hn::Mul(r, weight));
      green = hn::Add(green, hn::Mul(g, weight));
      blue = hn::Add(blue, hn::Mul(b, weight));
      all = hn::Add(all, weight);
    }
    hn::StoreInterleaved4(red, green, blue, all, d, sums + 4 * at);
  }
#endif
}

void PoolColumns(const float* sums, size_t pool, size_t lines, size_t width, uint32_t* cells) {
#if HWY_TARGET == HWY_SCALAR
  ReferenceRows().pool_columns(sums, pool, lines, width, cells);
#else
  const hn::FixedTag<float, 4> d;
  const hn::FixedTag<uint32_t, 4> whole;
  alignas(16) constexpr float kUnits[] = {255, 255, 255, 1}, kLeast[] = {0, 0, 0, 1};
  const auto least = hn::Load(d, kLeast);
  const auto units = [&](size_t columns) HWY_ATTR {
    return hn::Mul(hn::Load(d, kUnits), hn::Set(d, 1.0f / float(columns * lines)));
  };
  auto unit = units(pool);
  for (size_t x = 0; x < width; cells += 4) {
    const size_t end = std::min(x + pool, width);
    if (end - x < pool) unit = units(end - x);
    auto sum = hn::LoadU(d, sums + 4 * x++);
    for (; x < end; ++x) sum = hn::Add(sum, hn::LoadU(d, sums + 4 * x));
    const auto mean = hn::Max(hn::Add(hn::Mul(sum, unit), hn::Set(d, 0.5f)), least);
    const hn::RebindToSigned<decltype(d)> integers;
    hn::StoreU(hn::BitCast(whole, hn::ConvertTo(integers, mean)), whole, cells);
  }
#endif
}

template <size_t kRows>
HWY_INLINE void AddRowsOf(const uint32_t* const* rows, size_t width, uint32_t* sums) {
  const U32 d;
  for (size_t i = 0; i < width; i += hn::Lanes(d)) {
    auto sum = hn::LoadU(d, rows[0] + i);
    for (size_t row = 1; row < kRows; ++row) sum = hn::Add(sum, hn::LoadU(d, rows[row] + i));
    hn::StoreU(sum, d, sums + i);
  }
}

void AddRows(const uint32_t* const* rows, size_t count, size_t width, uint32_t* sums) {
  if (count == 1) return AddRowsOf<1>(rows, width, sums);
  if (count == 2) return AddRowsOf<2>(rows, width, sums);
  if (count == 3) return AddRowsOf<3>(rows, width, sums);
  count == 4 ? AddRowsOf<4>(rows, width, sums) : AddRowsOf<5>(rows, width, sums);
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
