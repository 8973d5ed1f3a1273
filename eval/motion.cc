#include "eval/motion.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>

namespace selfieseg::eval {
namespace {

constexpr size_t kBlock = 8;  // pixels
constexpr float kStill = 2;   // levels
constexpr int kMoved = 25;    // levels of 255: 0.1

}  // namespace

MotionJudge::MotionJudge(size_t width, size_t height) : width_(width), height_(height) {}

std::vector<float> MotionJudge::BlockMeans(std::span<const uint8_t> luma) const {
  const size_t columns = (width_ + kBlock - 1) / kBlock, rows = (height_ + kBlock - 1) / kBlock;
  std::vector<float> sums(columns * rows), counts(columns * rows);
  for (size_t y = 0; y < height_; ++y) {
    for (size_t x = 0; x < width_; ++x) {
      const size_t block = y / kBlock * columns + x / kBlock;
      sums[block] += luma[y * width_ + x];
      counts[block] += 1;
    }
  }
  for (size_t i = 0; i < sums.size(); ++i) sums[i] /= counts[i];
  return sums;
}

void MotionJudge::Add(std::span<const uint8_t> luma, std::span<const uint8_t> matte,
                      std::span<const uint8_t> own) {
  std::vector<float> blocks = BlockMeans(luma);
  const size_t columns = (width_ + kBlock - 1) / kBlock;
  for (size_t i = 0; frames_ > 0 && i < matte.size(); ++i) {
    const size_t block = i / width_ / kBlock * columns + i % width_ / kBlock;
    if (std::abs(blocks[block] - blocks_[block]) < kStill) {
      change_ += std::abs(int(matte[i]) - int(matte_[i]));
      ++still_;
    }
    const double step = double(own_[i]) - double(own[i]);  // back to the frame before
    if (std::abs(step) > kMoved) {
      behind_ += (double(matte[i]) - double(own[i])) * step;
      moved_ += step * step;
    }
  }
  blocks_ = std::move(blocks);
  matte_.assign(matte.begin(), matte.end());
  own_.assign(own.begin(), own.end());
  ++frames_;
}

Motion MotionJudge::Result() const {
  return {frames_, still_ > 0 ? change_ / double(still_) / 255 : 0,
          moved_ > 0 ? behind_ / moved_ : 0};
}

}  // namespace selfieseg::eval
