// Reads a .tflite file into a Graph and believes nothing in it.
#pragma once

#include <cstdint>
#include <span>

#include "base/status.h"
#include "net/graph.h"

namespace selfieseg::core {

// The bytes are not kept. Any fault is a kBadModel status that names the thing and what is wrong
// with it.
Result<Graph> ParseTflite(std::span<const uint8_t> bytes);

}  // namespace selfieseg::core
