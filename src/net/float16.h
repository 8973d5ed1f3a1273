// Numbers of 16 bits, in which the networks keep their constants.
#pragma once

#include <bit>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <span>
#include <type_traits>

namespace selfieseg::core {

// IEEE 754 binary16. Exact.
inline float FromFloat16(uint16_t half) {
  const uint32_t sign = uint32_t(half & 0x8000) << 16;
  const uint32_t exponent = (half >> 10) & 31, mantissa = half & 1023;
  if (exponent == 0) {  // a multiple of 2^-24
    const float value = float(mantissa) * (1.0f / 16777216.0f);
    return std::bit_cast<float>(sign | std::bit_cast<uint32_t>(value));
  }
  const uint32_t wide = exponent == 31 ? 255 : exponent + (127 - 15);  // infinity and NaN
  return std::bit_cast<float>(sign | wide << 23 | mantissa << 13);
}

// As many as `values` has, one after another, of 16 bits or floats. Whether all are finite.
template <class Stored>
bool ReadFloats(const uint8_t* bytes, std::span<float> values) {
  bool finite = true;
  for (float& value : values) {
    Stored stored;
    std::memcpy(&stored, bytes, sizeof(stored));
    if constexpr (std::is_same_v<Stored, float>) {
      value = stored;
    } else {
      value = FromFloat16(stored);
    }
    finite &= std::isfinite(value);
    bytes += sizeof(stored);
  }
  return finite;
}

}  // namespace selfieseg::core
