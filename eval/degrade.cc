#include "eval/degrade.h"

#include <algorithm>
#include <cmath>
#include <random>
#include <vector>

namespace selfieseg::eval {
namespace {

using Function = void (*)(double strength, uint64_t seed, const Compress& compress,
                          const Pixels& pixels, std::span<uint8_t> truth);

// Channels of all pixels but alpha.
template <class Change>
void ForEachLevel(const Pixels& pixels, const Change& change) {
  for (size_t i = 0; i < pixels.rgba.size(); ++i) {
    if (i % 4 != 3) pixels.rgba[i] = change(pixels.rgba[i]);
  }
}

void Darken(double light, uint64_t, const Compress&, const Pixels& pixels, std::span<uint8_t>) {
  const double factor = std::pow(light, 1 / 2.2);
  ForEachLevel(pixels, [&](uint8_t level) { return uint8_t(std::lround(level * factor)); });
}

void AddNoise(double deviation, uint64_t seed, const Compress&, const Pixels& pixels,
              std::span<uint8_t>) {
  std::mt19937_64 random(seed);
  ForEachLevel(pixels, [&](uint8_t level) {
    // The sum of four numbers of 0..65535 is nearly Gaussian, and the same on every machine.
    const uint64_t bits = random();
    int64_t sum = -2 * 65535;
    for (int part = 0; part < 4; ++part) sum += int64_t(bits >> (16 * part) & 0xFFFF);
    constexpr double kDeviation = 65536 * 0.57735;  // of the sum: 65536 * sqrt(4 / 12)
    return uint8_t(std::clamp(std::lround(level + double(sum) / kDeviation * deviation), 0L, 255L));
  });
}

void Smear(double share, uint64_t, const Compress&, const Pixels& pixels, std::span<uint8_t>) {
  const int width = int(pixels.width), reach = std::max(1, int(std::lround(share * width / 2)));
  std::vector<int> sums(pixels.width + 1);
  for (size_t y = 0; y < pixels.height; ++y) {
    uint8_t* row = &pixels.rgba[4 * y * pixels.width];
    for (size_t channel = 0; channel < 3; ++channel) {
      for (int x = 0; x < width; ++x)
        sums[size_t(x) + 1] = sums[size_t(x)] + row[4 * x + int(channel)];
      for (int x = 0; x < width; ++x) {
        const int begin = std::max(x - reach, 0), end = std::min(x + reach + 1, width);
        row[4 * x + int(channel)] =
            uint8_t((sums[size_t(end)] - sums[size_t(begin)] + (end - begin) / 2) / (end - begin));
      }
    }
  }
}

void Occlude(double share, uint64_t seed, const Compress&, const Pixels& pixels,
             std::span<uint8_t> truth) {
  size_t left = pixels.width, right = 0, top = pixels.height, bottom = 0;
  for (size_t y = 0; y < pixels.height; ++y) {
    for (size_t x = 0; x < pixels.width; ++x) {
      if (truth[y * pixels.width + x] < 128) continue;
      left = std::min(left, x), right = std::max(right, x + 1);
      top = std::min(top, y), bottom = std::max(bottom, y + 1);
    }
  }
  if (left >= right) return;  // nobody to hide
  const size_t width = size_t(double(right - left) * share);
  const size_t height = size_t(double(bottom - top) * share);
  std::mt19937_64 random(seed);
  const size_t from_x = left + random() % (right - left - width + 1);
  const size_t from_y = top + random() % (bottom - top - height + 1);
  for (size_t y = from_y; y < from_y + height; ++y) {
    for (size_t x = from_x; x < from_x + width; ++x) {
      const size_t i = y * pixels.width + x;
      std::fill_n(&pixels.rgba[4 * i], 3, uint8_t{128});
      truth[i] = 0;
    }
  }
}

void Coarsen(double side, uint64_t, const Compress&, const Pixels& pixels, std::span<uint8_t>) {
  const double scale = std::min(1.0, side / double(std::max(pixels.width, pixels.height)));
  const size_t width = std::max<size_t>(1, size_t(std::lround(double(pixels.width) * scale)));
  const size_t height = std::max<size_t>(1, size_t(std::lround(double(pixels.height) * scale)));
  // The mean of what each small pixel covers.
  std::vector<double> sums(width * height * 4);
  for (size_t y = 0; y < pixels.height; ++y) {
    for (size_t x = 0; x < pixels.width; ++x) {
      const size_t small = y * height / pixels.height * width + x * width / pixels.width;
      for (size_t c = 0; c < 3; ++c)
        sums[4 * small + c] += pixels.rgba[4 * (y * pixels.width + x) + c];
      sums[4 * small + 3] += 1;
    }
  }
  // And bilinear between their centres.
  const auto place = [](size_t i, size_t large, size_t count, size_t* first, size_t* second) {
    const double at = std::max((double(i) + 0.5) * double(count) / double(large) - 0.5, 0.0);
    *first = std::min(size_t(at), count - 1);
    *second = std::min(*first + 1, count - 1);
    return at - double(*first);
  };
  for (size_t y = 0; y < pixels.height; ++y) {
    size_t above, below;
    const double down = place(y, pixels.height, height, &above, &below);
    for (size_t x = 0; x < pixels.width; ++x) {
      size_t left, right;
      const double across = place(x, pixels.width, width, &left, &right);
      for (size_t c = 0; c < 3; ++c) {
        const auto level = [&](size_t row, size_t column) {
          const double* cell = &sums[4 * (row * width + column)];
          return cell[c] / cell[3];
        };
        const double upper = std::lerp(level(above, left), level(above, right), across);
        const double lower = std::lerp(level(below, left), level(below, right), across);
        pixels.rgba[4 * (y * pixels.width + x) + c] =
            uint8_t(std::lround(std::lerp(upper, lower, down)));
      }
    }
  }
}

void SaveAsJpeg(double quality, uint64_t, const Compress& compress, const Pixels& pixels,
                std::span<uint8_t>) {
  compress(pixels, int(quality));
}

struct Kind {
  Degradation degradation;
  Function apply;
};
constexpr Kind kKinds[] = {
    {{"low light", "1/4", 1.0 / 4}, Darken},
    {{"low light", "1/16", 1.0 / 16}, Darken},
    {{"low light", "1/64", 1.0 / 64}, Darken},
    {{"noise", "10", 10}, AddNoise},
    {{"noise", "25", 25}, AddNoise},
    {{"noise", "50", 50}, AddNoise},
    {{"motion blur", "2 %", 0.02}, Smear},
    {{"motion blur", "5 %", 0.05}, Smear},
    {{"motion blur", "10 %", 0.10}, Smear},
    {{"occluder", "25 %", 0.25}, Occlude},
    {{"occluder", "40 %", 0.40}, Occlude},
    {{"occluder", "55 %", 0.55}, Occlude},
    {{"low resolution", "128 px", 128}, Coarsen},
    {{"low resolution", "64 px", 64}, Coarsen},
    {{"low resolution", "32 px", 32}, Coarsen},
    {{"JPEG", "quality 20", 20}, SaveAsJpeg},
    {{"JPEG", "quality 8", 8}, SaveAsJpeg},
    {{"JPEG", "quality 3", 3}, SaveAsJpeg},
};

}  // namespace

std::span<const Degradation> Degradations() {
  static const std::vector<Degradation> all = [] {
    std::vector<Degradation> list;
    for (const Kind& kind : kKinds) list.push_back(kind.degradation);
    return list;
  }();
  return all;
}

void Degrade(const Degradation& degradation, uint64_t seed, const Compress& compress,
             const Pixels& pixels, std::span<uint8_t> truth) {
  for (const Kind& kind : kKinds) {
    if (kind.degradation.kind == degradation.kind && kind.degradation.level == degradation.level) {
      kind.apply(degradation.strength, seed, compress, pixels, truth);
    }
  }
}

}  // namespace selfieseg::eval
