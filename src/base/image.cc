#include "base/image.h"

#include <algorithm>
#include <string>

namespace selfieseg::core {
namespace {

constexpr PlaneLayout kGray = {1, {0}, 0, 0}, kChroma = {2, {1, 2}, 1, 1},
                      kChromaReversed = {2, {2, 1}, 1, 1}, kCb = {1, {1}, 1, 1},
                      kCr = {1, {2}, 1, 1}, kTallCb = {1, {1}, 1, 0}, kTallCr = {1, {2}, 1, 0};

constexpr PixelFormat kFormats[] = {
    // id, name, bytes, r, g, b, a, frame, yuv, planes
    {SELFIESEG_RGB, "rgb", 3, 0, 1, 2, -1, true, false, 1, {{3, {0, 1, 2}, 0, 0}}},
    {SELFIESEG_BGR, "bgr", 3, 2, 1, 0, -1, true, false, 1, {{3, {2, 1, 0}, 0, 0}}},
    {SELFIESEG_RGBA, "rgba", 4, 0, 1, 2, 3, true, false, 1, {{4, {0, 1, 2, 3}, 0, 0}}},
    {SELFIESEG_BGRA, "bgra", 4, 2, 1, 0, 3, true, false, 1, {{4, {2, 1, 0, 3}, 0, 0}}},
    {SELFIESEG_GRAY, "gray", 1, 0, 0, 0, -1, true, false, 1, {kGray}},
    {SELFIESEG_GRAY_F32, "gray_f32", 4, -1, -1, -1, -1, false, false, 1, {}, 4},
    {SELFIESEG_NV12, "nv12", 1, -1, -1, -1, -1, true, true, 2, {kGray, kChroma}},
    {SELFIESEG_NV21, "nv21", 1, -1, -1, -1, -1, true, true, 2, {kGray, kChromaReversed}},
    {SELFIESEG_I420, "i420", 1, -1, -1, -1, -1, true, true, 3, {kGray, kCb, kCr}},
    {SELFIESEG_YV12, "yv12", 1, -1, -1, -1, -1, true, true, 3, {kGray, kCr, kCb}},
    {SELFIESEG_YUY2, "yuy2", 2, -1, -1, -1, -1, true, true, 1, {{4, {0, 1, 0, 2}, 1, 0}}},
    {SELFIESEG_UYVY, "uyvy", 2, -1, -1, -1, -1, true, true, 1, {{4, {1, 0, 2, 0}, 1, 0}}},
    {SELFIESEG_P010, "p010", 2, -1, -1, -1, -1, true, true, 2, {kGray, kChroma}, 2, 6},
    {SELFIESEG_I010, "i010", 2, -1, -1, -1, -1, true, true, 3, {kGray, kCb, kCr}, 2, 0},
    {SELFIESEG_YVYU, "yvyu", 2, -1, -1, -1, -1, true, true, 1, {{4, {0, 2, 0, 1}, 1, 0}}},
    {SELFIESEG_I422, "i422", 1, -1, -1, -1, -1, true, true, 3, {kGray, kTallCb, kTallCr}},
    {SELFIESEG_I210, "i210", 2, -1, -1, -1, -1, true, true, 3, {kGray, kTallCb, kTallCr}, 2, 0},
};

Status Bad(const char* what, const std::string& fault) {
  return {SELFIESEG_BAD_ARGUMENT, std::string(what) + " " + fault};
}

}  // namespace

std::span<const PixelFormat> PixelFormats() { return kFormats; }

const PixelFormat* FindPixelFormat(int id) {
  for (const PixelFormat& format : kFormats) {
    if (format.id == id) return &format;
  }
  return nullptr;
}

Result<Image> Image::Create(const selfieseg_image* image, const char* what) {
  if (image == nullptr) return Bad(what, "is null");
  if (image->struct_size < sizeof(selfieseg_image)) {
    return Bad(what, "has struct_size " + std::to_string(image->struct_size) + ", need " +
                         std::to_string(sizeof(selfieseg_image)) + ": make it by selfieseg_wrap()");
  }
  const PixelFormat* format = FindPixelFormat(image->format);
  if (format == nullptr) return Bad(what, "has unknown format " + std::to_string(image->format));
  const int width = image->width;
  const int height = image->height;
  if (width < 1 || height < 1 || width > kMaxSide || height > kMaxSide) {
    return Bad(what, "is " + std::to_string(width) + "x" + std::to_string(height) +
                         " pixels, each side must be 1.." + std::to_string(kMaxSide));
  }
  if (image->data == nullptr) return Bad(what, "has no pixels (data is null)");
  const auto bad_stride = [&](const char* name, size_t stride, int plane) {
    return Bad(what, std::string("has a ") + name + " of " + std::to_string(stride) +
                         " bytes, a row of " + std::to_string(width) + " " + format->name +
                         " pixels has " + std::to_string(format->RowBytes(plane, width)));
  };
  if (image->stride < format->RowBytes(0, width) || image->stride > SIZE_MAX / size_t(height)) {
    return bad_stride("stride", image->stride, 0);
  }
  Image checked = {format, width, height, static_cast<uint8_t*>(image->data), image->stride};
  for (int plane = 1; plane < format->planes; ++plane) {
    const size_t stride = image->chroma_stride[plane - 1];
    if (image->chroma[plane - 1] == nullptr) {
      return Bad(what, "has no plane " + std::to_string(plane) + " of " + format->name);
    }
    if (stride < format->RowBytes(plane, width) || stride > SIZE_MAX / size_t(height)) {
      return bad_stride("chroma stride", stride, plane);
    }
    checked.chroma[plane - 1] = static_cast<uint8_t*>(image->chroma[plane - 1]);
    checked.chroma_stride[plane - 1] = stride;
  }
  if (format->yuv) {
    const int matrix = image->matrix, range = image->range, siting = image->siting;
    if (matrix < SELFIESEG_MATRIX_AUTO || matrix > SELFIESEG_BT2020) {
      return Bad(what, "has unknown matrix " + std::to_string(matrix));
    }
    if (range < SELFIESEG_LIMITED || range > SELFIESEG_FULL) {
      return Bad(what, "has unknown range " + std::to_string(range));
    }
    if (siting < SELFIESEG_LEFT || siting > SELFIESEG_TOP_LEFT) {
      return Bad(what, "has unknown siting " + std::to_string(siting));
    }
    const bool large = width >= 1280 || height >= 720;
    checked.coding = YuvCoding(matrix != SELFIESEG_MATRIX_AUTO ? image->matrix
                               : large                         ? SELFIESEG_BT709
                                                               : SELFIESEG_BT601,
                               image->range, format->TenBits());
    checked.siting = image->siting;
  }
  if (image->orientation < 0 || image->orientation > 8) {
    return Bad(what, "has unknown orientation " + std::to_string(image->orientation));
  }
  checked.orientation = std::max(image->orientation, 1);
  const size_t unit = size_t(format->number_bytes);
  for (int plane = 0; plane < format->planes; ++plane) {
    const bool first = plane == 0;
    const size_t stride = first ? checked.stride : checked.chroma_stride[plane - 1];
    if (stride % unit != 0 || uintptr_t(checked.PlaneRow(plane, 0)) % unit != 0) {
      return Bad(what, std::string("of format ") + format->name + " must be aligned to " +
                           std::to_string(unit) + " bytes");
    }
  }
  return checked;
}

Image Image::Part(const Rect& part) const {
  Image image = *this;
  image.width = part.width;
  image.height = part.height;
  image.data += stride * size_t(part.y) + size_t(part.x) * size_t(format->bytes_per_pixel);
  for (int plane = 1; plane < format->planes; ++plane) {
    const PlaneLayout& layout = format->plane[plane];
    image.chroma[plane - 1] = PlaneRow(plane, part.y >> layout.y_shift) +
                              size_t(part.x >> layout.x_shift) * format->GroupBytes(plane);
  }
  return image;
}

// ITU-R BT.601, BT.709 and BT.2020: luma is a mean of RGB, chroma is blue and red without luma,
// made to fit into -0.5..0.5.
YuvCoding::YuvCoding(selfieseg_matrix matrix, selfieseg_range range, bool ten_bits) {
  kr = matrix == SELFIESEG_BT709 ? 0.2126f : matrix == SELFIESEG_BT2020 ? 0.2627f : 0.299f;
  kb = matrix == SELFIESEG_BT709 ? 0.0722f : matrix == SELFIESEG_BT2020 ? 0.0593f : 0.114f;
  kg = 1 - kr - kb;
  const bool full = range == SELFIESEG_FULL;
  const float full_gain = ten_bits ? 1020.0f / 1023 : 1.0f;
  luma_zero = full ? 0.0f : 16.0f / 255;
  luma_gain = full ? full_gain : 255.0f / 219;
  chroma_zero = 128.0f / 255;
  const float chroma_gain = full ? full_gain : 255.0f / 224;
  cr_red = 2 * (1 - kr) * chroma_gain;
  cb_blue = 2 * (1 - kb) * chroma_gain;
  cb_green = cb_blue * kb / kg;
  cr_green = cr_red * kr / kg;
  luma_share = 1 / luma_gain;
  blue_cb = 1 / cb_blue;
  red_cr = 1 / cr_red;
}

}  // namespace selfieseg::core
