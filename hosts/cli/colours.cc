// By LittleCMS, as one transform for a picture.
#include "cli/colours.h"

#include <cstdlib>
#include <memory>
#include <new>
#include <type_traits>

#include <lcms2.h>

namespace selfieseg::cli {
namespace {

struct CloseProfile {
  void operator()(cmsHPROFILE profile) const { cmsCloseProfile(profile); }
};
struct DeleteTransform {
  void operator()(cmsHTRANSFORM transform) const { cmsDeleteTransform(transform); }
};
using Profile = std::unique_ptr<std::remove_pointer_t<cmsHPROFILE>, CloseProfile>;
using Transform = std::unique_ptr<std::remove_pointer_t<cmsHTRANSFORM>, DeleteTransform>;

// What four bytes of a pixel mean to the profile.
struct Layout {
  cmsColorSpaceSignature space;
  cmsUInt32Number format;
};
Layout LayoutOf(Decoded::Colours colours) {
  switch (colours) {
    case Decoded::Colours::kGray:
      return {cmsSigGrayData, COLORSPACE_SH(PT_GRAY) | EXTRA_SH(3) | CHANNELS_SH(1) | BYTES_SH(1)};
    case Decoded::Colours::kInks:
      return {cmsSigCmykData, TYPE_CMYK_8_REV};
    case Decoded::Colours::kRgb:
      break;
  }
  return {cmsSigRgbData, TYPE_RGBA_8};
}

// Null when the profile is of no use. Alpha is left as it is.
Transform TransformToSrgb(const Bytes& bytes, Decoded::Colours colours) {
  const Profile from(cmsOpenProfileFromMem(bytes.data(), cmsUInt32Number(bytes.size())));
  const Profile to(cmsCreate_sRGBProfile());
  if (from == nullptr || to == nullptr) return nullptr;
  // Equal channels are colours, too.
  const bool gray_as_colour =
      colours == Decoded::Colours::kGray && cmsGetColorSpace(from.get()) == cmsSigRgbData;
  const Layout layout = LayoutOf(gray_as_colour ? Decoded::Colours::kRgb : colours);
  if (cmsGetColorSpace(from.get()) != layout.space) return nullptr;
  return Transform(cmsCreateTransform(from.get(), layout.format, to.get(), TYPE_RGBA_8,
                                      INTENT_RELATIVE_COLORIMETRIC,
                                      cmsFLAGS_BLACKPOINTCOMPENSATION));
}

// Most profiles are sRGB by one name or another: then the pixels need not be touched.
bool ChangesNothing(cmsHTRANSFORM transform) {
  for (int i = 0; i < 9 * 9 * 9; ++i) {
    const uint8_t from[4] = {uint8_t(i % 9 * 255 / 8), uint8_t(i / 9 % 9 * 255 / 8),
                             uint8_t(i / 81 * 255 / 8), 255};
    uint8_t to[4] = {0, 0, 0, 255};
    cmsDoTransform(transform, from, to, 1);
    for (int c = 0; c < 3; ++c) {
      if (std::abs(from[c] - to[c]) > 1) return false;
    }
  }
  return true;
}

// In place, without a profile.
void InksToColours(std::span<uint8_t> pixels) {
  for (size_t i = 0; i + 3 < pixels.size(); i += 4) {
    const int not_black = pixels[i + 3];
    for (size_t channel = 0; channel < 3; ++channel) {
      pixels[i + channel] = uint8_t((pixels[i + channel] * not_black + 127) / 255);
    }
  }
}

void MakeOpaque(std::span<uint8_t> pixels) {
  for (size_t i = 3; i < pixels.size(); i += 4) pixels[i] = 255;
}

}  // namespace

void ConvertToSrgb(Decoded* decoded) {
  Picture& picture = decoded->picture;
  const bool inks = decoded->colours == Decoded::Colours::kInks;
  Transform transform;
  if (!decoded->profile.empty()) {
    transform = TransformToSrgb(decoded->profile, decoded->colours);
    if (transform == nullptr) picture.Warn("its colour profile is not usable and was ignored");
  }
  if (transform != nullptr && (inks || !ChangesNothing(transform.get()))) {
    for (int y = 0; y < picture.height; ++y) {
      uint8_t* row = picture.data.get() + picture.stride() * size_t(y);
      cmsDoTransform(transform.get(), row, row, cmsUInt32Number(picture.width));
    }
  } else if (inks) {
    InksToColours(picture.bytes());
  }
  if (inks) MakeOpaque(picture.bytes());
}

const Bytes& SrgbProfile() {
  static const Bytes bytes = [] {
    const Profile profile(cmsCreate_sRGBProfile());
    cmsUInt32Number size = 0;
    if (profile == nullptr || !cmsSaveProfileToMem(profile.get(), nullptr, &size)) {
      throw std::bad_alloc();
    }
    Bytes saved(size);
    if (!cmsSaveProfileToMem(profile.get(), saved.data(), &size)) throw std::bad_alloc();
    // The date of creation: equal pictures are to be equal files, today and tomorrow.
    const uint8_t date[12] = {2000 >> 8, 2000 & 255, 0, 1, 0, 1};
    std::copy(std::begin(date), std::end(date), saved.begin() + 24);
    return saved;
  }();
  return bytes;
}

}  // namespace selfieseg::cli
