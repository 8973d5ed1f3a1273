// The selfie network itself: a short list of stages over fused rows. Height and width are
// parameters.
#pragma once

#include <vector>

#include "base/buffer.h"
#include "base/threads.h"
#include "net/kernels.h"
#include "net/observer.h"
#include "net/stages.h"
#include "net/weights.h"

namespace selfieseg::core {

// The rows of a map that one thread needs at a time, each with pixels of zeros before and after it.
class RowRing {
 public:
  RowRing() = default;
  RowRing(int rows, int pixels, int channels, int pad_before, int pad_after)
      : rows_(rows),
        row_size_(size_t(pixels + pad_before + pad_after) * channels),
        pad_(size_t(pad_before) * channels),
        data_(rows * row_size_) {}

  float* Row(int y) { return data_.data() + (y % rows_) * row_size_; }  // begins with the padding
  float* Pixels(int y) { return Row(y) + pad_; }

 private:
  int rows_ = 1;
  size_t row_size_ = 0, pad_ = 0;
  Buffer data_;
};

class SelfieNet {
 public:
  // Keeps references to all three. `watched`: keeps whole maps of stages that are else only rows,
  // for the observer.
  SelfieNet(const Weights& weights, const Kernels& kernels, Threads& threads, bool watched);

  // input: height x width x 3 floats, mask: height x width. The same bits for any number of
  // threads. Real-time safe.
  void Run(const float* input, float* mask, Observer& observer);

 private:
  // What one thread writes besides the maps, so that threads share nothing.
  struct alignas(kApart) Scratch {
    RowRing b1, b2, b3, b4, late;
    std::array<RowRing, 3> merged;  // by level of the decoder
    Buffer stem_edge;               // 3 rows of the last two input columns and the padding
    Buffer halo, row, row2;
    Buffer scaled;  // weights by a gate's factors; fetched from another core they take longer
  };
  struct Band {
    int begin, end;
  };

  void StemAndB1(const float* input);
  void B2();
  void B3();
  void B4();
  void LateBlock(const Bottleneck& block, const Buffer& x, Buffer& y);
  void Head();
  void Decode(int level, const Buffer& skip, const Buffer& skip_sums, float* mask);

  void StemRow(const float* input, int y, Scratch& scratch, float* out, float* sum) const;
  void ProjectLate(const Bottleneck& block, const float* residual, Buffer& y);
  void RunGate(const Gate& gate, const float* mean, float* factors);
  void Mean(const Buffer& row_sums, int rows, int pixels, int channels, float* mean) const;
  void AddUp(const float* x, int pixels, int channels, float* sum) const;
  void Apply(const Dense& dense, const float* x, int pixels, float* y) const;

  // Calls stage(band, scratch) with `rows` divided among the threads.
  template <class Stage>
  void InBands(int rows, const Stage& stage) {
    threads_.InBands(rows, [&](int begin, int end, int piece) {
      if (begin < end) stage(Band{begin, end}, scratch_[piece]);
    });
  }

  const Weights& w_;
  const Kernels& k_;
  Threads& threads_;
  const bool watched_;
  const int height_, width_;
  std::vector<Scratch> scratch_;  // one for each thread
  Buffer zeros_;                  // a row of any map

  // Maps that later stages read: the end of a stage, or the rows' sums for the means.
  Buffer stem_, stem_sums_;
  Buffer b1_depthwise_, b1_depthwise_sums_, b1_, b1_sums_;
  Buffer b2_, b3_, b3_sums_;
  Buffer late_depthwise_, late_sums_;
  std::array<Buffer, 5> late_;  // ends of b4..b8
  Buffer head_, head_sums_;
  std::array<Buffer, 3> lifted_;   // up * x of each level, before the resize
  std::array<Buffer, 3> decoded_;  // ends of the levels; rows only, unless watched
  std::array<Buffer, 3> decoded_sums_;
  std::array<Buffer, 3> gates_;  // factors of each level
  Buffer mean_, factors_, gate_middle_, channel_sums_;
};

}  // namespace selfieseg::core
