#include "compose/colors.h"

#include <algorithm>
#include <cmath>

namespace selfieseg::core {
namespace {

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

ColorGrid::ColorGrid(const RowKernels& rows, const Shape& shape, const Image& out, float radius,
                     bool person)
    : rows_(&rows),
      width_(size_t(shape.width)),
      height_(size_t(shape.height)),
      across_(shape.width, out.width, radius, person ? kEstimateCells : kBlurCells),
      down_(shape.height, out.height, radius, person ? kEstimateCells : kBlurCells),
      person_(person),
      yuv_(out.format->yuv),
      gray_(out.format->id == SELFIESEG_GRAY),
      format_(out.format),
      coding_(out.coding),
      weights_(width_ * height_),
      extremes_(width_),
      sums_(across_.cells * kChannels),
      cells_(across_.cells * down_.cells * kChannels),
      blurred_(cells_.size()),
      wide_row_((across_.cells + 2 * kMostBoxRadius) * kChannels) {
  for (int plane = 0; plane < out.format->planes; ++plane) {
    const PlaneLayout& layout = out.format->plane[plane];
    AddPlane(out, layout.channels == 3 ? PlaneLayout{4, {0, 1, 2, 3}, 0, 0} : layout);
  }
}

void ColorGrid::AddPlane(const Image& out, const PlaneLayout& layout) {
  const double across = 1 << layout.x_shift, down = 1 << layout.y_shift;  // pixels of a group
  const double chroma_x = out.siting == SELFIESEG_MIDDLE ? across / 2 : 0.5;
  const double chroma_y = out.siting == SELFIESEG_TOP_LEFT ? 0.5 : down / 2;
  std::vector<double> elements;
  double luma = 0.5;  // of the first pixel
  for (int i = 0; i < layout.channels; ++i) {
    const bool chroma = yuv_ && layout.component[i] != 0;
    elements.push_back((chroma ? chroma_x : luma) / across);
    if (yuv_ && !chroma) luma += 1;
  }
  const double cells_per_line = down_.cells_per_pixel;
  Plane plane = {layout,
                 chroma_y * cells_per_line - 0.5,
                 down * cells_per_line,
                 Cells(int(across_.cells), layout.Groups(out.width),
                       across_.cells_per_pixel * across, elements),
                 {}};
  const size_t channels = size_t(layout.channels);
  for (size_t layer = 0; layer < (person_ ? 2 : 1); ++layer) {
    plane.numbers[layer].resize(across_.cells * down_.cells * channels + kRowPadding);
  }
  planes_.push_back(std::move(plane));
}

void ColorGrid::Start(const float* rgb, const float* matte) {
  for (const Layer layer : {Layer::kBackground, Layer::kPerson}) {
    if (layer == Layer::kPerson && !person_) break;
    if (matte != nullptr) {
      Weigh(layer, matte);
    } else {
      std::fill_n(weights_.data(), weights_.size(), 255.0f);
    }
    Pool(rgb);
    Blur();
    Divide(layer);
  }
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

void ColorGrid::Divide(Layer layer) {
  const size_t count = across_.cells * down_.cells;
  const float most = format_->Most() / format_->Steps();
  for (size_t i = 0; i < count; ++i) {
    const uint32_t* cell = &cells_[i * kChannels];
    const float share = 1.0f / float(cell[3]);
    const float rgb[3] = {float(cell[0]) * share, float(cell[1]) * share, float(cell[2]) * share};
    float colour[4] = {rgb[0], rgb[1], rgb[2], 255};
    if (yuv_) coding_.FromRgb(rgb, colour);
    if (gray_) colour[0] = (77 * rgb[0] + 150 * rgb[1] + 29 * rgb[2]) * (1.0f / 256);
    int16_t numbers[4];
    for (size_t c = 0; c < 4; ++c) {
      numbers[c] = int16_t(std::clamp(colour[c], 0.0f, most) * 128 + 0.5f);
    }
    for (Plane& plane : planes_) {
      const size_t channels = size_t(plane.layout.channels);
      int16_t* to = &plane.numbers[size_t(layer)][i * channels];
      for (size_t c = 0; c < channels; ++c) to[c] = numbers[plane.layout.component[c]];
    }
  }
}

void ColorGrid::Line(Layer layer, int plane_number, int y, size_t begin, size_t end, Narrow* cache,
                     uint8_t* line) const {
  const Plane& plane = planes_[size_t(plane_number)];
  const size_t channels = size_t(plane.layout.channels), row = across_.cells * channels;
  int16_t* narrow = cache->numbers.data();
  if (cache->line != y) {
    cache->line = y;
    const int last = int(down_.cells) - 1;
    const double position = plane.first_line + y * plane.line_distance;
    const double floor = std::floor(position);
    const int first = std::clamp(int(floor), 0, last), second = std::clamp(int(floor) + 1, 0, last);
    const int16_t* numbers = plane.numbers[size_t(layer)].data();
    rows_->between(numbers + size_t(first) * row, numbers + size_t(second) * row,
                   int16_t((position - floor) * 32767), row, narrow + channels);
    std::copy_n(narrow + channels, channels, narrow);
    std::copy_n(narrow + row, channels, narrow + row + channels);
  }
  const CellColumns columns = plane.columns.Columns(begin, end);
  if (format_->TenBits()) {
    auto* words = reinterpret_cast<uint16_t*>(line);
    return rows_->stretch_words(narrow, columns, channels, format_->shift, words);
  }
  rows_->stretch_pixels(narrow, columns, channels, line);
}

}  // namespace selfieseg::core
