// Most of a matte is all person or all background: rows are worked on in parts, so that only the
// rim of the person costs what the rim needs.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace selfieseg::core {

enum class Kind { kBackground, kPerson, kSoft };

struct Part {  // of a row
  size_t begin, end;
  Kind kind;
  size_t width() const { return end - begin; }
};

inline constexpr size_t kPartColumns = 64;  // a part's grain

inline Kind KindOf(const uint8_t* matte, size_t width) {
  if (matte[0] != 0 && matte[0] != 255) return Kind::kSoft;
  // All are equal when each equals its neighbour.
  if (std::memcmp(matte, matte + 1, width - 1) != 0) return Kind::kSoft;
  return matte[0] == 0 ? Kind::kBackground : Kind::kPerson;
}

// Calls run(part) for the parts of a row, from the left.
template <class Run>
void ForParts(const uint8_t* matte, size_t width, const Run& run) {
  Part part = {0, 0, Kind::kSoft};
  for (size_t x = 0; x < width; x += kPartColumns) {
    const size_t end = std::min(x + kPartColumns, width);
    const Kind kind = KindOf(matte + x, end - x);
    if (kind != part.kind && part.end > part.begin) {
      run(part);
      part.begin = x;
    }
    part.kind = kind;
    part.end = end;
  }
  run(part);
}

}  // namespace selfieseg::core
