#include "mask/smooth.h"

#include <algorithm>
#include <cmath>

#include "mask/part.h"

namespace selfieseg::core {
namespace {

// By sweeps over clips: docs/evaluation.md. Changes of luma are in 1/255.
constexpr float kStill = 3, kMoving = 7;       // changes that are noise, and motion
constexpr float kOfNoise = 2, kMostNoise = 4;  // more by so much of the usual change
constexpr float kCut = 0.15f;                  // mean change of a frame that is another scene

constexpr int kBins = 256;  // of an eighth of 1/255

}  // namespace

Smoother::Smoother(const Shape& shape, float strength)
    : width_(size_t(shape.width)),
      height_(size_t(shape.height)),
      strength_(strength),
      luma_(width_ * height_),
      mask_(width_ * height_),
      change_(width_ * height_),
      row_(width_ + 2),
      rows_(width_ * height_) {}

float Smoother::Measure(const float* luma) {
  const size_t size = width_ * height_;
  for (size_t i = 0; i < size; ++i) change_[i] = std::abs(luma[i] - luma_[i]);
  const auto pass = [&](auto combine) {  // of 3 x 3 neighbours, edges repeated
    for (size_t y = 0; y < height_; ++y) {
      const float* here = &change_[y * width_];
      const float* above = y > 0 ? here - width_ : here;
      const float* below = y + 1 < height_ ? here + width_ : here;
      float* row = row_.data() + 1;
      for (size_t x = 0; x < width_; ++x) row[x] = combine(above[x], here[x], below[x]);
      row[-1] = row[0];
      row[width_] = row[width_ - 1];
      float* to = &rows_[y * width_];
      for (size_t x = 0; x < width_; ++x) {
        to[x] = combine(row_[x], row_[x + 1], row_[x + 2]);
      }
    }
    std::swap(rows_, change_);
  };
  pass([](float a, float b, float c) { return (a + b + c) * (1.0f / 3); });
  float sum = 0;
  size_t counts[kBins] = {};
  for (size_t i = 0; i < size; ++i) {
    sum += change_[i];
    ++counts[size_t(std::min(change_[i] * 255 * 8, float(kBins - 1)))];
  }
  size_t bin = 0;
  for (size_t below = counts[0]; below < size / 2; below += counts[bin]) ++bin;
  noise_ = float(bin) / 8;
  pass([](float a, float b, float c) { return std::max(std::max(a, b), c); });
  return sum / float(size);
}

bool Smoother::Watch(const float* luma) {
  cut_ = fresh_ || Measure(luma) > kCut;
  const bool cut = cut_ && !fresh_;
  std::copy_n(luma, width_ * height_, luma_.data());
  fresh_ = false;
  return cut;
}

void Smoother::Mix(float share, float* mask) {
  const size_t size = width_ * height_;
  const float moving = kMoving + kOfNoise * std::min(noise_, kMostNoise);
  for (size_t i = 0; !cut_ && i < size; ++i) {
    if (mask_[i] == kUnknown) continue;
    const float still =
        std::clamp((moving - 255 * change_[i]) * (1 / (kMoving - kStill)), 0.0f, 1.0f);
    mask[i] += (mask_[i] - mask[i]) * (share * still);
  }
  std::copy_n(mask, size, mask_.data());
}

void Smoother::Move(const Rect& from, const Rect& to) {
  if (fresh_) return;
  const Shape shape = {int(height_), int(width_), 1};
  ShowPart(luma_.data(), from, shape, to, change_.data());
  ShowPart(mask_.data(), from, shape, to, rows_.data());
  std::swap(change_, luma_);
  std::swap(rows_, mask_);
  for (size_t i = 0; i < width_ * height_; ++i) {
    const double x = to.x + (double(i % width_) + 0.5) * to.width / double(width_);
    const double y = to.y + (double(i / width_) + 0.5) * to.height / double(height_);
    const bool known =
        x > from.x && x < from.x + from.width && y > from.y && y < from.y + from.height;
    if (!known) mask_[i] = kUnknown;
  }
}

}  // namespace selfieseg::core
