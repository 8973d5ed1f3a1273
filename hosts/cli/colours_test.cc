// Profiles are obeyed, and nonsense is ignored with a warning.
#include "cli/colours.h"

#include <gtest/gtest.h>

#include <lcms2.h>

namespace selfieseg::cli {
namespace {

Bytes Save(cmsHPROFILE profile) {
  cmsUInt32Number size = 0;
  cmsSaveProfileToMem(profile, nullptr, &size);
  Bytes bytes(size);
  cmsSaveProfileToMem(profile, bytes.data(), &size);
  cmsCloseProfile(profile);
  return bytes;
}

// The primaries of sRGB with a linear curve: 0.5 of the light is stored as 128.
Bytes LinearProfile() {
  const cmsCIExyY white = {0.3127, 0.3290, 1};
  const cmsCIExyYTRIPLE primaries = {{0.64, 0.33, 1}, {0.30, 0.60, 1}, {0.15, 0.06, 1}};
  cmsToneCurve* curve = cmsBuildGamma(nullptr, 1.0);
  cmsToneCurve* curves[] = {curve, curve, curve};
  const Bytes bytes = Save(cmsCreateRGBProfile(&white, &primaries, curves));
  cmsFreeToneCurve(curve);
  return bytes;
}

Bytes LinearGrayProfile() {
  cmsToneCurve* curve = cmsBuildGamma(nullptr, 1.0);
  const Bytes bytes = Save(cmsCreateGrayProfile(cmsD50_xyY(), curve));
  cmsFreeToneCurve(curve);
  return bytes;
}

Decoded OnePixel(Decoded::Colours colours, std::array<uint8_t, 4> pixel, Bytes profile) {
  Decoded decoded;
  decoded.picture = NewPicture(SELFIESEG_RGBA, 1, 1);
  std::copy(pixel.begin(), pixel.end(), decoded.picture.bytes().begin());
  decoded.colours = colours;
  decoded.profile = std::move(profile);
  return decoded;
}

struct Case {
  const char* name;
  Decoded::Colours colours;
  std::array<uint8_t, 4> from;
  Bytes profile;
  std::array<uint8_t, 4> to;
  bool warning;
};

TEST(Colours, FollowTheProfile) {
  using enum Decoded::Colours;
  const Case kCases[] = {
      {"none", kRgb, {10, 128, 200, 7}, {}, {10, 128, 200, 7}, false},
      {"sRGB itself", kRgb, {10, 128, 200, 7}, SrgbProfile(), {10, 128, 200, 7}, false},
      {"linear", kRgb, {0, 128, 255, 7}, LinearProfile(), {0, 188, 255, 7}, false},
      {"linear, of gray", kGray, {128, 128, 128, 7}, LinearProfile(), {188, 188, 188, 7}, false},
      {"gray", kGray, {128, 128, 128, 7}, LinearGrayProfile(), {188, 188, 188, 7}, false},
      {"gray for colours", kRgb, {9, 8, 7, 6}, LinearGrayProfile(), {9, 8, 7, 6}, true},
      {"damaged", kRgb, {9, 8, 7, 6}, Bytes(200, 'x'), {9, 8, 7, 6}, true},
      {"inks", kInks, {200, 100, 50, 128}, {}, {100, 50, 25, 255}, false},
      {"colours for inks", kInks, {200, 100, 50, 128}, LinearProfile(), {100, 50, 25, 255}, true},
  };
  for (const Case& c : kCases) {
    Decoded decoded = OnePixel(c.colours, c.from, c.profile);
    ConvertToSrgb(&decoded);
    for (size_t i = 0; i < 4; ++i) {
      EXPECT_NEAR(decoded.picture.bytes()[i], c.to[i], 1) << c.name << ", channel " << i;
    }
    EXPECT_EQ(!decoded.picture.warning.empty(), c.warning) << c.name << decoded.picture.warning;
  }
}

TEST(Colours, OfEveryCutProfileAreSafe) {
  const Bytes whole = LinearProfile();
  for (size_t size = 1; size < whole.size(); size += 7) {
    Decoded decoded = OnePixel(Decoded::Colours::kRgb, {1, 2, 3, 4},
                               Bytes(whole.begin(), whole.begin() + long(size)));
    ConvertToSrgb(&decoded);
    EXPECT_EQ(decoded.picture.bytes()[3], 4);
  }
}

TEST(Colours, OurOwnProfileIsTheSameEveryTime) {
  EXPECT_EQ(SrgbProfile().size(), SrgbProfile().capacity());
  EXPECT_EQ(SrgbProfile()[24] * 256 + SrgbProfile()[25], 2000);  // the year of its date
}

}  // namespace
}  // namespace selfieseg::cli
