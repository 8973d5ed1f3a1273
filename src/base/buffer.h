// Memory for floats that vectors can load: aligned to a cache line, zeroed, with room to read one
// vector past the end.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>
#include <span>

namespace selfieseg::core {

// Owns `size` floats. Moves, does not copy.
class Buffer {
 public:
  Buffer() = default;
  explicit Buffer(size_t size) : size_(size), data_(Allocate(size + kPadding)) {
    std::fill_n(data_.get(), size + kPadding, 0.0f);
  }
  explicit Buffer(std::span<const float> values) : Buffer(values.size()) {
    std::copy(values.begin(), values.end(), data());
  }

  float* data() { return data_.get(); }
  const float* data() const { return data_.get(); }
  size_t size() const { return size_; }
  float& operator[](size_t i) { return data_.get()[i]; }
  float operator[](size_t i) const { return data_.get()[i]; }
  std::span<const float> span() const { return {data(), size_}; }

 private:
  static constexpr std::align_val_t kAlignment{64};
  static constexpr size_t kPadding = 16;  // floats: one vector of the widest kind used
  struct Free {
    void operator()(float* floats) const { ::operator delete[](floats, kAlignment); }
  };

  static float* Allocate(size_t floats) {
    // Throws, or where there are no exceptions ends the program.
    if (floats > SIZE_MAX / sizeof(float)) (void)std::allocator<float>().allocate(floats);
    return static_cast<float*>(::operator new[](floats * sizeof(float), kAlignment));
  }

  size_t size_ = 0;
  std::unique_ptr<float[], Free> data_;
};

}  // namespace selfieseg::core
