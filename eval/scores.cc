#include "eval/scores.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <vector>

namespace selfieseg::eval {
namespace {

constexpr uint8_t kPerson = 128;  // this level and above

// For each pixel, whether all of the square of `depth` pixels around it is person: the mask eroded
// `depth` times. Runs of person are counted along rows, then down columns.
std::vector<uint8_t> Erode(const Mask& mask, int depth) {
  const size_t width = mask.width, height = mask.height, d = size_t(depth), need = 2 * d + 1;
  std::vector<uint8_t> across(width * height), inner(width * height);
  for (size_t y = 0; y < height; ++y) {
    const uint8_t* levels = &mask.levels[y * width];
    size_t run = 0;
    for (size_t x = 0; x < width; ++x) {
      run = levels[x] >= kPerson ? run + 1 : 0;
      if (run >= need) across[y * width + x - d] = 1;
    }
  }
  std::vector<uint32_t> runs(width);
  for (size_t y = 0; y < height; ++y) {
    for (size_t x = 0; x < width; ++x) {
      runs[x] = across[y * width + x] ? runs[x] + 1 : 0;
      if (runs[x] >= need) inner[(y - d) * width + x] = 1;
    }
  }
  return inner;
}

double Ratio(size_t part, size_t whole) { return whole == 0 ? 1.0 : double(part) / double(whole); }

}  // namespace

int BoundaryDepth(size_t width, size_t height) {
  return std::max(1, int(std::nearbyint(0.02 * std::hypot(double(width), double(height)))));
}

Scores Judge(const Mask& matte, const Mask& truth) {
  const int depth = BoundaryDepth(truth.width, truth.height);
  const std::vector<uint8_t> inner_matte = Erode(matte, depth), inner_truth = Erode(truth, depth);
  const size_t pixels = truth.levels.size();
  size_t both = 0, either = 0, edge_both = 0, edge_either = 0, extra = 0, missed = 0;
  uint64_t error = 0;
  for (size_t i = 0; i < pixels; ++i) {
    const bool found = matte.levels[i] >= kPerson, is = truth.levels[i] >= kPerson;
    both += found && is;
    either += found || is;
    extra += found && !is;
    missed += is && !found;
    const bool found_edge = found && !inner_matte[i], is_edge = is && !inner_truth[i];
    edge_both += found_edge && is_edge;
    edge_either += found_edge || is_edge;
    error += uint64_t(std::abs(int(matte.levels[i]) - int(truth.levels[i])));
  }
  return {.iou = Ratio(both, either),
          .boundary_iou = Ratio(edge_both, edge_either),
          .mae = double(error) / 255.0 / double(pixels),
          .false_positive = double(extra) / double(pixels),
          .false_negative = double(missed) / double(pixels)};
}

double SoftShare(const Mask& mask) {
  const auto soft = std::count_if(mask.levels.begin(), mask.levels.end(),
                                  [](uint8_t level) { return level > 8 && level < 247; });
  return double(soft) / double(mask.levels.size());
}

}  // namespace selfieseg::eval
