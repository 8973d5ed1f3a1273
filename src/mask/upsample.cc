#include "mask/upsample.h"

#include <algorithm>

#include "base/between.h"

namespace selfieseg::core {
void UpsampleMask(const float* mask, const Shape& shape, const Image& matte) {
  constexpr int kColumns = 256;  // located at a time, on the stack
  const bool floats = matte.format->id == SELFIESEG_GRAY_F32;
  for (int begin = 0; begin < matte.width; begin += kColumns) {
    const int columns = std::min(kColumns, matte.width - begin);
    Between x[kColumns];
    for (int i = 0; i < columns; ++i) x[i] = LocateBetween(begin + i, shape.width, matte.width);
    for (int row = 0; row < matte.height; ++row) {
      const Between y = LocateBetween(row, shape.height, matte.height);
      const float* above = mask + size_t(y.first) * shape.width;
      const float* below = mask + size_t(y.second) * shape.width;
      for (int i = 0; i < columns; ++i) {
        const float left = above[x[i].first] + (below[x[i].first] - above[x[i].first]) * y.fraction;
        const float right =
            above[x[i].second] + (below[x[i].second] - above[x[i].second]) * y.fraction;
        const float value = left + (right - left) * x[i].fraction;
        if (floats) {
          matte.Row<float>(row)[begin + i] = value;
        } else {
          // A network of the user's own may leave [0, 1] or give a NaN, which counts as background.
          const float bounded = value > 0.0f ? std::min(value, 1.0f) : 0.0f;
          matte.Row(row)[begin + i] = uint8_t(bounded * 255.0f + 0.5f);
        }
      }
    }
  }
}

}  // namespace selfieseg::core
