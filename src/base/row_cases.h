// The row functions at work: the list that rows_test.cc checks, at odd widths, and that
// tests/kernels_bench.cc times, at a frame's. A new row is a new test and a new benchmark.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <new>
#include <random>
#include <span>
#include <string>
#include <vector>

#include "base/rows.h"

namespace selfieseg::core {

// What one call reads and writes: random rows, the same ones in every RowMemory, each of exactly
// the size that is asked for: a sanitizer watches. Extreme bytes are frequent.
class RowMemory {
 public:
  enum class Begin { kCacheLine, kOneElementBehind };  // where rows do
  explicit RowMemory(Begin begin) : offset_(begin == Begin::kCacheLine ? 0 : 1) {}

  uint8_t* Bytes(size_t size);
  uint16_t* Words(size_t size);                       // any
  uint32_t* Integers(size_t size);                    // eight of them fit into one
  int16_t* Sixteens(size_t size);                     // 128 times a byte
  float* Floats(size_t size, float low, float high);  // evenly between

  // What a call writes: these elements of our row, which must be as the plain loops leave them.
  template <class T>
  T* Result(T* row, size_t size) {
    results_.push_back(std::as_bytes(std::span(row, size)));
    return row;
  }
  // The same for a row of the caller's, behind which nothing may be written.
  uint8_t* CallersBytes(size_t size) { return Result(Bytes(size + 16), size + 16); }
  float* CallersFloats(size_t size) { return Result(Floats(size + 16, 0, 1), size + 16); }

  // All of them, one after another.
  std::vector<std::byte> Results() const;

 private:
  struct Free {
    void operator()(std::byte* bytes) const { ::operator delete[](bytes, kAlignment); }
  };
  static constexpr std::align_val_t kAlignment{64};

  uint8_t RandomByte();
  template <class T>
  T* Allocate(size_t size);

  size_t offset_;  // elements
  std::mt19937 random_{7};
  std::vector<std::unique_ptr<std::byte[], Free>> rows_;
  std::vector<std::span<const std::byte>> results_;
};

// Owns no rows: uses a RowMemory. May be called again and again; what it adds up goes on growing.
using RowCall = std::function<void(const RowKernels&)>;

struct RowCase {
  std::string name;    // "split/rgba": the function, and what is special
  size_t bench_width;  // that it is timed with
  std::function<RowCall(RowMemory&, size_t width)> prepare;
};

const std::vector<RowCase>& RowCases();

}  // namespace selfieseg::core
