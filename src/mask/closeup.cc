#include "mask/closeup.h"

#include <algorithm>
#include <cmath>

#include "mask/part.h"

namespace selfieseg::core {
namespace {

constexpr float kSure = 0.7f;         // confidence that makes a box
constexpr double kMargin = 0.1;       // of the box's longer side, on each side
constexpr double kMostOfFrame = 0.9;  // a box with so much of the area is no close-up
constexpr int kLeastSide = 32;        // pixels of the frame
constexpr double kTall = 1.4;         // height by width, from which on the upper body is looked at
constexpr float kCloseupWeight = 2, kUpperBodyWeight = 4;  // the whole frame's is 1
constexpr double kAgreement = 0.8;       // share of the sure samples that must be found again
constexpr float kFade = 16;              // samples over which a close-up fades in from its edge
constexpr double kUpperBodyFade = 0.25;  // of its side, over which it fades out at its end

// Weights of `count` samples, 1 in the middle and falling to the edges that fade.
std::vector<float> Fading(size_t count, bool at_begin, bool at_end) {
  std::vector<float> weights(count);
  for (size_t i = 0; i < count; ++i) {
    const float begin = at_begin ? (float(i) + 0.5f) / kFade : 1;
    const float end = at_end ? (float(count - i) - 0.5f) / kFade : 1;
    weights[i] = std::min({begin, end, 1.0f});
  }
  return weights;
}

}  // namespace

std::optional<Rect> FindCloseup(const float* mask, const Shape& shape, int width, int height,
                                int step) {
  const auto sure = FindSure(mask, shape, kSure);
  if (!sure) return std::nullopt;
  const double across = double(width) / shape.width, down = double(height) / shape.height;
  const double x0 = sure->x * across, x1 = (sure->x + sure->width) * across;
  const double y0 = sure->y * down, y1 = (sure->y + sure->height) * down;
  const double margin = kMargin * std::max(x1 - x0, y1 - y0);
  const int begin_x = std::max(0, int(std::floor(x0 - margin))) / step * step;
  const int begin_y = std::max(0, int(std::floor(y0 - margin))) / step * step;
  const int end_x = std::min(width, int(std::ceil(x1 + margin)));
  const int end_y = std::min(height, int(std::ceil(y1 + margin)));
  const Rect box = {begin_x, begin_y, end_x - begin_x, end_y - begin_y};
  const bool most = double(box.width) * box.height >= kMostOfFrame * width * height;
  if (most || std::min(box.width, box.height) < kLeastSide) return std::nullopt;
  return box;
}

std::optional<Rect> FindUpperBody(const Rect& closeup) {
  if (closeup.height <= kTall * closeup.width) return std::nullopt;
  return Rect{closeup.x, closeup.y, closeup.width, closeup.width};
}

Looks::Looks(const Shape& shape)
    : width_(size_t(shape.width)),
      height_(size_t(shape.height)),
      even_(std::max(width_, height_), 1.0f),
      weights_(height_),
      shown_(width_ * height_),
      sums_(width_ * height_),
      totals_(width_ * height_) {}

void Looks::Start(const Rect& closeup, int frame_width, int frame_height) {
  frame_ = {0, 0, frame_width, frame_height};
  closeup_ = closeup;
  // The frame's own edges do not fade: beyond them nobody looked at all.
  const bool at_bottom = closeup.y + closeup.height < frame_height;
  across_ = Fading(width_, closeup.x > 0, closeup.x + closeup.width < frame_width);
  down_ = Fading(height_, closeup.y > 0, at_bottom);
  down_open_ = Fading(height_, closeup.y > 0, false);
  std::fill_n(sums_.data(), sums_.size(), 0.0f);
  std::fill_n(totals_.data(), totals_.size(), 0.0f);
}

void Looks::Add(const float* mask, const Rect& part, const std::vector<float>& across,
                const std::vector<float>& down) {
  ShowPart(mask, part, {int(height_), int(width_), 1}, closeup_, shown_.data());
  for (size_t y = 0; y < height_; ++y) {
    if (down[y] <= 0) continue;
    for (size_t x = 0; x < width_; ++x) {
      const float weight = across[x] * down[y];
      sums_[y * width_ + x] += weight * shown_[y * width_ + x];
      totals_[y * width_ + x] += weight;
    }
  }
}

void Looks::AddWhole(const float* mask) { Add(mask, frame_, even_, even_); }

bool Looks::Agrees(const float* closeup) const {
  size_t sure = 0, again = 0;
  for (size_t i = 0; i < sums_.size(); ++i) {
    if (!(sums_[i] >= kSure)) continue;
    ++sure;
    again += closeup[i] >= 0.5f;
  }
  return double(again) >= kAgreement * double(sure);
}

void Looks::AddCloseup(const float* mask) {
  for (size_t y = 0; y < height_; ++y) weights_[y] = kCloseupWeight * down_[y];
  Add(mask, closeup_, across_, weights_);
}

void Looks::AddUpperBody(const float* mask, const Rect& part) {
  for (size_t y = 0; y < height_; ++y) {
    const double position = closeup_.y + (double(y) + 0.5) * closeup_.height / double(height_);
    const double left = (part.y + part.height - position) / (kUpperBodyFade * part.height);
    weights_[y] = kUpperBodyWeight * down_open_[y] * float(std::clamp(left, 0.0, 1.0));
  }
  Add(mask, part, across_, weights_);
}

const float* Looks::Mean() {
  for (size_t i = 0; i < sums_.size(); ++i) sums_[i] /= totals_[i];
  return sums_.data();
}

}  // namespace selfieseg::core
