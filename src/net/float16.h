// Numbers of 16 bits, in which the networks keep their constants.
#pragma once

#include <cmath>
#include <cstdint>

namespace selfieseg::core {

// IEEE 754 binary16. Exact.
inline float FromFloat16(uint16_t half) {
  const int exponent = (half >> 10) & 31;
  const int mantissa = half & 1023;
  float value;
  if (exponent == 31) {
    value = mantissa == 0 ? INFINITY : NAN;
  } else if (exponent == 0) {
    value = std::ldexp(float(mantissa), -24);
  } else {
    value = std::ldexp(float(mantissa | 1024), exponent - 25);
  }
  return half & 0x8000 ? -value : value;
}

}  // namespace selfieseg::core
