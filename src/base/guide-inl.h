// The row functions of a guided filter, as loops over vectors of any width; see rows-inl.h, which
// must be included before.
// No include guard: simd.cc includes this once for every instruction set.

HWY_BEFORE_NAMESPACE();
namespace selfieseg::core {
namespace HWY_NAMESPACE {
namespace {

void Guide(const float* rgb, const float* mask, float low, float gain, size_t width,
           const GuideRows& out) {
#if HWY_TARGET == HWY_SCALAR
  ReferenceRows().guide(rgb, mask, low, gain, width, out);
#else
  const F32 d;
  const auto weight = [&](float of, VecF channel)
                          HWY_ATTR { return hn::Mul(hn::Set(d, of), channel); };
  const size_t lanes = hn::Lanes(d);
  size_t x = 0;
  for (; x + lanes <= width; x += lanes) {
    VecF red, green, blue;
    hn::LoadInterleaved3(d, rgb + 3 * x, red, green, blue);
    const VecF sum =
        hn::Add(hn::Add(weight(77.0f, red), weight(150.0f, green)), weight(29.0f, blue));
    const VecF luma = hn::Mul(sum, hn::Set(d, 1.0f / 256.0f));
    VecF steep = hn::Mul(hn::Sub(hn::LoadU(d, mask + x), hn::Set(d, low)), hn::Set(d, gain));
    steep = hn::IfThenElseZero(hn::Gt(steep, hn::Zero(d)), hn::Min(steep, hn::Set(d, 1.0f)));
    hn::StoreU(luma, d, out.luma + x);
    hn::StoreU(steep, d, out.person + x);
    hn::StoreU(hn::Mul(luma, steep), d, out.product + x);
    hn::StoreU(hn::Mul(luma, luma), d, out.square + x);
  }
  const GuideRows rest = {out.luma + x, out.person + x, out.product + x, out.square + x};
  ReferenceRows().guide(rgb + 3 * x, mask + x, low, gain, width - x, rest);
#endif
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
