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

// Numbers of a cell.
size_t Stored(const PlaneLayout& layout) { return layout.channels == 3 ? 4 : layout.channels; }

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
      sums_(width_ * kChannels),
      cells_(across_.cells * down_.cells * kChannels),
      blurred_(cells_.size()),
      wide_row_((across_.cells + 2 * kMostBoxRadius) * kChannels),
      numbers_(RowRoom(across_.cells) * 4) {
  for (int plane = 0; plane < out.format->planes; ++plane) {
    AddPlane(out, out.format->plane[plane]);
  }
}

void ColorGrid::AddPlane(const Image& out, const PlaneLayout& layout) {
  const double across = 1 << layout.x_shift, down = 1 << layout.y_shift;  // pixels of a group
  const double chroma_x = out.siting == SELFIESEG_MIDDLE ? across / 2 : 0.5;
  const double chroma_y = out.siting == SELFIESEG_TOP_LEFT ? 0.5 : down / 2;
  std::vector<double> elements;
  double luma = 0.5;  // of the first pixel
  for (size_t i = 0; i < Stored(layout); ++i) {
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
  for (size_t layer = 0; layer < (person_ ? 2 : 1); ++layer) {
    plane.numbers[layer].resize(across_.cells * down_.cells * Stored(layout));
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
  float* const sums[] = {&sums_[0], &sums_[width_], &sums_[2 * width_], &sums_[3 * width_]};
  for (size_t line = 0; line < down_.cells; ++line) {
    std::fill_n(sums_.data(), sums_.size(), 0.0f);
    const size_t top = line * down_.pool, bottom = std::min(top + down_.pool, height_);
    for (size_t y = top; y < bottom; ++y) {
      rows_->pool(rgb + 3 * y * width_, &weights_[y * width_], width_, sums);
    }
    uint32_t* cell = &cells_[line * across_.cells * kChannels];
    for (size_t x = 0; x < width_; x += across_.pool, cell += kChannels) {
      const size_t columns = std::min(across_.pool, width_ - x);
      const float share = 1.0f / float(columns * (bottom - top));
      float sum[kChannels];
      for (size_t c = 0; c < kChannels; ++c) {
        sum[c] = sums[c][x];
        for (size_t i = 1; i < columns; ++i) sum[c] += sums[c][x + i];
      }
      for (size_t c = 0; c < 3; ++c) cell[c] = uint32_t(sum[c] * (255.0f * share) + 0.5f);
      cell[3] = uint32_t(std::max(sum[3] * share + 0.5f, 1.0f));
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
  const size_t count = across_.cells, room = RowRoom(count);
  const RowColour colour = {yuv_ ? &coding_ : nullptr, gray_, format_->Most() / format_->Steps(),
                            int16_t(format_->TenBits() ? 16 : 64)};
  int16_t* const numbers[] = {&numbers_[0], &numbers_[room], &numbers_[2 * room],
                              &numbers_[3 * room]};
  for (size_t line = 0; line < down_.cells; ++line) {
    rows_->divide(&cells_[line * count * kChannels], count, colour, numbers);
    for (Plane& plane : planes_) {
      const size_t channels = Stored(plane.layout);
      int16_t* row = &plane.numbers[size_t(layer)][line * count * channels];
      for (size_t c = 0; c < channels; ++c) {
        const int16_t* component = numbers[plane.layout.component[c]];
        for (size_t i = 0; i < count; ++i) row[i * channels + c] = component[i];
      }
    }
  }
}

void ColorGrid::Prepare(WideLines lines[3]) const {
  for (size_t i = 0; i < planes_.size(); ++i) {
    lines[i].Prepare(planes_[i].columns, size_t(planes_[i].layout.channels));
  }
}

void ColorGrid::Line(Layer layer, int plane_number, int y, size_t begin, size_t end,
                     WideLines* lines, uint8_t* groups) const {
  const Plane& plane = planes_[size_t(plane_number)];
  const size_t channels = size_t(plane.layout.channels);
  const int last = int(down_.cells) - 1;
  const double position = plane.first_line + y * plane.line_distance, floor = std::floor(position);
  lines->Read(*rows_, plane.columns, plane.numbers[size_t(layer)].data(),
              std::clamp(int(floor), 0, last), std::clamp(int(floor) + 1, 0, last));
  const int16_t *from = lines->from() + begin * channels, *way = lines->way() + begin * channels;
  const int16_t share = int16_t((position - floor) * 32767);
  const size_t count = (end - begin) * channels;
  if (!format_->TenBits()) return rows_->blend(from, way, share, count, groups);
  auto* words = reinterpret_cast<uint16_t*>(groups);
  rows_->blend_words(from, way, share, format_->shift, count, words);
}

}  // namespace selfieseg::core
