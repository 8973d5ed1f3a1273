// NumPy's .npy files, as far as dumps need them: version 1.0, little-endian float32, C order.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "cli/files.h"

namespace selfieseg::cli {

struct Array {
  std::vector<int64_t> shape;
  std::vector<float> values;  // the last dimension innermost
};

// `values` has as many floats as `shape` says.
Bytes EncodeNpy(std::span<const int64_t> shape, std::span<const float> values);

// Throws Failure, without the file's name, for anything that EncodeNpy could not have meant.
Array DecodeNpy(std::span<const uint8_t> bytes);

// "2x3" for a shape of two dimensions.
std::string ShapeText(std::span<const int64_t> shape);

}  // namespace selfieseg::cli
