// Names of the places in the selfie network that people speak of, by the number of the operator
// that ends there.
#pragma once

namespace selfieseg::core {

enum StageOp : int {
  kStem = 1,
  kB1 = 12,
  kB2 = 17,
  kB3 = 23,
  kB4 = 34,
  kB5 = 46,
  kB6 = 58,
  kB7 = 70,
  kB8 = 82,
  kHead = 88,
  kDec32Gate = 96,
  kDec32 = 103,
  kDec64Gate = 111,
  kDec64 = 118,
  kDec128Gate = 126,
  kDec128 = 133,
  kMask = 135,
};

struct Stage {
  StageOp op;
  const char* step;  // name of the observer's step
};

inline constexpr Stage kStages[] = {
    {kStem, "001_stem"},
    {kB1, "012_b1"},
    {kB2, "017_b2"},
    {kB3, "023_b3"},
    {kB4, "034_b4"},
    {kB5, "046_b5"},
    {kB6, "058_b6"},
    {kB7, "070_b7"},
    {kB8, "082_b8"},
    {kHead, "088_head"},
    {kDec32Gate, "096_dec32_gate"},
    {kDec32, "103_dec32"},
    {kDec64Gate, "111_dec64_gate"},
    {kDec64, "118_dec64"},
    {kDec128Gate, "126_dec128_gate"},
    {kDec128, "133_dec128"},
    {kMask, "135_mask"},
};

// Null where no stage ends.
constexpr const char* StageStep(int op) {
  for (const Stage& stage : kStages) {
    if (stage.op == op) return stage.step;
  }
  return nullptr;
}

}  // namespace selfieseg::core
