// For tests: somebody before a wall, drawn into and read from OBS's frames of any layout.
#pragma once

#include <obs.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <iterator>
#include <ostream>

namespace selfieseg::obs {

// Red, green and blue, or Y, Cb and Cr, or gray; of 8 bits.
using Pixel = std::array<int, 3>;

// Where a number is: every so many bytes of a line, for so many columns and lines (as shifts).
struct Place {
  int plane, offset, step, columns = 0, lines = 0;
};
struct Layout {
  const char* name;
  video_format format;
  bool is_full;          // not Y'CbCr, which is limited here
  Place places[3];       // step 0: there is none
  int shift_of_10 = -1;  // of 10 bits in words of 16
};
// For names of tests.
inline void PrintTo(const Layout& layout, std::ostream* out) { *out << layout.name; }

inline constexpr Layout kLayouts[] = {
    {"nv12", VIDEO_FORMAT_NV12, false, {{0, 0, 1}, {1, 0, 2, 1, 1}, {1, 1, 2, 1, 1}}},
    {"i420", VIDEO_FORMAT_I420, false, {{0, 0, 1}, {1, 0, 1, 1, 1}, {2, 0, 1, 1, 1}}},
    {"yuy2", VIDEO_FORMAT_YUY2, false, {{0, 0, 2}, {0, 1, 4, 1}, {0, 3, 4, 1}}},
    {"uyvy", VIDEO_FORMAT_UYVY, false, {{0, 1, 2}, {0, 0, 4, 1}, {0, 2, 4, 1}}},
    {"rgba", VIDEO_FORMAT_RGBA, true, {{0, 0, 4}, {0, 1, 4}, {0, 2, 4}}},
    {"bgra", VIDEO_FORMAT_BGRA, true, {{0, 2, 4}, {0, 1, 4}, {0, 0, 4}}},
    {"bgrx", VIDEO_FORMAT_BGRX, true, {{0, 2, 4}, {0, 1, 4}, {0, 0, 4}}},
    {"bgr3", VIDEO_FORMAT_BGR3, true, {{0, 2, 3}, {0, 1, 3}, {0, 0, 3}}},
    {"y800", VIDEO_FORMAT_Y800, true, {{0, 0, 1}}},
    {"i010", VIDEO_FORMAT_I010, false, {{0, 0, 2}, {1, 0, 2, 1, 1}, {2, 0, 2, 1, 1}}, 0},
    {"p010", VIDEO_FORMAT_P010, false, {{0, 0, 2}, {1, 0, 4, 1, 1}, {1, 2, 4, 1, 1}}, 6},
    {"yvyu", VIDEO_FORMAT_YVYU, false, {{0, 0, 2}, {0, 3, 4, 1}, {0, 1, 4, 1}}},
    {"i422", VIDEO_FORMAT_I422, false, {{0, 0, 1}, {1, 0, 1, 1}, {2, 0, 1, 1}}},
    {"i210", VIDEO_FORMAT_I210, false, {{0, 0, 2}, {1, 0, 2, 1}, {2, 0, 2, 1}}, 0},
};
inline constexpr Layout kUnknownLayout = {
    "i444", VIDEO_FORMAT_I444, false, {{0, 0, 1}, {1, 0, 1}, {2, 0, 1}}};

inline const Layout& LayoutOf(video_format format) {
  return *std::find_if(std::begin(kLayouts), std::end(kLayouts),
                       [&](const Layout& layout) { return layout.format == format; });
}

// A colour in a layout's numbers: BT.709, limited; gray is full.
Pixel In(const Layout& layout, const Pixel& rgb);

// A pixel in the frame's own numbers, but for those that are not there, which are 0.
Pixel Read(const obs_source_frame& frame, const Layout& layout, uint32_t x, uint32_t y);

// A pixel of the drawing as Read() gives it.
Pixel Drawn(const obs_source_frame& frame, const Layout& layout, uint32_t x, uint32_t y);

// Draws all of it, and says what its numbers mean.
void Draw(obs_source_frame* frame, const Layout& layout);

}  // namespace selfieseg::obs
