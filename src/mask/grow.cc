#include "mask/grow.h"

#include <cmath>
#include <type_traits>
#include <utility>

namespace selfieseg::core {

void Grower::Prepare(int width, int height) {
  next_ = 0;
  if (width == width_ && height == height_) return;
  width_ = width, height_ = height;
  room_ = size_t(width) * sizeof(float);
  lines_.assign(room_ * size_t(2 * radius_ + 1), 0);
  for (auto& line : wide_) line.assign(room_ + 2 * sizeof(float), 0);
}

// Lines at one distance from y are equally wide in the disc. From the middle outwards: what was
// gathered grows by the difference of two widths, and the next lines come in.
template <class T, class More>
void Grower::Gather(int y, T least, const More& more, T* out) {
  const size_t width = size_t(width_);
  T *here = reinterpret_cast<T*>(wide_[0].data()) + 1,
    *next = reinterpret_cast<T*>(wide_[1].data()) + 1;
  here[-1] = here[width] = next[-1] = next[width] = least;
  const auto half = [&](int distance) {
    return int(std::sqrt(float(radius_ * radius_ - distance * distance)) + 0.5f);
  };
  std::copy_n(Line<T>(y), width, here);
  for (int distance = 1; distance <= radius_; ++distance) {
    for (int step = half(distance - 1) - half(distance); step > 0; --step) {
      for (size_t x = 0; x < width; ++x) next[x] = more(more(here[x - 1], here[x]), here[x + 1]);
      std::swap(here, next);
    }
    for (const int line : {y - distance, y + distance}) {
      if (line < 0 || line >= height_) continue;
      const T* add = Line<T>(line);
      for (size_t x = 0; x < width; ++x) here[x] = more(here[x], add[x]);
    }
  }
  for (int step = half(radius_); step > 0; --step) {
    for (size_t x = 0; x < width; ++x) next[x] = more(more(here[x - 1], here[x]), here[x + 1]);
    std::swap(here, next);
  }
  std::copy_n(here, width, out);
}

template <class T>
void Grower::Gather(int y, T* out) {
  constexpr T kFull = std::is_same_v<T, float> ? T(1) : T(255);
  if (shrink_) {
    Gather<T>(
        y, kFull, [](T a, T b) { return a < b ? a : b; }, out);
  } else {
    Gather<T>(
        y, T(0), [](T a, T b) { return a > b ? a : b; }, out);
  }
  if (!invert_) return;
  for (int x = 0; x < width_; ++x) out[x] = T(kFull - out[x]);
}

template void Grower::Gather<uint8_t>(int, uint8_t*);
template void Grower::Gather<float>(int, float*);

}  // namespace selfieseg::core
