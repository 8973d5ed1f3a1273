#include "compose/colors.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

namespace selfieseg::core {
namespace {

// Cells that a standard deviation should span at least. Estimates reach across soft edges.
constexpr double kBlurCells = 1.1, kEstimateCells = 1.4;
constexpr int kMostBoxRadius = 2;  // so that sums fit: 255 * 255 * 5^6 < 2^32
constexpr size_t kMostBoxLines = 2 * kMostBoxRadius + 1;

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
      cells_(RowRoom(across_.cells * down_.cells * kChannels)) {
  MakeLanes(1);
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
  std::vector<PlaneLine> lines;
  const int last = int(down_.cells) - 1;
  for (int y = 0; y < layout.Lines(out.height); ++y) {
    const double position = (chroma_y + y * down) * down_.cells_per_pixel - 0.5;
    const int before = int(position + 1) - 1;  // rounded down: it is more than -1
    lines.push_back({std::clamp(before, 0, last), std::clamp(before + 1, 0, last),
                     int16_t((position - before) * 32767)});
  }
  Plane plane = {layout,
                 std::move(lines),
                 Cells(int(across_.cells), layout.Groups(out.width),
                       across_.cells_per_pixel * across, elements),
                 {}};
  for (size_t layer = 0; layer < (person_ ? 2 : 1); ++layer) {
    plane.numbers[layer].resize(across_.cells * down_.cells * Stored(layout));
  }
  planes_.push_back(std::move(plane));
}

void ColorGrid::MakeLanes(int count) {
  const size_t row = across_.cells * kChannels;
  for (size_t i = lanes_.size(); i < size_t(count); ++i) {
    lanes_.push_back({Buffer(down_.pool * RowRoom(width_)), Buffer(RowRoom(width_ + 2)),
                      Buffer(RowRoom(width_) * kChannels),
                      std::vector<uint32_t>(RowRoom(row + 2 * kMostBoxRadius * kChannels)),
                      std::vector<uint32_t>(3 * kMostBoxLines * RowRoom(row)),
                      std::vector<int16_t>(4 * RowRoom(across_.cells))});
  }
}

void ColorGrid::Start(const float* rgb, const float* matte, Threads* threads) {
  const int lines = int(down_.cells);
  for (const Layer layer : {Layer::kBackground, Layer::kPerson}) {
    if (layer == Layer::kPerson && !person_) break;
    const auto pool = [&](int begin, int end, int thread) {
      for (int line = begin; line < end; ++line) {
        Pool(lanes_[size_t(thread)], layer, size_t(line), rgb, matte);
      }
    };
    if (threads == nullptr) {
      pool(0, lines, 0);
      Blur(lanes_[0], layer, 0, lines);
      continue;
    }
    threads->Divide(lines, pool);
    threads->InBands(lines, [&](int top, int bottom, int lane) {
      Blur(lanes_[size_t(lane)], layer, top, bottom);
    });
  }
}

// Means of a cell line's samples, of colour * weight and weight. Samples weigh by the least of the
// layer's share in the 3 x 3 around each: most of it counts as none.
void ColorGrid::Pool(Lane& lane, Layer layer, size_t cell, const float* rgb, const float* matte) {
  const size_t top = cell * down_.pool, bottom = std::min(top + down_.pool, height_);
  if (matte == nullptr) std::fill_n(lane.weights.data(), lane.weights.size(), 255.0f);
  for (size_t y = top; y < bottom && matte != nullptr; ++y) {
    const float* line = matte + y * width_;
    const float* const lines[] = {y > 0 ? line - width_ : line, line,
                                  y + 1 < height_ ? line + width_ : line};
    rows_->weigh(lines, layer == Layer::kPerson, width_, lane.shares.data(),
                 &lane.weights[(y - top) * RowRoom(width_)]);
  }
  rows_->pool_lines(rgb + 3 * top * width_, lane.weights.data(), bottom - top, width_,
                    lane.sums.data());
  rows_->pool_columns(lane.sums.data(), across_.pool, bottom - top, width_,
                      &cells_[cell * across_.cells * kChannels]);
}

// Sums of boxes, of the lines from `top` up to `bottom`; outside of the grid lies nothing, of no
// weight. A line goes through all boxes, and becomes numbers, while it is in the first cache.
void ColorGrid::Blur(Lane& lane, Layer layer, int top, int bottom) {
  const int lines = int(down_.cells), row = int(across_.cells * kChannels);
  uint32_t* wide = lane.wide.data() + kMostBoxRadius * kChannels;  // between zeros
  const uint32_t* near[kMostBoxLines];
  const auto kept = [&](int box, int y) {
    const size_t line = size_t(box) * kMostBoxLines + size_t(y) % kMostBoxLines;
    return &lane.blurred[line * RowRoom(size_t(row))];
  };
  const int reach = std::accumulate(down_.box_radii, down_.box_radii + 3, 0);
  int first[4] = {std::max(top - reach, 0)};  // that each box is given, and that the last one gives
  for (int box = 0; box < 3; ++box) {
    first[box + 1] = first[box] == 0 ? 0 : first[box] + down_.box_radii[box];
  }
  for (int i = first[0]; i < bottom + reach; ++i) {
    if (i < lines) std::copy_n(&cells_[size_t(i * row)], row, wide);
    int y = i;  // the line in `wide`
    for (int box = 0; box < 3 && y >= first[box]; ++box) {
      const int across = across_.box_radii[box], down = down_.box_radii[box];
      if (y < lines) {
        std::fill_n(wide + row, kMostBoxRadius * kChannels, 0u);
        for (int x = 0; x <= 2 * across; ++x) near[x] = wide + (x - across) * int(kChannels);
        rows_->add_rows(near, size_t(2 * across + 1), size_t(row), kept(box, y));
      }
      y -= down;
      if (y < first[box + 1] || y >= lines) continue;
      const int above = std::max(y - down, 0), below = std::min(y + down + 1, lines);
      for (int line = above; line < below; ++line) near[line - above] = kept(box, line);
      rows_->add_rows(near, size_t(below - above), size_t(row), wide);
    }
    if (y >= top && y < bottom) Divide(lane, layer, size_t(y), wide);
  }
}

void ColorGrid::Divide(Lane& lane, Layer layer, size_t line, const uint32_t* cells) {
  const size_t count = across_.cells, room = RowRoom(count);
  const RowColour colour = {yuv_ ? &coding_ : nullptr, gray_, format_->Most() / format_->Steps(),
                            int16_t(format_->TenBits() ? 16 : 64)};
  int16_t* const numbers[] = {&lane.numbers[0], &lane.numbers[room], &lane.numbers[2 * room],
                              &lane.numbers[3 * room]};
  rows_->divide(cells, count, colour, numbers);
  for (Plane& plane : planes_) {
    const size_t channels = Stored(plane.layout);
    int16_t* row = &plane.numbers[size_t(layer)][line * count * channels];
    const int16_t* of[4];
    for (size_t c = 0; c < channels; ++c) of[c] = numbers[plane.layout.component[c]];
    if (channels == 1) {
      std::copy_n(of[0], count, row);
    } else if (channels == 2) {
      for (size_t i = 0; i < count; ++i) row[2 * i] = of[0][i], row[2 * i + 1] = of[1][i];
    } else {
      for (size_t i = 0; i < count; ++i) {
        for (size_t c = 0; c < 4; ++c) row[4 * i + c] = of[c][i];
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
  const PlaneLine& line = plane.lines[size_t(y)];
  const int16_t* numbers = plane.numbers[size_t(layer)].data();
  const auto wide = [&](int number) {
    return lines->Line(*rows_, plane.columns, numbers, number) + begin * channels;
  };
  const int16_t *above = wide(line.above), *beneath = wide(line.beneath);
  const size_t count = (end - begin) * channels;
  if (!format_->TenBits()) return rows_->blend(above, beneath, line.share, count, groups);
  auto* words = reinterpret_cast<uint16_t*>(groups);
  rows_->blend_words(above, beneath, line.share, format_->shift, count, words);
}

}  // namespace selfieseg::core
