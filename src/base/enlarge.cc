#include "base/enlarge.h"

#include "base/between.h"

namespace selfieseg::core {

Enlarger::Enlarger(const RowKernels& rows, int planes, int small_width, int small_height, int width,
                   int height)
    : rows_(&rows),
      planes_(planes),
      small_width_(small_width),
      small_height_(small_height),
      width_(width),
      height_(height),
      begins_(size_t(small_width) + 2, width),
      fractions_(RowRoom(size_t(width))),
      stretched_(RowRoom(size_t(width)) * 2 * size_t(planes)),
      held_(2 * size_t(planes), -1) {
  for (int x = width - 1; x >= 0; --x) {
    const Between place = LocateBetween(x, small_width, width);
    fractions_[size_t(x)] = place.fraction;
    // Left of the first centre both neighbours are sample 0; right of the last one, the last.
    const double position = (x + 0.5) * small_width / width - 0.5;
    const int cell = position < 0 ? 0 : place.first + 1;
    begins_[size_t(cell)] = x;
  }
  for (size_t cell = size_t(small_width) + 1; cell-- > 0;) {  // cells without columns
    begins_[cell] = std::min(begins_[cell], begins_[cell + 1]);
  }
}

void Enlarger::Start(const float* small) {
  small_ = small;
  std::fill(held_.begin(), held_.end(), -1);
}

float* Enlarger::Stretched(int plane, int small_row) {
  const size_t slot = size_t(plane) * 2 + size_t(small_row & 1);
  float* row = stretched_.data() + slot * RowRoom(size_t(width_));
  if (held_[slot] != small_row) {
    const CellColumns columns = {begins_.data(), size_t(small_width_) + 1, fractions_.data()};
    rows_->stretch(small_ + (size_t(plane) * small_height_ + small_row) * small_width_, columns,
                   row);
    held_[slot] = small_row;
  }
  return row;
}

RowPair Enlarger::Row(int plane, int y) {
  const Between place = LocateBetween(y, small_height_, height_);
  const float* above = Stretched(plane, place.first);
  return {above, Stretched(plane, place.second), place.fraction};
}

}  // namespace selfieseg::core
