#include "obs/drawn_frame_test.h"

#include <cstring>

#include "tests/somebody.h"

namespace selfieseg::obs {
namespace {

uint8_t* At(const obs_source_frame& frame, const Place& place, uint32_t x, uint32_t y) {
  return frame.data[place.plane] + size_t(y >> place.lines) * frame.linesize[place.plane] +
         size_t(place.offset) + size_t(x >> place.columns) * size_t(place.step);
}

void Write(const obs_source_frame& frame, const Layout& layout, uint32_t x, uint32_t y,
           const Pixel& pixel) {
  for (size_t i = 0; i < 3 && layout.places[i].step > 0; ++i) {
    uint8_t* at = At(frame, layout.places[i], x, y);
    const auto word = uint16_t(pixel[i] << (layout.shift_of_10 + 2));
    if (layout.shift_of_10 >= 0) std::memcpy(at, &word, 2);
    if (layout.shift_of_10 < 0) *at = uint8_t(pixel[i]);
  }
}

}  // namespace

Pixel In(const Layout& layout, const Pixel& rgb) {
  if (layout.places[1].step == 0) return {(299 * rgb[0] + 587 * rgb[1] + 114 * rgb[2]) / 1000};
  if (layout.is_full) return rgb;
  const double r = rgb[0] / 255.0, g = rgb[1] / 255.0, b = rgb[2] / 255.0;
  const double y = 0.2126 * r + 0.7152 * g + 0.0722 * b;
  return {int(16.5 + 219 * y), int(128.5 + 224 * (b - y) / 1.8556),
          int(128.5 + 224 * (r - y) / 1.5748)};
}

Pixel Read(const obs_source_frame& frame, const Layout& layout, uint32_t x, uint32_t y) {
  Pixel pixel = {};
  for (size_t i = 0; i < 3 && layout.places[i].step > 0; ++i) {
    const uint8_t* at = At(frame, layout.places[i], x, y);
    uint16_t word = 0;
    if (layout.shift_of_10 >= 0) std::memcpy(&word, at, 2);
    pixel[i] = layout.shift_of_10 >= 0 ? word >> (layout.shift_of_10 + 2) : *at;
  }
  return pixel;
}

Pixel Drawn(const obs_source_frame& frame, const Layout& layout, uint32_t x, uint32_t y) {
  uint8_t rgb[3];
  DrawSomebody(int(x), int(y), int(frame.width), int(frame.height), rgb);
  return In(layout, {rgb[0], rgb[1], rgb[2]});
}

void Draw(obs_source_frame* frame, const Layout& layout) {
  for (uint32_t y = 0; y < frame->height; ++y) {
    for (uint32_t x = 0; x < frame->width; ++x) {
      if (layout.places[0].step == 4 && layout.is_full) *At(*frame, {0, 3, 4}, x, y) = 255;
      Write(*frame, layout, x, y, Drawn(*frame, layout, x, y));
    }
  }
  frame->full_range = layout.is_full;
  video_format_get_parameters_for_format(
      VIDEO_CS_709, layout.is_full ? VIDEO_RANGE_FULL : VIDEO_RANGE_PARTIAL, layout.format,
      frame->color_matrix, frame->color_range_min, frame->color_range_max);
}

}  // namespace selfieseg::obs
