#include "base/enlarge.h"

#include <algorithm>
#include <cmath>

namespace selfieseg::core {

Cells::Cells(int samples, int width, double samples_per_column, const std::vector<double>& elements)
    : width_(width),
      samples_per_column_(samples_per_column),
      begins_(size_t(samples) + 2, width),
      cells_(RowRoom(size_t(width)), samples),
      fractions_(RowRoom(size_t(width))),
      elements_(elements.size() * RowRoom(size_t(width))) {
  Locate(elements);
}

void Cells::Fit(int width) {
  width_ = width;
  samples_per_column_ = double(begins_.size() - 2) / width;
  std::fill(begins_.begin(), begins_.end(), width);
  const size_t room = RowRoom(size_t(width));
  cells_.assign(std::max(cells_.size(), room), int32_t(samples()));
  if (fractions_.size() < room) fractions_ = Buffer(room);
  elements_.resize(std::max(elements_.size(), room));
  constexpr double kMiddle[] = {0.5};
  Locate(kMiddle);
}

void Cells::Locate(std::span<const double> elements) {
  for (int x = width_ - 1; x >= 0; --x) {
    const size_t cell = CellOf(size_t(x));
    begins_[cell] = x;
    cells_[size_t(x)] = int32_t(cell);
    const double sample = double(cell) - 1;
    const auto fraction = [&](double at) {
      return std::clamp((x + at) * samples_per_column_ - 0.5 - sample, 0.0, 1.0);
    };
    fractions_[size_t(x)] = float(fraction(0.5));
    for (size_t i = 0; i < elements.size(); ++i) {
      elements_[size_t(x) * elements.size() + i] =
          int16_t(std::min(std::lround(fraction(elements[i]) * 32768), 32767L));
    }
  }
  for (size_t cell = begins_.size() - 1; cell-- > 0;) {  // cells without columns
    begins_[cell] = std::min(begins_[cell], begins_[cell + 1]);
  }
}

size_t Cells::CellOf(size_t x) const {
  const double position = (double(x) + 0.5) * samples_per_column_ - 0.5;
  return size_t(std::clamp(int(std::floor(position)) + 1, 0, int(begins_.size()) - 2));
}

CellColumns Cells::Columns(size_t begin, size_t end) const {
  CellColumns columns = OfCells(CellOf(begin), CellOf(end - 1));
  columns.begin = begin;
  columns.end = end;
  return columns;
}

void WideLines::Prepare(const Cells& cells, size_t channels) {
  channels_ = channels;
  numbers_[0] = numbers_[1] = -1;
  const size_t stored = channels == 3 ? 4 : channels;
  narrow_.resize(stored * (cells.samples() + 2));
  for (auto& line : lines_) line.resize(stored * RowRoom(size_t(cells.width())));
}

void WideLines::Enlarge(const RowKernels& rows, const Cells& cells, const int16_t* numbers,
                        int number) {
  int16_t* wide = lines_[size_t(number) % 2].data();
  numbers_[size_t(number) % 2] = number;
  const size_t stored = channels_ == 3 ? 4 : channels_, count = stored * cells.samples();
  const size_t width = size_t(cells.width());
  const int16_t* line = numbers + size_t(number) * count;
  std::copy_n(line, stored, narrow_.data());
  std::copy_n(line, count, narrow_.data() + stored);
  std::copy_n(line + count - stored, stored, narrow_.data() + stored + count);
  rows.stretch_numbers(narrow_.data(), cells.Columns(0, width), stored, wide);
  for (size_t x = 0; channels_ == 3 && x < width; ++x) {
    wide[3 * x] = wide[4 * x];
    wide[3 * x + 1] = wide[4 * x + 1];
    wide[3 * x + 2] = wide[4 * x + 2];
  }
}

}  // namespace selfieseg::core
