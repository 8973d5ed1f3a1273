// A view of pixels that somebody else owns, and the table of pixel formats that tests, CLI names
// and hosts read.
#pragma once

#include <cstdint>
#include <span>

#include "base/status.h"
#include "selfieseg/selfieseg.h"

namespace selfieseg::core {

// One plane of a format: groups of interleaved numbers, each of 2^x_shift x 2^y_shift pixels.
struct PlaneLayout {
  int channels;      // numbers of a group, 1..4
  int component[4];  // what each is: 0, 1, 2 of RGB or Y'CbCr (Y for each pixel), 3 is alpha
  int x_shift, y_shift;

  int Groups(int width) const { return (width + (1 << x_shift) - 1) >> x_shift; }  // in a row
  int Lines(int height) const { return (height + (1 << y_shift) - 1) >> y_shift; }
};

// One row of the format table. Offsets count channels within a pixel; -1 means absent.
struct PixelFormat {
  selfieseg_format id;
  const char* name;
  int bytes_per_pixel;          // of the first plane
  int red, green, blue, alpha;  // of Y'CbCr absent
  bool frame;                   // can be a frame (else only a matte)
  bool yuv;
  int planes;
  PlaneLayout plane[3];
  int number_bytes = 1;  // 2: ten bits in a little-endian word; 4: a float
  int shift = 0;         // how far up in their word ten bits lie

  bool TenBits() const { return number_bytes == 2; }
  // Of a number: how many of its steps are one of a byte, and the most it can be.
  float Steps() const { return TenBits() ? 4.0f : 1.0f; }
  float Most() const { return TenBits() ? 1023.0f : 255.0f; }

  size_t GroupBytes(int number) const {
    return size_t(plane[number].channels) * size_t(number_bytes);
  }
  // Of a line of a plane.
  size_t RowBytes(int number, int width) const {
    if (!frame) return size_t(width) * size_t(bytes_per_pixel);
    return size_t(plane[number].Groups(width)) * GroupBytes(number);
  }
};

std::span<const PixelFormat> PixelFormats();

// Null for a number that is not in the table.
const PixelFormat* FindPixelFormat(int id);

struct Rect {  // pixels of a picture
  int x = 0, y = 0, width = 0, height = 0;
  bool operator==(const Rect&) const = default;
};

// How codes of Y'CbCr become RGB. Codes and RGB are in [0, 1]: a byte is 255 times that, and ten
// bits, which have four steps for one of a byte, 1020 times. They go a little beyond 1.
struct YuvCoding {
  YuvCoding() : YuvCoding(SELFIESEG_BT601, SELFIESEG_LIMITED) {}
  YuvCoding(selfieseg_matrix matrix, selfieseg_range range, bool ten_bits = false);

  // Components of RGB, times 255.
  void FromRgb(const float rgb[3], float yuv[3]) const {
    const float luma = kr * rgb[0] + kg * rgb[1] + kb * rgb[2];
    yuv[0] = 255 * luma_zero + luma * luma_share;
    yuv[1] = 255 * chroma_zero + (rgb[2] - luma) * blue_cb;
    yuv[2] = 255 * chroma_zero + (rgb[0] - luma) * red_cr;
  }

  float kr, kg, kb;                    // luma's shares of RGB
  float luma_zero, luma_gain;          // luma = (code - zero) * gain
  float chroma_zero, cr_red, cb_blue;  // red = luma + cr_red * (code - zero)
  float cb_green, cr_green;            // both are taken away
  float luma_share, blue_cb, red_cr;   // the inverse
  bool operator==(const YuvCoding&) const = default;
};

// Checked pixels: Image::Create is the only way from the caller's struct to the stages.
struct Image {
  const PixelFormat* format = nullptr;
  int width = 0;
  int height = 0;
  uint8_t* data = nullptr;
  size_t stride = 0;  // bytes
  uint8_t* chroma[2] = {};
  size_t chroma_stride[2] = {};
  YuvCoding coding = {};
  selfieseg_siting siting = SELFIESEG_LEFT;
  int orientation = 1;  // base/turn.h

  // Of a plane; row counts its own lines.
  uint8_t* PlaneRow(int plane, int row) const {
    return plane == 0 ? data + stride * size_t(row)
                      : chroma[plane - 1] + chroma_stride[plane - 1] * size_t(row);
  }

  template <class T = uint8_t>
  T* Row(int y) const {
    return reinterpret_cast<T*>(data + stride * y);
  }

  // The pixels within, which lie in this image. Of Y'CbCr x and y are even.
  Image Part(const Rect& part) const;

  // `what` names the picture in the sentence of an error: "frame", "matte".
  static Result<Image> Create(const selfieseg_image* image, const char* what);
};

inline constexpr int kMaxSide = 65535;  // pixels, of any picture

}  // namespace selfieseg::core
