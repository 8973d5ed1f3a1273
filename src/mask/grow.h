// The outline of a matte moved out or in by some pixels, and a matte turned into that of the
// background.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

namespace selfieseg::core {

inline constexpr int kMostGrow = 64;  // pixels

// Each pixel becomes the greatest of a disc around it, or the least. Outside of the matte lies
// nothing.
class Grower {
 public:
  // pixels: the disc's radius; negative shrinks. invert: what was 0 is 1 then.
  Grower(int pixels, bool invert)
      : radius_(std::abs(pixels)), shrink_(pixels < 0), invert_(invert) {}

  // Makes room for mattes of this size; the next row is the first one.
  void Prepare(int width, int height);

  // Row y, to `out`, of bytes or floats in [0, 1]; rows are asked for from the top, each once.
  // read(line, row) writes a line of the plain matte to `row`; it is called for each line once,
  // from the top, at most the radius ahead. Real-time safe.
  template <class T, class Read>
  void Row(int y, const Read& read, T* out) {
    for (const int last = std::min(y + radius_, height_ - 1); next_ <= last; ++next_) {
      read(next_, Line<T>(next_));
    }
    Gather(y, out);
    if (y + 1 == height_) next_ = 0;
  }

 private:
  template <class T>
  T* Line(int y) {
    return reinterpret_cast<T*>(&lines_[size_t(y % (2 * radius_ + 1)) * room_]);
  }
  template <class T>
  void Gather(int y, T* out);
  template <class T, class More>
  void Gather(int y, T least, const More& more, T* out);

  int radius_;
  bool shrink_, invert_;
  int width_ = 0, height_ = 0, next_ = 0;
  size_t room_ = 0;  // bytes of a line
  std::vector<uint8_t> lines_, wide_[2];
};

}  // namespace selfieseg::core
