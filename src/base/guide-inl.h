// The row functions of a guided filter, as loops over vectors of any width; see rows-inl.h, which
// must be included before.
// No include guard: simd.cc includes this once for every instruction set.

HWY_BEFORE_NAMESPACE();
namespace selfieseg::core {
namespace HWY_NAMESPACE {
namespace {

HWY_INLINE VecF Bounded(VecF value) {  // NaN gives 0
  const F32 d;
  return hn::IfThenElseZero(hn::Gt(value, hn::Zero(d)), hn::Min(value, hn::Set(d, 1.0f)));
}

void LumaFloats(const float* rgb, size_t width, float* luma) {
  size_t x = 0;
#if HWY_TARGET != HWY_SCALAR
  const F32 d;
  for (; x + hn::Lanes(d) <= width; x += hn::Lanes(d)) {
    VecF red, green, blue;
    hn::LoadInterleaved3(d, rgb + 3 * x, red, green, blue);
    const VecF most = hn::Add(hn::Mul(hn::Set(d, 77.0f), red), hn::Mul(hn::Set(d, 150.0f), green));
    const VecF sum = hn::Add(most, hn::Mul(hn::Set(d, 29.0f), blue));
    hn::StoreU(hn::Mul(sum, hn::Set(d, 1.0f / 256.0f)), d, luma + x);
  }
#endif
  ReferenceRows().luma_floats(rgb + 3 * x, width - x, luma + x);
}

void ToRgb(const float* y, const float* cb, const float* cr, const YuvCoding& coding, size_t width,
           float* rgb, float* luma) {
  size_t x = 0;
#if HWY_TARGET != HWY_SCALAR
  const F32 d;
  const auto times = [&](VecF value, float factor)
                         HWY_ATTR { return hn::Mul(value, hn::Set(d, factor)); };
  const VecF zero = hn::Set(d, coding.chroma_zero);
  for (; x + hn::Lanes(d) <= width; x += hn::Lanes(d)) {
    const VecF code = hn::Sub(hn::LoadU(d, y + x), hn::Set(d, coding.luma_zero));
    const VecF light = times(code, coding.luma_gain);
    hn::StoreU(light, d, luma + x);
    const VecF blue = hn::Sub(hn::LoadU(d, cb + x), zero);
    const VecF red = hn::Sub(hn::LoadU(d, cr + x), zero);
    const VecF less = hn::Add(times(blue, coding.cb_green), times(red, coding.cr_green));
    hn::StoreInterleaved3(Bounded(hn::Add(light, times(red, coding.cr_red))),
                          Bounded(hn::Sub(light, less)),
                          Bounded(hn::Add(light, times(blue, coding.cb_blue))), d, rgb + 3 * x);
  }
#endif
  ReferenceRows().to_rgb(y + x, cb + x, cr + x, coding, width - x, rgb + 3 * x, luma + x);
}

void Guide(const float* luma, const float* mask, float low, float gain, size_t width,
           const GuideRows& out) {
  const F32 d;
  for (size_t x = 0; x < width; x += hn::Lanes(d)) {
    const VecF light = hn::LoadU(d, luma + x);
    const VecF above = hn::Sub(hn::LoadU(d, mask + x), hn::Set(d, low));
    const VecF steep = Bounded(hn::Mul(above, hn::Set(d, gain)));
    hn::StoreU(light, d, out.luma + x);
    hn::StoreU(steep, d, out.person + x);
    hn::StoreU(hn::Mul(light, steep), d, out.product + x);
    hn::StoreU(hn::Mul(light, light), d, out.square + x);
  }
}

void Box(const float* const lines[5], size_t width, float* sums, float* means) {
  const F32 d;
  const auto sum = [&](VecF a, VecF b, VecF c, VecF e, VecF f)
                       HWY_ATTR { return hn::Add(hn::Add(hn::Add(a, b), hn::Add(c, e)), f); };
  for (size_t x = 0; x < width; x += hn::Lanes(d)) {
    const auto line = [&](size_t i) HWY_ATTR { return hn::LoadU(d, lines[i] + x); };
    hn::StoreU(sum(line(0), line(1), line(2), line(3), line(4)), d, sums + x + 2);
  }
  sums[0] = sums[1] = sums[2];
  sums[width + 2] = sums[width + 3] = sums[width + 1];
  for (size_t x = 0; x < width; x += hn::Lanes(d)) {
    const auto at = [&](size_t i) HWY_ATTR { return hn::LoadU(d, sums + x + i); };
    const VecF total = sum(at(0), at(1), at(2), at(3), at(4));
    hn::StoreU(hn::Mul(total, hn::Set(d, 1.0f / 25.0f)), d, means + x);
  }
}

void Fit(const GuideRows& means, float epsilon, size_t width) {
  const F32 d;
  for (size_t x = 0; x < width; x += hn::Lanes(d)) {
    const VecF luma = hn::LoadU(d, means.luma + x), person = hn::LoadU(d, means.person + x);
    const VecF product = hn::LoadU(d, means.product + x), square = hn::LoadU(d, means.square + x);
    const VecF covariance = hn::Sub(product, hn::Mul(luma, person));
    VecF variance = hn::Sub(square, hn::Mul(luma, luma));
    variance = hn::IfThenElseZero(hn::Gt(variance, hn::Zero(d)), variance);
    const VecF slope = hn::Div(covariance, hn::Add(variance, hn::Set(d, epsilon)));
    hn::StoreU(slope, d, means.luma + x);
    hn::StoreU(hn::Sub(person, hn::Mul(slope, luma)), d, means.person + x);
  }
}

}  // namespace
// NOLINTNEXTLINE(google-readability-namespace-comments)
}  // namespace HWY_NAMESPACE
}  // namespace selfieseg::core
HWY_AFTER_NAMESPACE();
