// The two networks inside the library. The bytes and hashes are put there by cmake/networks.cmake.
#pragma once

#include <cstdint>
#include <span>

namespace selfieseg::core {

struct BuiltinNetwork {
  const char* name;  // "general", "landscape"
  std::span<const uint8_t> bytes;
  const char* sha256;
};

std::span<const BuiltinNetwork> BuiltinNetworks();

}  // namespace selfieseg::core
