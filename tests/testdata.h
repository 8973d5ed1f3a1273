// Test data that does not belong to the project: found by the CMake variable SELFIESEG_TESTDATA,
// and skipped without it.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

namespace selfieseg {

inline std::filesystem::path TestData(const std::string& name) {
  return std::filesystem::path(SELFIESEG_TESTDATA) / name;
}

// Raw little-endian float32.
inline std::vector<float> ReadFloats(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::vector<float> values(std::filesystem::file_size(path) / sizeof(float));
  file.read(reinterpret_cast<char*>(values.data()), values.size() * sizeof(float));
  EXPECT_TRUE(file.good()) << path;
  return values;
}

}  // namespace selfieseg

// Ends a test as skipped where the data is absent.
#define NEED_TESTDATA(name)                                  \
  if (!std::filesystem::exists(::selfieseg::TestData(name))) \
  GTEST_SKIP() << "no test data: " << ::selfieseg::TestData(name) << " (set SELFIESEG_TESTDATA)"
