// .npy files: what we write can be read, by NumPy's rules, and nothing else is taken for one.
#include "cli/npy.h"

#include <gtest/gtest.h>

#include <string>

#include "cli/failure.h"

namespace selfieseg::cli {
namespace {

// A file of version 1.0 with this header and `values` zeros.
Bytes FileWithHeader(const std::string& header, size_t values) {
  std::string file("\x93NUMPY\x01\0", 8);
  file += char(header.size() & 0xFF);
  file += char(header.size() >> 8);
  file += header + std::string(values * sizeof(float), '\0');
  return Bytes(file.begin(), file.end());
}

TEST(Npy, ComesBackAsItWasWritten) {
  const int64_t shape[] = {1, 2, 3};
  const float values[] = {0, -1.5f, 3e30f, 1, 2, 3};
  const Array array = DecodeNpy(EncodeNpy(shape, values));
  EXPECT_EQ(array.shape, std::vector<int64_t>({1, 2, 3}));
  EXPECT_EQ(array.values, std::vector<float>(std::begin(values), std::end(values)));
}

TEST(Npy, ValuesStartAtAMultipleOf64Bytes) {
  for (const int64_t size : {1, 1000, 1'000'000'000}) {
    const int64_t shape[] = {size};
    EXPECT_EQ(EncodeNpy(shape, {}).size() % 64, 0u) << size;
  }
}

TEST(Npy, ReadsWhatNumPyMayWrite) {
  struct Case {
    const char* header;
    size_t values;
    std::vector<int64_t> shape;
  };
  const Case kCases[] = {
      {"{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }   \n", 6, {2, 3}},
      {"{'descr': '<f4', 'fortran_order': False, 'shape': (6,), }\n", 6, {6}},
      {"{'shape':(6,),'fortran_order':False,'descr':'<f4'}", 6, {6}},
      {"{'descr': '<f4', 'fortran_order': False, 'shape': (), }\n", 1, {}},
      {"{'descr': '<f4', 'fortran_order': False, 'shape': (0, 4), }\n", 0, {0, 4}},
  };
  for (const Case& row : kCases) {
    EXPECT_EQ(DecodeNpy(FileWithHeader(row.header, row.values)).shape, row.shape) << row.header;
  }
}

TEST(Npy, RefusesOtherHeaders) {
  const char* const kHeaders[] = {
      "",
      "{",
      "{}",
      "{'descr': '<f4', 'fortran_order': False}",
      "{'descr': '<f8', 'fortran_order': False, 'shape': (6,)}",
      "{'descr': '>f4', 'fortran_order': False, 'shape': (6,)}",
      "{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (6,)}",
      "{'descr': '<f4', 'fortran_order': True, 'shape': (6,)}",
      "{'descr': '<f4', 'fortran_order': 0, 'shape': (6,)}",
      "{'descr': '<f4', 'fortran_order': False, 'shape': (7,)}",
      "{'descr': '<f4', 'fortran_order': False, 'shape': (-6,)}",
      "{'descr': '<f4', 'fortran_order': False, 'shape': (6.0,)}",
      "{'descr': '<f4', 'fortran_order': False, 'shape': 6}",
      "{'descr': '<f4', 'fortran_order': False, 'shape': (6",
      "{'descr': '<f4', 'fortran_order': False, 'shape': (4294967296, 4294967296, 6)}",
      "{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999999999999999999,)}",
      "{'descr': '<f4', 'fortran_order': False, 'shape': (1, 1, 1, 1, 1, 1, 1, 1, 6)}",
      "{'descr': '<f4', 'fortran_order': False, 'shape': (6,), 'more': 1}",
      "{'descr': '<f4",
  };
  for (const char* header : kHeaders) {
    EXPECT_THROW(DecodeNpy(FileWithHeader(header, 6)), Failure) << header;
  }
}

TEST(Npy, RefusesEveryCutFile) {
  const int64_t shape[] = {2};
  const float values[] = {1, 2};
  const Bytes whole = EncodeNpy(shape, values);
  for (size_t size = 0; size < whole.size(); ++size) {
    EXPECT_THROW(DecodeNpy(std::span(whole).first(size)), Failure) << size;
  }
}

TEST(Npy, RefusesOtherVersions) {
  const int64_t shape[] = {1};
  const float values[] = {1};
  Bytes bytes = EncodeNpy(shape, values);
  bytes[6] = 2;
  EXPECT_THROW(DecodeNpy(bytes), Failure);
}

}  // namespace
}  // namespace selfieseg::cli
