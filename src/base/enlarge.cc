#include "base/enlarge.h"

#include <algorithm>
#include <cmath>

namespace selfieseg::core {

Cells::Cells(int samples, int width, double samples_per_pixel)
    : width_(width),
      begins_(size_t(samples) + 2, width),
      fractions_(RowRoom(size_t(width))),
      fractions4_(4 * RowRoom(size_t(width))) {
  for (int x = width - 1; x >= 0; --x) {
    const double position = (x + 0.5) * samples_per_pixel - 0.5;
    const double fraction = position - std::floor(position);
    const int cell = std::clamp(int(std::floor(position)) + 1, 0, samples);
    begins_[size_t(cell)] = x;
    fractions_[size_t(x)] = float(fraction);
    const auto fixed = int16_t(std::min(std::lround(fraction * 32768), 32767L));
    std::fill_n(&fractions4_[4 * size_t(x)], 4, fixed);
  }
  for (size_t cell = size_t(samples) + 1; cell-- > 0;) {  // cells without columns
    begins_[cell] = std::min(begins_[cell], begins_[cell + 1]);
  }
}

CellColumns Cells::Columns(size_t begin, size_t end) const {
  const auto cell_of = [&](size_t x) {
    const auto next = std::upper_bound(begins_.begin(), begins_.end() - 1, int32_t(x));
    return size_t(next - begins_.begin()) - 1;
  };
  return {.begins = begins_.data(),
          .cells = begins_.size() - 1,
          .fractions = fractions_.data(),
          .fractions4 = fractions4_.data(),
          .first = cell_of(begin),
          .last = cell_of(end - 1),
          .begin = begin,
          .end = end};
}

}  // namespace selfieseg::core
