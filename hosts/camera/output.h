// Where the finished frames go. All frames are YUY2 without padding, BT.601, of one size.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>

namespace selfieseg::camera {

struct Shape {
  int width, height;
  int rate;  // frames a second
  size_t bytes() const { return size_t(width) * size_t(height) * 2; }
  bool operator==(const Shape&) const = default;
};

class Output {
 public:
  virtual ~Output() = default;
  // Whether somebody looks; true where that cannot be known.
  virtual bool HasReader() = 0;
  virtual bool KnowsReaders() const { return true; }
  // Throws std::runtime_error when it is gone and must be opened again.
  virtual void Show(std::span<const uint8_t> frame) = 0;
  // Whether the user closed it.
  virtual bool WasClosed() { return false; }
};

// Each throws std::runtime_error.
std::unique_ptr<Output> OpenPipeWire(const Shape& shape, const char* name = "selfieseg");
std::unique_ptr<Output> OpenV4l2(const std::string& device, const Shape& shape);
std::unique_ptr<Output> OpenWindow(const Shape& shape);

}  // namespace selfieseg::camera
