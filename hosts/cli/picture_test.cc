// Pictures: what we write can be read, odd kinds come out right, and damage is refused.
#include "cli/picture.h"

#include <gtest/gtest.h>

#include <array>
#include <cstdio>  // jpeglib.h needs it first
#include <cstdlib>
#include <functional>
#include <random>

#include <jpeglib.h>
#include <png.h>

#include "cli/failure.h"
#include "cli/io/jpeg.h"
#include "cli/io/png.h"
#include "cli/io/webp.h"

namespace selfieseg::cli {
namespace {

// Smooth, so that JPEG keeps it, and different in every channel.
Picture Ramps(selfieseg_format format, int width, int height) {
  Picture picture = NewPicture(format, width, height);
  for (size_t i = 0; i < picture.bytes().size(); ++i) {
    const size_t x = i % picture.stride() / picture.channels(), y = i / picture.stride();
    picture.bytes()[i] = uint8_t((2 * x + 3 * y + 40 * (i % picture.channels())) % 256);
  }
  return picture;
}

std::array<int, 4> Pixel(const Picture& picture, int x, int y) {
  const uint8_t* pixel = picture.data.get() + picture.stride() * size_t(y) + 4 * size_t(x);
  return {pixel[0], pixel[1], pixel[2], pixel[3]};
}

// A JPEG of one colour in this colour space; progressive when there are `scans`.
Bytes JpegOfOneColour(std::vector<uint8_t> colour, J_COLOR_SPACE space, bool adobe_marker,
                      const std::vector<jpeg_scan_info>& scans = {}) {
  jpeg_compress_struct info = {};
  jpeg_error_mgr errors;
  info.err = jpeg_std_error(&errors);
  jpeg_create_compress(&info);
  unsigned char* data = nullptr;
  unsigned long size = 0;
  jpeg_mem_dest(&info, &data, &size);
  info.image_width = info.image_height = 40;
  info.input_components = int(colour.size());
  info.in_color_space = space;
  jpeg_set_defaults(&info);
  if (!scans.empty()) {
    info.scan_info = scans.data();
    info.num_scans = int(scans.size());
  }
  info.write_Adobe_marker = adobe_marker;
  jpeg_start_compress(&info, TRUE);
  std::vector<uint8_t> row;
  for (int x = 0; x < 40; ++x) row.insert(row.end(), colour.begin(), colour.end());
  for (JSAMPROW rows[] = {row.data()}; info.next_scanline < info.image_height;) {
    jpeg_write_scanlines(&info, rows, 1);
  }
  jpeg_finish_compress(&info);
  jpeg_destroy_compress(&info);
  const Bytes bytes(data, data + size);
  std::free(data);
  return bytes;
}

// Of three channels: all their averages, then the rest of each.
const std::vector<jpeg_scan_info> kProgressive = {{3, {0, 1, 2}, 0, 0, 0, 0},
                                                  {1, {0}, 1, 63, 0, 0},
                                                  {1, {1}, 1, 63, 0, 0},
                                                  {1, {2}, 1, 63, 0, 0}};

// A gray PNG of 16 bits without any gamma, as most programs write it.
Bytes Png16(uint16_t level) {
  Bytes bytes;
  png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, nullptr, nullptr, nullptr);
  png_infop info = png_create_info_struct(png);
  png_set_write_fn(
      png, &bytes,
      [](png_structp p, png_bytep data, size_t size) {
        Bytes* all = static_cast<Bytes*>(png_get_io_ptr(p));
        all->insert(all->end(), data, data + size);
      },
      [](png_structp) {});
  png_set_IHDR(png, info, 2, 1, 16, PNG_COLOR_TYPE_GRAY, PNG_INTERLACE_NONE,
               PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
  png_write_info(png, info);
  const uint8_t row[] = {uint8_t(level >> 8), uint8_t(level), uint8_t(level >> 8), uint8_t(level)};
  png_write_row(png, row);
  png_write_end(png, nullptr);
  png_destroy_write_struct(&png, &info);
  return bytes;
}

std::string Refusal(const std::function<void()>& call) {
  try {
    call();
  } catch (const Failure& failure) {
    return failure.what();
  }
  return "";
}

TEST(Png, KeepsColourAndAlphaExactly) {
  const Picture picture = Ramps(SELFIESEG_RGBA, 37, 21);
  const Picture back = DecodePicture(EncodePng(picture));
  ASSERT_EQ(back.width, 37);
  ASSERT_EQ(back.height, 21);
  EXPECT_TRUE(std::equal(picture.bytes().begin(), picture.bytes().end(), back.bytes().begin()));
}

TEST(Png, GrayComesBackInEveryColour) {
  const Picture picture = Ramps(SELFIESEG_GRAY, 5, 3);
  const Picture back = DecodePicture(EncodePng(picture));
  EXPECT_EQ(Pixel(back, 4, 2), (std::array<int, 4>{14, 14, 14, 255}));
}

TEST(Png, SixteenBitsAreNotTakenForLinearLight) {
  EXPECT_EQ(Pixel(DecodePicture(Png16(0x4040)), 1, 0), (std::array<int, 4>{64, 64, 64, 255}));
}

TEST(Png, WithoutAlphaIsOpaque) {
  Picture picture = Ramps(SELFIESEG_RGBA, 5, 3);
  picture.opaque = true;
  EXPECT_EQ(Pixel(DecodePicture(EncodePng(picture)), 1, 1), (std::array<int, 4>{5, 45, 85, 255}));
}

TEST(Png, ReadsAFileThatLacksOnlyItsEnd) {
  const Bytes bytes = EncodePng(Ramps(SELFIESEG_GRAY, 30, 20));
  EXPECT_EQ(DecodePicture(bytes).warning, "");
  EXPECT_NE(DecodePicture(std::span(bytes).first(bytes.size() - 12)).warning, "");
}

TEST(Webp, KeepsAMaskAndAlphaExactlyAndColoursNearly) {
  const Picture mask = Ramps(SELFIESEG_GRAY, 40, 30), picture = Ramps(SELFIESEG_RGBA, 40, 30);
  const Picture mask_back = DecodePicture(EncodeWebp(mask));
  const Picture back = DecodePicture(EncodeWebp(picture));
  ASSERT_EQ(back.width, 40);
  for (int y = 0; y < 30; ++y) {
    for (int x = 0; x < 40; ++x) {
      ASSERT_EQ(Pixel(mask_back, x, y)[0], (2 * x + 3 * y) % 256);
      ASSERT_EQ(Pixel(back, x, y)[3], Pixel(picture, x, y)[3]);
    }
    for (int c = 0; c < 3; ++c) EXPECT_NEAR(Pixel(back, 5, y)[c], Pixel(picture, 5, y)[c], 12);
  }
}

TEST(Webp, HoldsNoMoreThanItCan) {
  const Picture wide = NewPicture(SELFIESEG_GRAY, 16384, 1);
  EXPECT_NE(Refusal([&] { EncodeWebp(wide); }).find("at most 16383"), std::string::npos);
}

TEST(Jpeg, KeepsColoursNearly) {
  Picture picture = Ramps(SELFIESEG_RGBA, 40, 30);
  picture.opaque = true;
  const Picture back = DecodePicture(EncodeJpeg(picture));
  for (int y = 0; y < 30; ++y) {
    for (int c = 0; c < 3; ++c) EXPECT_NEAR(Pixel(back, 5, y)[c], Pixel(picture, 5, y)[c], 8);
  }
}

TEST(Jpeg, KeepsAMaskNearly) {
  const Picture picture = Ramps(SELFIESEG_GRAY, 30, 20);
  const Picture back = DecodePicture(EncodeJpeg(picture));
  for (int y = 0; y < 20; ++y) {
    for (int x = 0; x < 30; ++x) EXPECT_NEAR(Pixel(back, x, y)[0], (2 * x + 3 * y) % 256, 8);
  }
}

TEST(Jpeg, IsTurnedAsItsExifSays) {
  Bytes bytes = EncodeJpeg(Ramps(SELFIESEG_GRAY, 30, 20));
  const Bytes app1 = {0xFF, 0xE1, 0, 34, 'E', 'x', 'i', 'f', 0,    0,    'I', 'I',
                      42,   0,    8, 0,  0,   0,   1,   0,   0x12, 0x01, 3,   0,
                      1,    0,    0, 0,  6,   0,   0,   0,   0,    0,    0,   0};
  bytes.insert(bytes.begin() + 2, app1.begin(), app1.end());
  const Picture turned = DecodePicture(bytes);
  EXPECT_EQ(turned.width, 20);
  EXPECT_EQ(turned.height, 30);
  EXPECT_NEAR(Pixel(turned, 19, 0)[0], 0, 8);  // what was stored first is shown above right
}

TEST(Jpeg, HoldsNoAlpha) { EXPECT_THROW(EncodeJpeg(Ramps(SELFIESEG_RGBA, 8, 8)), Failure); }

TEST(Jpeg, ReadsEveryColourSpace) {
  struct Case {
    const char* name;
    std::vector<uint8_t> colour;
    J_COLOR_SPACE space;
    std::vector<jpeg_scan_info> scans;
    std::array<int, 4> expected;
  };
  const Case kCases[] = {
      {"gray", {90}, JCS_GRAYSCALE, {}, {90, 90, 90, 255}},
      {"colour", {200, 100, 50}, JCS_RGB, {}, {200, 100, 50, 255}},
      {"progressive", {200, 100, 50}, JCS_RGB, kProgressive, {200, 100, 50, 255}},
      {"inverted inks", {200, 100, 50, 255}, JCS_CMYK, {}, {200, 100, 50, 255}},
      {"with black", {200, 100, 50, 128}, JCS_CMYK, {}, {100, 50, 25, 255}},
  };
  for (const Case& row : kCases) {
    const Bytes bytes = JpegOfOneColour(row.colour, row.space, row.space == JCS_CMYK, row.scans);
    const auto pixel = Pixel(DecodePicture(bytes), 20, 20);
    for (size_t i = 0; i < 4; ++i) EXPECT_NEAR(pixel[i], row.expected[i], 3) << row.name << i;
  }
}

TEST(Jpeg, RefusesInksOfUnknownPolarity) {
  const Bytes bytes = JpegOfOneColour({1, 2, 3, 4}, JCS_CMYK, false);
  EXPECT_NE(Refusal([&] { DecodePicture(bytes); }).find("CMYK"), std::string::npos);
}

TEST(Jpeg, ReadsAFileThatLacksOnlyItsEnd) {
  const Bytes bytes = EncodeJpeg(Ramps(SELFIESEG_GRAY, 30, 20));
  EXPECT_EQ(DecodePicture(bytes).warning, "");
  EXPECT_NE(DecodePicture(std::span(bytes).first(bytes.size() - 2)).warning, "");
}

TEST(Jpeg, ReadsAFileWithSomethingBehindIt) {
  Bytes bytes = EncodeJpeg(Ramps(SELFIESEG_GRAY, 30, 20));
  bytes.insert(bytes.end(), 5000, 'x');
  EXPECT_EQ(DecodePicture(bytes).width, 30);
}

TEST(Jpeg, RefusesMoreScansThanAnyEncoderMakes) {
  // Every coefficient by itself, bit by bit: small to store and slow to decode.
  std::vector<jpeg_scan_info> scans = {{1, {0}, 0, 0, 0, 0}};
  for (int coefficient = 1; coefficient < 64; ++coefficient) {
    scans.push_back({1, {0}, coefficient, coefficient, 0, 9});
    for (int bit = 9; bit > 0; --bit) {
      scans.push_back({1, {0}, coefficient, coefficient, bit, bit - 1});
    }
  }
  const Bytes many = JpegOfOneColour({90}, JCS_GRAYSCALE, false, scans);
  EXPECT_NE(Refusal([&] { DecodePicture(many); }).find("more than 500 scans"), std::string::npos);
  scans.resize(500);
  EXPECT_EQ(DecodePicture(JpegOfOneColour({90}, JCS_GRAYSCALE, false, scans)).width, 40);
}

TEST(Decode, RefusesEveryCutInThePicture) {
  const Bytes jpeg = EncodeJpeg(Ramps(SELFIESEG_GRAY, 64, 64));
  const Bytes png = EncodePng(Ramps(SELFIESEG_RGBA, 64, 64));
  const Bytes webp = EncodeWebp(Ramps(SELFIESEG_RGBA, 64, 64));
  for (int percent = 0; percent < 100; percent += 5) {
    const auto first = [&](const Bytes& all) {
      return std::span(all).first(all.size() * size_t(percent) / 100);
    };
    EXPECT_THROW(DecodePicture(first(jpeg)), Failure) << percent;
    EXPECT_THROW(DecodePicture(first(png)), Failure) << percent;
    EXPECT_THROW(DecodePicture(first(webp)), Failure) << percent;
  }
}

TEST(Decode, DamageNeverDoesMoreThanFail) {
  const Bytes files[] = {EncodeJpeg(Ramps(SELFIESEG_GRAY, 64, 64)),
                         JpegOfOneColour({200, 100, 50}, JCS_RGB, false, kProgressive),
                         EncodePng(Ramps(SELFIESEG_RGBA, 64, 64)),
                         EncodeWebp(Ramps(SELFIESEG_RGBA, 64, 64))};
  std::mt19937 random(1);
  for (int i = 0; i < 2000; ++i) {
    Bytes bytes = files[i % 4];
    for (int flips = 0; flips < 3; ++flips) bytes[random() % bytes.size()] = uint8_t(random());
    Refusal([&] { DecodePicture(bytes); });
  }
}

TEST(NewPicture, RefusesSizesBeforeItAllocates) {
  const std::pair<int64_t, int64_t> kSizes[] = {
      {0, 5},     {5, 0},         {-1, 5},        {65536, 1},
      {1, 65536}, {10001, 10000}, {65500, 65500}, {int64_t{1} << 31, int64_t{1} << 31},
  };
  for (const auto& [width, height] : kSizes) {
    EXPECT_THROW(NewPicture(SELFIESEG_GRAY, width, height), Failure) << width << "x" << height;
  }
  EXPECT_EQ(NewPicture(SELFIESEG_GRAY, 65535, 1).bytes().size(), 65535u);
}

TEST(Formats, AreFoundByContent) {
  EXPECT_STREQ(FindFormatByContent(EncodePng(Ramps(SELFIESEG_GRAY, 2, 2)))->name, "PNG");
  EXPECT_STREQ(FindFormatByContent(EncodeJpeg(Ramps(SELFIESEG_GRAY, 2, 2)))->name, "JPEG");
  EXPECT_EQ(FindFormatByContent(Bytes{'h', 'e', 'l', 'l', 'o'}), nullptr);
  EXPECT_EQ(FindFormatByContent(Bytes{}), nullptr);
}

TEST(Formats, AreKnownByExtension) {
  EXPECT_STREQ(FindFormatByExtension("a.b/x.PNG")->name, "PNG");
  EXPECT_STREQ(FindFormatByExtension("x.jpeg")->name, "JPEG");
  EXPECT_STREQ(FindFormatByExtension("x.webp")->name, "WebP");
  EXPECT_EQ(FindFormatByExtension("/dev/null"), nullptr);
  EXPECT_EQ(FindFormatByExtension("x.txt"), nullptr);
}

}  // namespace
}  // namespace selfieseg::cli
