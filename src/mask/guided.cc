#include "mask/guided.h"

#include <algorithm>

namespace selfieseg::core {
namespace {

constexpr size_t kRadius = 2;       // of the window, in pixels of the mask
constexpr float kSteepFrom = 0.2f;  // confidence that becomes 0; 1 - this becomes 1
constexpr size_t kSlope = 4, kOffset = 5, kPlanes = 6;
constexpr uint8_t kBackground = 1;  // as RowKernels::ramp says it

}  // namespace

GuidedFilter::GuidedFilter(const RowKernels& rows, const Shape& shape, Threads* threads)
    : rows_(&rows),
      threads_(threads),
      width_(size_t(shape.width)),
      height_(size_t(shape.height)),
      slope_(width_ * height_ + kRowPadding),
      offset_(width_ * height_ + kRowPadding),
      matte_(width_ * height_),
      sure_(RowRoom(width_ * height_), kBackground) {
  const size_t room = RowRoom(width_);
  for (int i = 0; i < (threads == nullptr ? 1 : threads->count()); ++i) {
    lanes_.push_back({Buffer(kPlanes * kLines * room),
                      0,
                      Buffer(room),
                      Buffer(3 * room),
                      std::vector<uint8_t>(room),
                      {}});
  }
}

// Of some rows: where there is more than nothing.
Rect GuidedFilter::FindSome(Lane& lane, const float* mask, int begin, int end) const {
  const auto found = [&](float confidence) { return confidence > kSteepFrom; };
  const auto row_found = [&](int y) {
    const float* row = mask + size_t(y) * width_;
    int any = 0;  // to the end of the row, by whole vectors
    for (size_t x = 0; x < width_; ++x) any |= int(found(row[x]));
    return any != 0;
  };
  int top = begin, bottom = end;
  while (top < bottom && !row_found(top)) ++top;
  while (bottom > top && !row_found(bottom - 1)) --bottom;
  float* most = lane.sums.data();
  std::fill_n(most, width_, 0.0f);
  for (int y = top; y < bottom; ++y) {
    const float* row = mask + size_t(y) * width_;
    for (size_t x = 0; x < width_; ++x) most[x] = std::max(most[x], row[x]);
  }
  const int left = int(std::find_if(most, most + width_, found) - most);
  int right = int(width_);
  while (right > left && !found(most[right - 1])) --right;
  return {left, top, right - left, bottom - top};
}

// Far from everybody slope and offset are 0: windows of windows see nothing but 0.
Rect GuidedFilter::FindPart(const float* mask) {
  InBands(int(height_),
          [&](int top, int bottom, Lane& lane) { lane.found = FindSome(lane, mask, top, bottom); });
  int left = int(width_), right = 0, top = int(height_), bottom = 0;
  for (const Lane& lane : lanes_) {
    const Rect& some = lane.found;
    if (some.width == 0) continue;
    left = std::min(left, some.x), right = std::max(right, some.x + some.width);
    top = std::min(top, some.y), bottom = std::max(bottom, some.y + some.height);
  }
  if (right == 0) return {};
  const int reach = 2 * int(kRadius);
  left = std::max(left - reach, 0), right = std::min(right + reach, int(width_));
  top = std::max(top - reach, 0), bottom = std::min(bottom + reach, int(height_));
  return {left, top, right - left, bottom - top};
}

// All is 0 beyond the part: what the last one left there goes.
void GuidedFilter::Clear(const Rect& before) {
  const int left = before.x, right = before.x + before.width;
  for (int y = before.y; y < before.y + before.height; ++y) {
    const bool within = y >= part_.y && y < part_.y + part_.height;
    const int begin = within ? std::clamp(part_.x, left, right) : right;
    const int end = within ? std::clamp(part_.x + part_.width, left, right) : right;
    const auto clear = [&](auto* row, auto value) {
      row += size_t(y) * width_;
      std::fill(row + left, row + begin, value);
      std::fill(row + end, row + right, value);
    };
    for (Buffer* plane : {&slope_, &offset_, &matte_}) clear(plane->data(), 0.0f);
    clear(sure_.data(), kBackground);
  }
}

void GuidedFilter::Mean(Lane& lane, size_t plane, int y, float* means) {
  const float* lines[kLines];
  for (int i = 0; i < int(kLines); ++i) {
    const int line = std::clamp(y + i - int(kRadius), part_.y, part_.y + part_.height - 1);
    lines[i] = Line(lane, plane, line);
  }
  rows_->box(lines, size_t(part_.width), lane.sums.data(), means);
}

void GuidedFilter::FitRow(Lane& lane, int y, const float* luma, const float* mask, float epsilon) {
  for (int& row = lane.begun; row < std::min(y + int(kRadius) + 1, part_.y + part_.height); ++row) {
    const size_t at = At(row);
    rows_->guide(luma + at, mask + at, kSteepFrom, 1.0f / (1.0f - 2.0f * kSteepFrom),
                 size_t(part_.width),
                 {Line(lane, 0, row), Line(lane, 1, row), Line(lane, 2, row), Line(lane, 3, row)});
  }
  const GuideRows means = {Line(lane, kSlope, y), Line(lane, kOffset, y), lane.means.data(),
                           lane.means.data() + RowRoom(width_)};
  Mean(lane, 0, y, means.luma);
  Mean(lane, 1, y, means.person);
  Mean(lane, 2, y, means.product);
  Mean(lane, 3, y, means.square);
  rows_->fit(means, epsilon, size_t(part_.width));
}

void GuidedFilter::FitRows(Lane& lane, int top, int bottom, const float* luma, const float* mask,
                           float epsilon) {
  const int radius = int(kRadius), last = part_.y + part_.height;
  lane.begun = std::max(top - 2 * radius, part_.y);
  int fitted = std::max(top - radius, part_.y);
  for (int y = top; y < bottom; ++y) {
    for (; fitted < std::min(y + radius + 1, last); ++fitted) {
      FitRow(lane, fitted, luma, mask, epsilon);
    }
    FinishRow(lane, y, luma + At(y));
  }
}

// By rows of our own: vectors write behind their end.
void GuidedFilter::FinishRow(Lane& lane, int y, const float* luma) {
  const size_t width = size_t(part_.width), at = At(y);
  float *slopes = lane.means.data(), *offsets = slopes + RowRoom(width_);
  float* matte = offsets + RowRoom(width_);
  Mean(lane, kSlope, y, slopes);
  Mean(lane, kOffset, y, offsets);
  rows_->ramp(slopes, offsets, luma, ramp_.low, ramp_.high, width, matte, lane.sure.data());
  std::copy_n(slopes, width, &slope_[at]);
  std::copy_n(offsets, width, &offset_[at]);
  std::copy_n(matte, width, &matte_[at]);
  std::copy_n(lane.sure.data(), width, &sure_[at]);
}

LinearFit GuidedFilter::Fit(const float* luma, const float* mask, float epsilon, const Ramp& ramp) {
  ramp_ = ramp;
  const Rect before = part_;
  part_ = FindPart(mask);
  Clear(before);
  InBands(part_.height, [&](int top, int bottom, Lane& lane) {
    FitRows(lane, part_.y + top, part_.y + bottom, luma, mask, epsilon);
  });
  return {slope_.data(), offset_.data(), sure_.data(), matte_.data()};
}

}  // namespace selfieseg::core
