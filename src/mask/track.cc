#include "mask/track.h"

#include <algorithm>
#include <cmath>

#include "mask/part.h"

namespace selfieseg::core {
namespace {

constexpr float kSure = 0.7f;         // confidence that makes a box
constexpr double kMargin = 0.2;       // of the longer side of what was found, on each side
constexpr double kLeastMargin = 0.1;  // that may be left before the box moves
constexpr double kLeastOfSide = 0.2;  // of the frame's, that a box has
constexpr double kLeastPixels = 32;   // of a side
constexpr double kMostOfFrame = 0.5;  // of its area; a larger box gains nothing
constexpr double kEnough = 0.7;       // a box shrinks if so much of its area is enough
constexpr double kShrink = 0.01;      // of the frame's side in a frame
constexpr int kLost = 2;              // frames without anybody
constexpr double kAgreement = 0.8;    // of the sure samples that must be found again
constexpr int kPatience = 300;        // frames until a box is tried again

double Area(const Rect& rect) { return double(rect.width) * rect.height; }

bool Contains(const Rect& outer, const Rect& inner) {
  return inner.x >= outer.x && inner.y >= outer.y &&
         inner.x + inner.width <= outer.x + outer.width &&
         inner.y + inner.height <= outer.y + outer.height;
}

struct Range {
  int begin, end;
};

// With a margin at both ends, within the frame's side, and no shorter than `least`.
Range Widen(double begin, double end, double margin, double least, int side) {
  const double more = std::max(margin, (least - (end - begin)) / 2);
  const double from = std::clamp(begin - more, 0.0, side - least);
  const double to = std::min(std::max(end + more, from + least), double(side));
  return {int(from) / 2 * 2, int(std::ceil(to))};
}

}  // namespace

Tracker::Tracker(const Shape& shape)
    : shape_(shape),
      columns_(size_t(shape.width)),
      lines_(size_t(shape.height)),
      counts_(size_t(shape.width) * size_t(shape.height)) {}

void Tracker::Reset(int width, int height) {
  frame_ = box_ = {0, 0, width, height};
  person_ = {0, 0, double(width), double(height)};
  since_whole_ = since_found_ = patience_ = 0;
}

// The box of the samples that are sure.
bool Tracker::Find(const float* mask, const Rect& part, Extent* found) const {
  const auto sure = FindSure(mask, shape_, kSure);
  if (!sure) return false;
  const double across = double(part.width) / shape_.width;
  const double down = double(part.height) / shape_.height;
  *found = {part.x + sure->x * across, part.y + sure->y * down,
            part.x + (sure->x + sure->width) * across, part.y + (sure->y + sure->height) * down};
  return true;
}

void Tracker::See(const float* mask) {
  since_whole_ = SeesWhole() ? 0 : since_whole_ + 1;
  patience_ = std::max(patience_ - 1, 0);
  Extent found;
  if (!Find(mask, box_, &found)) {
    if (++since_found_ >= kLost) {
      const int patience = patience_;
      Reset(frame_.width, frame_.height);
      patience_ = patience;
    }
    return;
  }
  since_found_ = 0;
  const double across = kShrink * frame_.width, down = kShrink * frame_.height;
  person_ = {std::min(found.left, person_.left + across), std::min(found.top, person_.top + down),
             std::max(found.right, person_.right - across),
             std::max(found.bottom, person_.bottom - down)};
  Choose();
}

void Tracker::SeeWhole(const float* mask) {
  since_whole_ = 0;
  Extent found;
  if (!Find(mask, frame_, &found)) return;
  person_ = {std::min(found.left, person_.left), std::min(found.top, person_.top),
             std::max(found.right, person_.right), std::max(found.bottom, person_.bottom)};
  Choose();
}

bool Tracker::Confirm(const float* mask, const float* before) {
  size_t sure = 0, again = 0;
  for (size_t i = 0; i < counts_.size(); ++i) {
    if (!(before[i] >= kSure)) continue;
    ++sure;
    again += mask[i] >= 0.5f;
  }
  if (double(again) >= kAgreement * double(sure)) return true;
  Reset(frame_.width, frame_.height);
  patience_ = kPatience;
  return false;
}

Rect Tracker::Around(double margin, double least_of_side, double least_pixels) const {
  const auto least = [&](double side) {
    return std::max(least_of_side * side, std::min(least_pixels, side));
  };
  const double longer = std::max(person_.right - person_.left, person_.bottom - person_.top);
  const Range across =
      Widen(person_.left, person_.right, margin * longer, least(frame_.width), frame_.width);
  const Range down =
      Widen(person_.top, person_.bottom, margin * longer, least(frame_.height), frame_.height);
  return {across.begin, down.begin, across.end - across.begin, down.end - down.begin};
}

// The box stays if it is nearly right.
void Tracker::Choose() {
  const Rect wanted = Around(kMargin, kLeastOfSide, kLeastPixels);
  const double area = Area(wanted);
  if (Contains(box_, Around(kLeastMargin, 0, 0)) && area > kEnough * Area(box_)) return;
  // From the whole frame only to a box that will not be too large again soon.
  const double most = SeesWhole() ? 0.9 * kMostOfFrame : kMostOfFrame;
  box_ = patience_ > 0 || area >= most * Area(frame_) ? frame_ : wanted;
}

void Tracker::Place(const float* plane, const Rect& part, float* whole) {
  const size_t width = size_t(shape_.width);
  for (int x = 0; x < shape_.width; ++x) {
    const double at = part.x + (x + 0.5) * part.width / shape_.width;
    columns_[size_t(x)] = int(at * shape_.width / frame_.width);
  }
  for (int y = 0; y < shape_.height; ++y) {
    const double at = part.y + (y + 0.5) * part.height / shape_.height;
    lines_[size_t(y)] = int(at * shape_.height / frame_.height);
  }
  std::fill(counts_.begin(), counts_.end(), 0.0f);
  std::fill_n(whole, counts_.size(), 0.0f);
  for (size_t i = 0; i < counts_.size(); ++i) {
    const size_t to = size_t(lines_[i / width]) * width + size_t(columns_[i % width]);
    whole[to] += plane[i];
    counts_[to] += 1;
  }
  for (size_t i = 0; i < counts_.size(); ++i) whole[i] /= std::max(counts_[i], 1.0f);
}

}  // namespace selfieseg::core
