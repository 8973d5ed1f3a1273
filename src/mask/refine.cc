#include "mask/refine.h"

#include <algorithm>
#include <cstring>

namespace selfieseg::core {
namespace {

constexpr float kHaze = 0.1f;  // what the guided filter leaves behind and takes away at edges

// What the fit says of a sample whatever the luma is, as RowKernels::ramp does: bits.
constexpr uint8_t kUnsure = 0, kPerson = 2;

constexpr int kRowsAhead = 4;  // that pixels are asked for before they are read

// Ten bits to the nearest of eight: the matte has no more.
void ToBytes(const uint16_t* words, int shift, size_t width, uint8_t* bytes) {
  for (size_t x = 0; x < width; ++x) {
    const int number = (words[x] >> shift) & kMostOfTen;
    bytes[x] = uint8_t(std::min((number + 2) >> 2, 255));
  }
}

}  // namespace

Refiner::Refiner(const RowKernels& rows, const Shape& shape, bool guided, Threads* threads)
    : rows_(&rows), shape_(shape), lanes_(size_t(threads == nullptr ? 1 : threads->count())) {
  const size_t width = size_t(shape.width);
  for (Lane& lane : lanes_) {
    lane.slopes = Buffer(RowRoom(width + 2));
    lane.offsets = Buffer(RowRoom(width + 2));
    lane.sure_cells.resize(width + 1);
    lane.spans.reserve(width + 1);
  }
  if (guided) {
    guide_.emplace(rows, shape, threads);
  } else {
    small_ = Buffer(width * size_t(shape.height));
  }
}

void Refiner::Prepare(int width, int height) {
  height_ = height;
  if (cells_ && cells_->width() == width) return;
  if (cells_) {
    cells_->Fit(width);
  } else {
    cells_.emplace(shape_.width, width);
  }
  const size_t room = RowRoom(size_t(width));
  for (Lane& lane : lanes_) lane.planes.resize(std::max(4 * room, lane.planes.size()));
}

void Refiner::Start(const float* luma, const float* mask, float epsilon, const Ramp& ramp) {
  ramp_ = ramp;
  if (guide_) {  // two ramps, one after the other, are one
    ramp_.low = kHaze + (1 - 2 * kHaze) * ramp.low;
    ramp_.high = kHaze + (1 - 2 * kHaze) * ramp.high;
  }
  gain_ = 1.0f / (ramp_.high - ramp_.low);
  fit_ = guide_ ? guide_->Fit(luma, mask, epsilon, ramp_) : LinearFit{.offset = mask};
  for (Lane& lane : lanes_) {
    lane.above = lane.below = -1;
    lane.spans.assign(1, {0, size_t(shape_.width), kUnsure});
  }
}

// A cell is sure if its four corners are, of the same.
void Refiner::FindSpans(Lane& lane) const {
  const size_t width = size_t(shape_.width);
  const uint8_t* upper = fit_.sure + size_t(lane.above) * width;
  const uint8_t* lower = fit_.sure + size_t(lane.below) * width;
  uint8_t* cells = lane.sure_cells.data();
  cells[0] = upper[0] & lower[0];
  for (size_t c = 1; c < width; ++c) {
    cells[c] = uint8_t((upper[c - 1] & upper[c]) & (lower[c - 1] & lower[c]));
  }
  cells[width] = upper[width - 1] & lower[width - 1];
  lane.spans.clear();
  const auto are_all = [&](size_t first, uint8_t kind) {  // eight of them
    uint64_t kinds;
    std::memcpy(&kinds, cells + first, sizeof(kinds));
    return kinds == kind * uint64_t{0x0101010101010101};
  };
  for (size_t c = 0, end = 0; c <= width; c = end) {
    for (end = c + 1; end + 7 <= width && are_all(end, cells[c]);) end += 8;
    while (end <= width && cells[end] == cells[c]) ++end;
    lane.spans.push_back({c, end - 1, cells[c]});
  }
}

// The luma of some columns, as bytes.
void Refiner::ReadLuma(const Image& frame, int y, const CellColumns& columns, Lane& lane) const {
  const size_t room = RowRoom(size_t(cells_->width())), width = columns.end - columns.begin;
  uint8_t* luma = &lane.planes[3 * room];
  const size_t step = size_t(frame.format->bytes_per_pixel);
  const uint8_t* pixels = frame.Row(y) + columns.begin * step;
  if (y + kRowsAhead < height_) Prefetch(pixels + kRowsAhead * frame.stride, width * step);
  if (!frame.format->yuv) {
    const Planes planes = {&lane.planes[0], &lane.planes[room], &lane.planes[2 * room]};
    rows_->split(pixels, *frame.format, width, planes);
    rows_->luma(planes, width, luma);
  } else if (step == 1) {
    std::copy_n(pixels, width, luma);
  } else if (frame.format->TenBits()) {
    ToBytes(reinterpret_cast<const uint16_t*>(pixels), frame.format->shift, width, luma);
  } else {
    pixels += frame.format->plane[0].component[0] == 0 ? 0 : 1;
    for (size_t x = 0; x < width; ++x) luma[x] = pixels[2 * x];
  }
}

// Slopes of a byte of luma, and offsets, that the columns lie between, for a matte of 0..most.
void Refiner::MixFit(const Between& lines, const CellColumns& columns, const Image& frame,
                     float most, Lane& lane) const {
  const size_t samples = size_t(shape_.width);
  const size_t begin = columns.first == 0 ? 0 : columns.first - 1;
  const size_t end = std::min(columns.last + 1, samples);
  // Luma is (byte / 255 - zero) * gain.
  const bool yuv = frame.format->yuv;
  const float gain = most * gain_, of_one = (yuv ? frame.coding.luma_gain : 1) * gain;
  const FitMix mix = {.fraction = lines.fraction,
                      .low = ramp_.low,
                      .gain = gain,
                      .of_byte = of_one * (1.0f / 255.0f),
                      .of_zero = (yuv ? frame.coding.luma_zero : 0) * of_one};
  const size_t first = size_t(lines.first) * samples + begin;
  const size_t second = size_t(lines.second) * samples + begin;
  const float* const offset[2] = {fit_.offset + first, fit_.offset + second};
  const float* slope[2] = {};
  if (guide_) slope[0] = fit_.slope + first, slope[1] = fit_.slope + second;
  float *slopes = lane.slopes.data() + 1, *offsets = lane.offsets.data() + 1;
  rows_->mix_fit(slope, offset, mix, end - begin, slopes + begin, offsets + begin);
  for (float* row : {slopes, offsets}) {
    if (begin == 0) row[-1] = row[0];
    if (end == samples) row[samples] = row[samples - 1];
  }
}

void Refiner::Row(const Image& frame, int y, const Image& matte, int lane) {
  Lane& own = lanes_[size_t(lane)];
  const size_t room = RowRoom(size_t(cells_->width()));
  const Between lines = LocateBetween(y, shape_.height, height_);
  if (guide_ && (lines.first != own.above || lines.second != own.below)) {
    own.above = lines.first, own.below = lines.second;
    FindSpans(own);
  }
  const bool bytes = matte.format->id == SELFIESEG_GRAY;
  for (const Span& span : own.spans) {
    const CellColumns columns = cells_->OfCells(span.first, span.last);
    const size_t begin = columns.begin, end = columns.end;
    if (begin == end) continue;
    if (span.sure != kUnsure) {
      const bool person = span.sure == kPerson;
      if (bytes) {
        std::fill(matte.Row(0) + begin, matte.Row(0) + end, person ? 255 : 0);
      } else {
        std::fill(matte.Row<float>(0) + begin, matte.Row<float>(0) + end, person ? 1.0f : 0.0f);
      }
      continue;
    }
    MixFit(lines, columns, frame, bytes ? 255 : 1, own);
    if (guide_) ReadLuma(frame, y, columns, own);
    const MatteRow row = {.slope = guide_ ? own.slopes.data() : nullptr,
                          .offset = own.offsets.data(),
                          .columns = columns,
                          .luma = &own.planes[3 * room],
                          .room = size_t(cells_->width()) - begin};
    if (bytes) {
      rows_->matte_bytes(row, matte.Row(0) + begin);
    } else {
      rows_->matte_floats(row, matte.Row<float>(0) + begin);
    }
  }
}

void Refiner::Run(const Image& frame, const Image& matte) {
  for (int y = 0; y < frame.height; ++y) Row(frame, y, matte.Part({0, y, frame.width, 1}));
}

const float* Refiner::Small() {
  if (guide_) return fit_.matte;
  for (size_t i = 0; i < small_.size(); ++i) small_[i] = ramp_(fit_.offset[i]);
  return small_.data();
}

}  // namespace selfieseg::core
