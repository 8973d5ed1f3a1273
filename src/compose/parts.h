// Most of a matte is all person or all background: rows are worked on in parts, so that only the
// rim of the person costs what the rim needs.
#pragma once

#include <algorithm>

#include "base/rows.h"

namespace selfieseg::core {

enum class Kind : uint8_t { kBackground = 0, kPerson = 255, kSoft = 1 };

struct Part {  // of a row
  size_t begin, end;
  Kind kind;
  size_t width() const { return end - begin; }
};

inline constexpr size_t PartsRoom(size_t width) { return width / kPartColumns + 1; }

// Calls run(part) for the parts of a row whose kinds are known, from the left.
template <class Run>
void ForParts(const uint8_t* kinds, size_t width, const Run& run) {
  const size_t count = (width + kPartColumns - 1) / kPartColumns;
  for (size_t i = 0, next = 0; i < count; i = next) {
    for (next = i + 1; next < count && kinds[next] == kinds[i];) ++next;
    run(Part{i * kPartColumns, std::min(next * kPartColumns, width), Kind(kinds[i])});
  }
}

}  // namespace selfieseg::core
