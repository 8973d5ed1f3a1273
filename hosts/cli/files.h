// Reading and writing whole files. A file is written beside its target and then renamed onto it:
// all of it or nothing.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace selfieseg::cli {

using Bytes = std::vector<uint8_t>;

inline constexpr size_t kMaxFileBytes = size_t{512} << 20;

// The whole file. Throws Failure when it cannot be read, is empty, or is larger than `max_bytes`.
Bytes ReadFile(const std::string& path, size_t max_bytes = kMaxFileBytes);

// Throws Failure when WriteFile(path) is bound to fail. Changes nothing: call it before long work.
void CheckOutput(const std::string& path);

// Replaces the file at `path`; a device or pipe is written to directly. On Failure the old file is
// untouched and nothing is left behind.
void WriteFile(const std::string& path, std::span<const uint8_t> bytes);

// True when both names lead to one existing file.
bool SameFile(const std::string& a, const std::string& b);

}  // namespace selfieseg::cli
