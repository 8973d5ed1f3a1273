// A checksum for pixels that tests pin: a change of it is a change of the pictures people get.
#pragma once

#include <cstdint>
#include <span>

namespace selfieseg {

// FNV-1a, of a value's bytes from the lowest.
template <class T>
uint32_t Checksum(std::span<const T> values) {
  uint32_t sum = 2166136261u;
  for (const T& value : values) {
    const uint8_t* bytes = reinterpret_cast<const uint8_t*>(&value);
    for (size_t i = 0; i < sizeof(T); ++i) sum = (sum ^ bytes[i]) * 16777619u;
  }
  return sum;
}

}  // namespace selfieseg
