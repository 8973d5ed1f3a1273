#include "eval/walk.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace selfieseg::eval {
namespace {

constexpr int kRim = 4;           // pixels around the person that are no background, either
constexpr double kMiddle = 0.66;  // of the frame's width: where the person sways about,
constexpr double kSway = 0.08;    // so far to either side,
constexpr double kPace = 15;      // a radian in so many frames

using Pixel = std::array<float, 4>;  // RGB and weight

struct Plane {
  Plane(size_t width, size_t height) : width(width), height(height), pixels(width * height) {}

  // The nearest pixel, also beyond the edges.
  const Pixel& At(int64_t x, int64_t y) const {
    const size_t column = size_t(std::clamp<int64_t>(x, 0, int64_t(width) - 1));
    return pixels[size_t(std::clamp<int64_t>(y, 0, int64_t(height) - 1)) * width + column];
  }
  Pixel Between(double x, double y) const {
    const auto left = int64_t(std::floor(x - 0.5)), top = int64_t(std::floor(y - 0.5));
    const float right = float(x - 0.5 - double(left)), down = float(y - 0.5 - double(top));
    Pixel pixel;
    for (size_t i = 0; i < 4; ++i) {
      const float upper = std::lerp(At(left, top)[i], At(left + 1, top)[i], right);
      const float lower = std::lerp(At(left, top + 1)[i], At(left + 1, top + 1)[i], right);
      pixel[i] = std::lerp(upper, lower, down);
    }
    return pixel;
  }

  size_t width, height;
  std::vector<Pixel> pixels;
};

// The part from (left, top) on, `scale` pixels to a new one: means where that is more than 1.
Plane Resize(const Plane& from, double left, double top, double scale, size_t width,
             size_t height) {
  Plane to(width, height);
  const int each = int(std::ceil(std::max(scale, 1.0)));
  for (size_t i = 0; i < to.pixels.size(); ++i) {
    for (int sample = 0; sample < each * each; ++sample) {
      const double x = double(i % width) + (sample % each + 0.5) / each;
      const double y = double(i / width) + (sample / each + 0.5) / each;
      const Pixel pixel = from.Between(left + x * scale, top + y * scale);
      for (size_t c = 0; c < 4; ++c) to.pixels[i][c] += pixel[c] / float(each * each);
    }
  }
  return to;
}

// Gives what has no weight the colours around it: those of the plane at half the size.
void Fill(Plane& plane) {
  if (plane.width <= 1 && plane.height <= 1) return;
  Plane half((plane.width + 1) / 2, (plane.height + 1) / 2);
  for (size_t i = 0; i < half.pixels.size(); ++i) {
    Pixel sum = {};
    for (int64_t part = 0; part < 4; ++part) {
      const Pixel& pixel = plane.At(int64_t(2 * (i % half.width)) + part % 2,
                                    int64_t(2 * (i / half.width)) + part / 2);
      for (size_t c = 0; c < 3; ++c) sum[c] += pixel[c] * pixel[3];
      sum[3] += pixel[3];
    }
    for (size_t c = 0; c < 3; ++c) half.pixels[i][c] = sum[c] / std::max(sum[3], 1e-6f);
    half.pixels[i][3] = std::min(sum[3], 1.0f);
  }
  Fill(half);
  for (size_t i = 0; i < plane.pixels.size(); ++i) {
    Pixel& pixel = plane.pixels[i];
    const Pixel around =
        half.Between((double(i % plane.width) + 0.5) / 2, (double(i / plane.width) + 0.5) / 2);
    for (size_t c = 0; c < 3; ++c) pixel[c] = std::lerp(around[c], pixel[c], pixel[3]);
    pixel[3] = 1;
  }
}

Plane BackgroundOf(const Plane& photo) {
  Plane background = photo;
  const auto width = int64_t(photo.width);
  for (int64_t i = 0; i < int64_t(photo.pixels.size()); ++i) {
    float person = 0;
    for (int64_t y = -kRim; y <= kRim; ++y) {
      for (int64_t x = -kRim; x <= kRim; ++x) {
        person = std::max(person, photo.At(i % width + x, i / width + y)[3]);
      }
    }
    background.pixels[size_t(i)][3] = person > 0 ? 0 : 1;
  }
  Fill(background);
  const double scale = std::min(double(photo.width) / double(Walk::kWidth),
                                double(photo.height) / double(Walk::kHeight));
  return Resize(background, (double(photo.width) - scale * double(Walk::kWidth)) / 2,
                (double(photo.height) - scale * double(Walk::kHeight)) / 2, scale, Walk::kWidth,
                Walk::kHeight);
}

}  // namespace

Walk::Walk(std::span<const uint8_t> photo, const Mask& truth, double times) {
  Plane plane(truth.width, truth.height);
  for (size_t i = 0; i < plane.pixels.size(); ++i) {
    const uint8_t* rgb = &photo[4 * i];
    plane.pixels[i] = {float(rgb[0]), float(rgb[1]), float(rgb[2]), float(truth.levels[i]) / 255};
  }
  for (const Pixel& pixel : BackgroundOf(plane).pixels) {
    for (size_t c = 0; c < 3; ++c) background_.push_back(uint8_t(pixel[c] + 0.5f));
    background_.push_back(255);
  }
  const double scale = double(truth.height) * times / double(kHeight);
  height_ = std::max<size_t>(size_t(std::lround(double(truth.height) / scale)), 1);
  width_ = std::max<size_t>(size_t(std::lround(double(truth.width) / scale)), 1);
  const Plane person = Resize(plane, 0, 0, scale, width_, height_);
  person_.assign(person.pixels[0].data(), person.pixels[0].data() + 4 * person.pixels.size());
}

void Walk::Draw(size_t number, std::span<uint8_t> rgba, std::span<uint8_t> truth) const {
  const double middle = kMiddle + kSway * std::sin(double(number) / kPace);
  const auto left = int64_t(std::lround(middle * double(kWidth) - double(width_) / 2));
  const size_t begin = size_t(std::max<int64_t>(left, 0));
  const size_t end = size_t(std::clamp<int64_t>(left + int64_t(width_), 0, int64_t(kWidth)));
  std::copy(background_.begin(), background_.end(), rgba.begin());
  std::fill(truth.begin(), truth.end(), uint8_t{0});
  for (size_t y = 0; y < height_; ++y) {
    for (size_t x = begin; x < end; ++x) {
      const float* person = &person_[4 * (y * width_ + size_t(int64_t(x) - left))];
      const size_t i = (kHeight - height_ + y) * kWidth + x;
      for (size_t c = 0; c < 3; ++c) {
        const float behind = background_[4 * i + c];
        rgba[4 * i + c] = uint8_t(behind + (person[c] - behind) * person[3] + 0.5f);
      }
      truth[i] = uint8_t(255 * person[3] + 0.5f);
    }
  }
}

Scores Mean(std::span<const Scores> scores) {
  Scores mean;
  const double share = 1 / double(scores.size());
  for (const Scores& each : scores) {
    mean.iou += share * each.iou;
    mean.boundary_iou += share * each.boundary_iou;
    mean.mae += share * each.mae;
    mean.false_positive += share * each.false_positive;
    mean.false_negative += share * each.false_negative;
  }
  return mean;
}

}  // namespace selfieseg::eval
