#include "compose/colors.h"

#include <algorithm>
#include <cmath>

namespace selfieseg::core {
namespace {

constexpr size_t kChannels = 4;  // of a cell
// Cells that a standard deviation should span at least. Estimates reach across soft edges.
constexpr double kBlurCells = 1.1, kEstimateCells = 1.4;
constexpr int kMostBoxRadius = 2;     // so that sums fit: 255 * 255 * 5^6 < 2^32
constexpr float kLeastWeight = 1.0f;  // of 255: counts where there is nothing else

// Boxes of n cells have a variance of (n * n - 1) / 12. Three, of two neighbouring odd sizes, that
// come closest to that of the blur.
void ChooseBoxes(double deviation, int radii[3]) {
  const double wanted = 12 * deviation * deviation;  // times 12
  const int smaller = std::min(int((std::sqrt(4 * deviation * deviation + 1) - 1) / 2), 1);
  const auto variance = [](int radius) { return 4.0 * radius * (radius + 1); };  // times 12
  int larger = 0;
  const auto miss = [&](int count) {
    return std::abs((3 - count) * variance(smaller) + count * variance(smaller + 1) - wanted);
  };
  for (int count = 1; count <= 3; ++count) {
    if (miss(count) < miss(larger)) larger = count;
  }
  if (smaller == 0) larger = std::max(larger, 1);  // a blur blurs
  for (int i = 0; i < 3; ++i) radii[i] = smaller + (i < larger ? 1 : 0);
  static_assert(kMostBoxRadius == 2);
}

// out[x] = the extreme of 3 neighbours, edges clamped: pick(a, b) is the more extreme one.
template <class Pick>
void Neighbours(const float* row, size_t width, const Pick& pick, float* out) {
  for (size_t x = 1; x + 1 < width; ++x) out[x] = pick(pick(row[x - 1], row[x]), row[x + 1]);
  out[0] = pick(row[0], row[std::min<size_t>(1, width - 1)]);
  out[width - 1] = pick(row[width - 1], row[width - 1 - std::min<size_t>(1, width - 1)]);
}

}  // namespace

ColorGrid::Axis::Axis(int samples, int frame, float radius, double finest) {
  const double deviation = double(radius) / 2 * samples / frame;  // in samples
  pool = size_t(std::clamp(deviation / finest, 1.0, double(samples)));
  cells = (size_t(samples) + pool - 1) / pool;
  cells_per_pixel = double(samples) / frame / double(pool);
  ChooseBoxes(deviation / double(pool), box_radii);
}

ColorGrid::ColorGrid(const RowKernels& rows, const Shape& shape, int width, int height,
                     float radius, bool person)
    : rows_(&rows),
      width_(size_t(shape.width)),
      height_(size_t(shape.height)),
      across_(shape.width, width, radius, person ? kEstimateCells : kBlurCells),
      down_(shape.height, height, radius, person ? kEstimateCells : kBlurCells),
      columns_(int(across_.cells), width, across_.cells_per_pixel),
      weights_(width_ * height_),
      extremes_(width_),
      sums_(across_.cells * kChannels),
      cells_(across_.cells * down_.cells * kChannels),
      blurred_(cells_.size()),
      wide_row_((across_.cells + 2 * kMostBoxRadius) * kChannels),
      person_(person),
      colours_(cells_.size() * (person ? 2 : 1) + kRowPadding),
      narrow_(2 * NarrowRoom()) {}

void ColorGrid::Start(const float* rgb, const float* matte, const PixelFormat& order) {
  for (const Layer layer : {Layer::kBackground, Layer::kPerson}) {
    if (layer == Layer::kPerson && !person_) break;
    Weigh(layer, matte);
    Pool(rgb);
    Blur();
    Divide(layer, order);
  }
  narrow_rows_[0] = narrow_rows_[1] = -1;
}

// By the least of the layer's share in the 3 x 3 samples around each: most of it counts as none.
void ColorGrid::Weigh(Layer layer, const float* matte) {
  const bool person = layer == Layer::kPerson;
  const auto least = [](float a, float b) { return b < a ? b : a; };
  for (size_t y = 0; y < height_; ++y) {
    const float* row = matte + y * width_;
    float* share = extremes_.data();
    for (size_t x = 0; x < width_; ++x) share[x] = person ? row[x] : 1.0f - row[x];
    Neighbours(share, width_, least, &weights_[y * width_]);
  }
  float* above = extremes_.data();  // row y - 1 before it was changed
  std::copy_n(weights_.data(), width_, above);
  for (size_t y = 0; y < height_; ++y) {
    float* row = &weights_[y * width_];
    const float* below = y + 1 < height_ ? row + width_ : row;
    for (size_t x = 0; x < width_; ++x) {
      const float here = row[x];
      const float share = least(least(above[x], here), below[x]);
      row[x] = std::max(kLeastWeight, 255.0f * (2.0f * share - 1.0f));
      above[x] = here;
    }
  }
}

// Means of each cell's samples, of colour * weight and weight.
void ColorGrid::Pool(const float* rgb) {
  for (size_t line = 0; line < down_.cells; ++line) {
    std::fill_n(sums_.data(), sums_.size(), 0.0f);
    const size_t top = line * down_.pool, bottom = std::min(top + down_.pool, height_);
    for (size_t y = top; y < bottom; ++y) {
      rows_->pool(rgb + 3 * y * width_, &weights_[y * width_], across_.pool, width_, sums_.data());
    }
    uint32_t* cells = &cells_[line * across_.cells * kChannels];
    for (size_t cell = 0; cell < across_.cells; ++cell) {
      const size_t columns = std::min((cell + 1) * across_.pool, width_) - cell * across_.pool;
      const float share = 1.0f / float(columns * (bottom - top));
      const float* sum = &sums_[cell * kChannels];
      for (size_t c = 0; c < 3; ++c) {
        cells[cell * kChannels + c] = uint32_t(sum[c] * (255.0f * share) + 0.5f);
      }
      cells[cell * kChannels + 3] = uint32_t(std::max(sum[3] * share + 0.5f, 1.0f));
    }
  }
}

// Sums of boxes; outside of the grid lies nothing, of no weight.
void ColorGrid::Blur() {
  const size_t lines = down_.cells, row = across_.cells * kChannels;
  uint32_t* wide = wide_row_.data() + kMostBoxRadius * kChannels;  // between zeros
  const auto add = [&](const uint32_t* from, uint32_t* to) {
    for (size_t i = 0; i < row; ++i) to[i] += from[i];
  };
  for (int box = 0; box < 3; ++box) {
    const size_t across = size_t(across_.box_radii[box]), down = size_t(down_.box_radii[box]);
    for (size_t y = 0; y < lines; ++y) {
      std::copy_n(&cells_[y * row], row, wide);
      uint32_t* to = &blurred_[y * row];
      std::copy_n(wide, row, to);
      for (size_t x = 1; x <= across; ++x) {
        add(wide - x * kChannels, to);
        add(wide + x * kChannels, to);
      }
    }
    for (size_t y = 0; y < lines; ++y) {
      uint32_t* to = &cells_[y * row];
      std::copy_n(&blurred_[y * row], row, to);
      for (size_t near = 1; near <= down; ++near) {
        if (near <= y) add(&blurred_[(y - near) * row], to);
        if (y + near < lines) add(&blurred_[(y + near) * row], to);
      }
    }
  }
}

void ColorGrid::Divide(Layer layer, const PixelFormat& order) {
  const size_t count = across_.cells * down_.cells;
  int16_t* colours = &colours_[size_t(layer) * cells_.size()];
  const int to[3] = {order.red, order.green, order.blue};
  for (size_t i = 0; i < count; ++i) {
    const uint32_t* cell = &cells_[i * kChannels];
    const float share = 128.0f / float(cell[3]);
    for (size_t c = 0; c < 3; ++c) {
      const float colour = float(cell[c]) * share + 0.5f;
      colours[i * kChannels + size_t(to[c])] = int16_t(std::min(colour, 255.0f * 128));
    }
    colours[i * kChannels + size_t(order.alpha)] = 255 * 128;
  }
}

void ColorGrid::Row(Layer layer, int y, const Part& part, uint8_t* pixels) {
  const size_t row = across_.cells * kChannels;
  int16_t* narrow = &narrow_[size_t(layer) * NarrowRoom()];  // with both edges twice
  if (narrow_rows_[size_t(layer)] != y) {
    narrow_rows_[size_t(layer)] = y;
    const int last = int(down_.cells) - 1;
    const double position = (y + 0.5) * down_.cells_per_pixel - 0.5, floor = std::floor(position);
    const int first = std::clamp(int(floor), 0, last), second = std::clamp(int(floor) + 1, 0, last);
    const int16_t* colours = &colours_[size_t(layer) * cells_.size()];
    rows_->between(colours + size_t(first) * row, colours + size_t(second) * row,
                   int16_t((position - floor) * 32767), row, narrow + kChannels);
    std::copy_n(narrow + kChannels, kChannels, narrow);
    std::copy_n(narrow + row, kChannels, narrow + row + kChannels);
  }
  rows_->stretch_pixels(narrow, columns_.Columns(part.begin, part.end), pixels);
}

}  // namespace selfieseg::core
