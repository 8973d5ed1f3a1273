// A picture with alpha that is drawn over a part of the frame: it costs what its own area costs.
#pragma once

#include <vector>

#include "base/image.h"
#include "base/rows.h"

namespace selfieseg::core {

class Overlay {
 public:
  // Groups of a line of a plane, and what they are drawn with: numbers, and how much of each is
  // the picture's. Both are padded.
  struct Span {
    size_t begin = 0, end = 0;
    const uint8_t *numbers = nullptr, *alpha = nullptr;
    size_t channels = 0, number_bytes = 0;
    bool empty() const { return begin >= end; }
    // What of it lies in these groups.
    Span Within(size_t first, size_t last) const;
  };

  // Takes a copy; x and y are where its left upper corner lies in upright frames. Any format of RGB
  // or gray; what has no alpha is opaque. Real-time safe if it is not larger than any before.
  void Set(const Image& picture, int x, int y);
  void Clear() { upright_ = {}; }
  bool empty() const { return upright_.width == 0; }

  // For results like `out`.
  void Prepare(const Image& out);
  // Real-time safe.
  Span OfLine(int plane, int y) const;

 private:
  struct Plane {
    int left, top, groups, lines;
    size_t channels;
    std::vector<uint8_t> numbers, alpha;
  };
  void Fill(const Image& out, int number);

  const PixelFormat* picture_format_ = nullptr;
  std::vector<uint8_t> picture_, turned_;  // without padding; the other lies as frames do
  Rect upright_, part_;                    // of the frame, where they lie; no width: there is none
  Plane planes_[3] = {};

  // What the planes were made for.
  bool ready_ = false;
  const PixelFormat* format_ = nullptr;
  int frame_width_ = 0, frame_height_ = 0, orientation_ = 1;
  YuvCoding coding_;
};

}  // namespace selfieseg::core
