#include "net/selfie_net.h"

#include <algorithm>

namespace selfieseg::core {
namespace {

constexpr int kMaxChannels = 128;
// Channels that are expanded at once, so that the rows a depthwise kernel needs stay in L1.
constexpr int kB2Columns = 24;
constexpr int kB4Columns = 24;
constexpr int kLateColumns = 32;

DenseRow RowOf(const Dense& dense, const float* x, int pixels, Activation activation, float* y) {
  return {.x = {x},
          .x_step = size_t(dense.inputs),
          .inputs = size_t(dense.inputs),
          .weights = dense.weights.data(),
          .weights_step = size_t(dense.outputs),
          .outputs = size_t(dense.outputs),
          .start = dense.bias.data(),
          .activation = activation,
          .y = y,
          .y_step = size_t(dense.outputs),
          .pixels = size_t(pixels)};
}

// `channels` of `dense` from `first` on, packed.
DenseRow ColumnsOf(const Dense& dense, int first, int channels, const float* x, int pixels,
                   Activation activation, float* y) {
  DenseRow row = RowOf(dense, x, pixels, activation, y);
  row.weights += first;
  row.start += first;
  row.outputs = row.y_step = size_t(channels);
  return row;
}

DepthwiseRow RowOf(const Depthwise& depthwise, int pixels, Activation activation, float* y) {
  const auto channels = size_t(depthwise.channels);
  return {.step = channels,
          .weights = depthwise.weights.data(),
          .weights_step = channels,
          .bias = depthwise.bias.data(),
          .channels = channels,
          .activation = activation,
          .y = y,
          .y_step = channels,
          .pixels = size_t(pixels)};
}

// Where the sum of row `y` begins, which is now 0.
float* ZeroSum(Buffer& sums, int y, int channels) {
  return std::fill_n(sums.data() + size_t(y) * channels, channels, 0.0f) - channels;
}

// `channels` of `depthwise` from `first` on; `y` still has them all.
DepthwiseRow ColumnsOf(const Depthwise& depthwise, int first, int channels, int pixels,
                       Activation activation, float* y) {
  DepthwiseRow row = RowOf(depthwise, pixels, activation, y + first);
  row.weights += first;
  row.bias += first;
  row.channels = row.step = size_t(channels);
  return row;
}

}  // namespace

SelfieNet::SelfieNet(const Weights& weights, const Kernels& kernels, Threads& threads, bool watched)
    : w_(weights),
      k_(kernels),
      threads_(threads),
      watched_(watched),
      height_(weights.height),
      width_(weights.width),
      scratch_(threads.count()) {
  auto map = [&](int scale, int channels) {
    return Buffer(size_t(height_ / scale) * (width_ / scale) * channels);
  };
  auto sums = [&](int scale, int channels) { return Buffer(size_t(height_ / scale) * channels); };
  const int w2 = width_ / 2, w4 = width_ / 4, w8 = width_ / 8, w16 = width_ / 16;
  for (Scratch& s : scratch_) {
    s.b1 = RowRing(3, w2, 16, 0, 1);
    s.b2 = RowRing(3, w4, kB2Columns, 0, 1);
    s.b3 = RowRing(3, w8, 88, 1, 1);
    s.b4 = RowRing(6, w8, kB4Columns, 1, 2);
    s.late = RowRing(5, w16, kLateColumns, 2, 2);
    s.merged = {RowRing(3, w8, 24, 1, 1), RowRing(3, w4, 16, 1, 1), RowRing(3, w2, 16, 1, 1)};
    s.stem_edge = Buffer(3 * 9);
    s.halo = Buffer(size_t(w2) * 16);
    s.row = Buffer(size_t(w2) * 88);
    s.row2 = Buffer(size_t(w2) * 88);
    s.scaled = Buffer(size_t(kMaxChannels) * 32);
  }
  zeros_ = Buffer(size_t(w2 + 4) * 88);
  stem_ = map(2, 16);
  stem_sums_ = sums(2, 16);
  b1_depthwise_ = map(4, 16);
  b1_depthwise_sums_ = sums(4, 16);
  b1_ = map(4, 16);
  b1_sums_ = sums(4, 16);
  b2_ = map(8, 24);
  b3_ = map(8, 24);
  b3_sums_ = sums(8, 24);
  late_depthwise_ = map(16, kMaxChannels);
  late_sums_ = sums(16, kMaxChannels);
  for (Buffer& end : late_) end = map(16, 32);
  head_ = map(16, 128);
  head_sums_ = sums(16, 128);
  lifted_ = {map(16, 24), map(8, 16), map(4, 16)};
  decoded_sums_ = {sums(8, 24), sums(4, 16), sums(2, 16)};
  if (watched_) decoded_ = {map(8, 24), map(4, 16), map(2, 16)};
  gates_ = {Buffer(24), Buffer(16), Buffer(16)};
  mean_ = Buffer(kMaxChannels);
  factors_ = Buffer(kMaxChannels);
  gate_middle_ = Buffer(kMaxChannels);
  channel_sums_ = Buffer(kMaxChannels);
}

void SelfieNet::Run(const float* input, float* mask, Observer& observer) {
  auto report = [&](StageOp stage, int scale, int channels, const Buffer& map) {
    observer.Report(StageStep(stage), {height_ / scale, width_ / scale, channels}, map.data());
  };
  auto report_gate = [&](StageOp stage, const Buffer& gate) {
    observer.Report(StageStep(stage), {1, 1, int(gate.size())}, gate.data());
  };
  observer.Start();

  StemAndB1(input);
  report(kStem, 2, 16, stem_);
  B2();
  report(kB1, 4, 16, b1_);
  report(kB2, 8, 24, b2_);
  B3();
  report(kB3, 8, 24, b3_);
  B4();
  report(kB4, 16, 32, late_[0]);
  constexpr StageOp kLateStages[] = {kB5, kB6, kB7, kB8};
  for (int i = 0; i < 4; ++i) {
    LateBlock(w_.blocks[4 + i], late_[i], late_[i + 1]);
    report(kLateStages[i], 16, 32, late_[i + 1]);
  }
  Head();

  Decode(0, b3_, b3_sums_, mask);
  report_gate(kDec32Gate, gates_[0]);
  report(kDec32, 8, 24, decoded_[0]);
  Decode(1, b1_, b1_sums_, mask);
  report_gate(kDec64Gate, gates_[1]);
  report(kDec64, 4, 16, decoded_[1]);
  Decode(2, stem_, stem_sums_, mask);
  report_gate(kDec128Gate, gates_[2]);
  report(kDec128, 2, 16, decoded_[2]);
  observer.Report(StageStep(kMask), {height_, width_, 1}, mask);
}

// 3x3, stride 2: the taps of a row are 9 floats of the input one after another. Only the last pixel
// needs the padding.
void SelfieNet::StemRow(const float* input, int y, Scratch& scratch, float* out, float* sum) const {
  const int pixels = width_ / 2;
  const size_t row_size = size_t(width_) * 3;
  DenseRow row = RowOf(w_.stem, nullptr, pixels - 1, Activation::kHardSwish, out);
  row.sum = sum;
  row.segments = 3;
  row.inputs = 9;
  row.x_step = 6;
  DenseRow last = row;
  for (int ky = 0; ky < 3; ++ky) {
    const bool inside = 2 * y + ky < height_;
    row.x[ky] = inside ? input + (2 * y + ky) * row_size : zeros_.data();
    float* edge = scratch.stem_edge.data() + 9 * ky;
    std::copy_n(row.x[ky] + row_size - 6, 6, edge);  // the 3 floats after them stay 0
    last.x[ky] = edge;
  }
  k_.dense(row);
  last.pixels = 1;
  last.y = out + size_t(pixels - 1) * 16;
  k_.dense(last);
}

void SelfieNet::StemAndB1(const float* input) {
  const Bottleneck& b1 = w_.blocks[0];
  const int rows = height_ / 2, pixels = width_ / 2;
  InBands(height_ / 4, [&](Band band, Scratch& scratch) {
    int ready = 2 * band.begin;  // rows of the stem, expanded
    for (int y = band.begin; y < band.end; ++y) {
      for (; ready <= std::min(2 * y + 2, rows - 1); ++ready) {
        // The last row is the next band's too: only its owner writes it to the map.
        const bool own = ready < 2 * band.end;
        float* stem = own ? stem_.data() + size_t(ready) * pixels * 16 : scratch.halo.data();
        StemRow(input, ready, scratch, stem, own ? ZeroSum(stem_sums_, ready, 16) : nullptr);
        k_.dense(RowOf(b1.expand, stem, pixels, Activation::kRelu, scratch.b1.Pixels(ready)));
      }
      DepthwiseRow row = RowOf(b1.depthwise, pixels / 2, Activation::kRelu,
                               b1_depthwise_.data() + size_t(y) * (pixels / 2) * 16);
      for (int ky = 0; ky < 3; ++ky) {
        row.rows[ky] = 2 * y + ky < rows ? scratch.b1.Row(2 * y + ky) : zeros_.data();
      }
      row.sum = ZeroSum(b1_depthwise_sums_, y, 16);
      k_.depthwise3_stride2(row);
    }
  });
  Mean(b1_depthwise_sums_, height_ / 4, width_ / 4, 16, mean_.data());
  RunGate(b1.gate, mean_.data(), factors_.data());
}

// The end of b1, then b2: a third of its channels at a time, each adding its part to the
// projection.
void SelfieNet::B2() {
  const Bottleneck& b1 = w_.blocks[0];
  const Bottleneck& b2 = w_.blocks[1];
  const int rows = height_ / 4, pixels = width_ / 4;
  const size_t row_size = size_t(pixels) * 16;
  InBands(height_ / 8, [&](Band band, Scratch& scratch) {
    k_.scale_inputs(b1.project.weights.data(), factors_.data(), 16, 16, scratch.scaled.data());
    // The last row is the next band's too: only its owner writes it to the map.
    auto b1_row = [&](int y) {
      return y < 2 * band.end ? b1_.data() + y * row_size : scratch.halo.data();
    };
    for (int y = 2 * band.begin; y <= std::min(2 * band.end, rows - 1); ++y) {
      DenseRow project = RowOf(b1.project, b1_depthwise_.data() + y * row_size, pixels,
                               Activation::kNone, b1_row(y));
      project.weights = scratch.scaled.data();
      k_.dense(project);
      if (y < 2 * band.end) AddUp(b1_row(y), pixels, 16, b1_sums_.data() + y * 16);
    }
    for (int first = 0; first < b2.expand.outputs; first += kB2Columns) {
      int ready = 2 * band.begin;
      for (int y = band.begin; y < band.end; ++y) {
        for (; ready <= std::min(2 * y + 2, rows - 1); ++ready) {
          k_.dense(ColumnsOf(b2.expand, first, kB2Columns, b1_row(ready), pixels, Activation::kRelu,
                             scratch.b2.Pixels(ready)));
        }
        DepthwiseRow row = ColumnsOf(b2.depthwise, first, kB2Columns, pixels / 2, Activation::kRelu,
                                     scratch.row.data());
        row.y = scratch.row.data();
        row.y_step = kB2Columns;
        for (int ky = 0; ky < 3; ++ky) {
          row.rows[ky] = 2 * y + ky < rows ? scratch.b2.Row(2 * y + ky) : zeros_.data();
        }
        k_.depthwise3_stride2(row);
        float* end = b2_.data() + size_t(y) * (pixels / 2) * 24;
        DenseRow project =
            RowOf(b2.project, scratch.row.data(), pixels / 2, Activation::kNone, end);
        project.x_step = project.inputs = kB2Columns;
        project.weights += size_t(first) * b2.project.outputs;
        if (first > 0) {
          project.start = zeros_.data();
          project.residual = end;  // what the channels before gave
        }
        k_.dense(project);
      }
    }
  });
}

void SelfieNet::B3() {
  const Bottleneck& b3 = w_.blocks[2];
  const int rows = height_ / 8, pixels = width_ / 8;
  const size_t row_size = size_t(pixels) * 24;
  InBands(rows, [&](Band band, Scratch& scratch) {
    int ready = std::max(0, band.begin - 1);
    for (int y = band.begin; y < band.end; ++y) {
      for (; ready <= std::min(y + 1, rows - 1); ++ready) {
        k_.dense(RowOf(b3.expand, b2_.data() + ready * row_size, pixels, Activation::kRelu,
                       scratch.b3.Pixels(ready)));
      }
      DepthwiseRow row = RowOf(b3.depthwise, pixels, Activation::kRelu, scratch.row.data());
      for (int ky = 0; ky < 3; ++ky) {
        const int from = y - 1 + ky;
        row.rows[ky] = from >= 0 && from < rows ? scratch.b3.Row(from) : zeros_.data();
      }
      k_.depthwise3(row);
      float* end = b3_.data() + y * row_size;
      DenseRow project = RowOf(b3.project, scratch.row.data(), pixels, Activation::kNone, end);
      project.residual = b2_.data() + y * row_size;
      k_.dense(project);
      AddUp(end, pixels, 24, b3_sums_.data() + y * 24);
    }
  });
}

void SelfieNet::B4() {
  const Bottleneck& b4 = w_.blocks[3];
  const int rows = height_ / 8, pixels = width_ / 8;
  const int channels = b4.expand.outputs;
  InBands(rows / 2, [&](Band band, Scratch& scratch) {
    for (int first = 0; first < channels; first += kB4Columns) {
      int ready = std::max(0, 2 * band.begin - 1);
      for (int y = band.begin; y < band.end; ++y) {
        for (; ready <= std::min(2 * y + 3, rows - 1); ++ready) {
          k_.dense(ColumnsOf(b4.expand, first, kB4Columns, b3_.data() + size_t(ready) * pixels * 24,
                             pixels, Activation::kHardSwish, scratch.b4.Pixels(ready)));
        }
        DepthwiseRow row =
            ColumnsOf(b4.depthwise, first, kB4Columns, pixels / 2, Activation::kHardSwish,
                      late_depthwise_.data() + size_t(y) * (pixels / 2) * channels);
        row.sum = late_sums_.data() + y * channels + first;
        std::fill_n(row.sum, kB4Columns, 0.0f);
        for (int ky = 0; ky < 5; ++ky) {
          const int from = 2 * y - 1 + ky;
          row.rows[ky] = from >= 0 && from < rows ? scratch.b4.Row(from) : zeros_.data();
        }
        k_.depthwise5_stride2(row);
      }
    }
  });
  ProjectLate(b4, nullptr, late_[0]);
}

// b5..b8: 5x5 on the smallest map, with a gate and a residual. Threads share the rows, though the
// windows of both need two of the other's expanded: what a thread reads of the other's maps takes
// longer.
void SelfieNet::LateBlock(const Bottleneck& block, const Buffer& x, Buffer& y) {
  const int rows = height_ / 16, pixels = width_ / 16;
  const int channels = block.expand.outputs;
  InBands(rows, [&](Band band, Scratch& scratch) {
    for (int first = 0; first < channels; first += kLateColumns) {
      const int columns = std::min(kLateColumns, channels - first);
      int ready = std::max(0, band.begin - 2);
      for (int out = band.begin; out < band.end; ++out) {
        for (; ready <= std::min(out + 2, rows - 1); ++ready) {
          DenseRow row =
              ColumnsOf(block.expand, first, columns, x.data() + size_t(ready) * pixels * 32,
                        pixels, Activation::kHardSwish, scratch.late.Pixels(ready));
          row.y_step =
              kLateColumns;  // whatever `columns` is, so that the padding stays where it is
          k_.dense(row);
        }
        DepthwiseRow row =
            ColumnsOf(block.depthwise, first, columns, pixels, Activation::kHardSwish,
                      late_depthwise_.data() + size_t(out) * pixels * channels);
        row.step = kLateColumns;
        row.sum = late_sums_.data() + out * channels + first;
        std::fill_n(row.sum, columns, 0.0f);
        for (int ky = 0; ky < 5; ++ky) {
          const int from = out - 2 + ky;
          row.rows[ky] = from >= 0 && from < rows ? scratch.late.Row(from) : zeros_.data();
        }
        k_.depthwise5(row);
      }
    }
  });
  ProjectLate(block, x.data(), y);
}

// The gate of a late block goes into the weights of its projection.
void SelfieNet::ProjectLate(const Bottleneck& block, const float* residual, Buffer& y) {
  const int channels = block.project.inputs;
  const int rows = height_ / 16, pixels = width_ / 16;
  Mean(late_sums_, rows, pixels, channels, mean_.data());
  RunGate(block.gate, mean_.data(), factors_.data());
  InBands(rows * pixels, [&](Band band, Scratch& scratch) {
    k_.scale_inputs(block.project.weights.data(), factors_.data(), channels, 32,
                    scratch.scaled.data());
    const auto first = size_t(band.begin);
    DenseRow row = RowOf(block.project, late_depthwise_.data() + first * channels,
                         band.end - band.begin, Activation::kNone, y.data() + first * 32);
    row.weights = scratch.scaled.data();
    if (residual != nullptr) row.residual = residual + first * 32;
    k_.dense(row);
  });
}

// Ends with the first level's `lifted_` map and, in mean_, the mean of that level's lift.
void SelfieNet::Head() {
  const Buffer& x = late_[4];
  const int rows = height_ / 16, pixels = width_ / 16;
  AddUp(x.data(), rows * pixels, 32, channel_sums_.data());
  Mean(channel_sums_, 1, rows * pixels, 32, mean_.data());
  Apply(w_.head_gate, mean_.data(), 1, factors_.data());
  k_.sigmoid(factors_.data(), 128);
  InBands(rows, [&](Band band, Scratch& scratch) {
    k_.scale_inputs(w_.decoders[0].up.weights.data(), factors_.data(), 128, 24,
                    scratch.scaled.data());
    for (int y = band.begin; y < band.end; ++y) {
      float* head = head_.data() + size_t(y) * pixels * 128;
      k_.dense(RowOf(w_.head, x.data() + size_t(y) * pixels * 32, pixels, Activation::kRelu, head));
      AddUp(head, pixels, 128, head_sums_.data() + y * 128);
      DenseRow up = RowOf(w_.decoders[0].up, head, pixels, Activation::kNone,
                          lifted_[0].data() + size_t(y) * pixels * 24);
      up.weights = scratch.scaled.data();
      k_.dense(up);
    }
  });
  Mean(head_sums_, rows, pixels, 128, mean_.data());
  for (int c = 0; c < 128; ++c) mean_[c] *= factors_[c];
}

// One level of the decoder. On entry mean_ holds the mean of its x (before the lift); on exit that
// of the next level.
void SelfieNet::Decode(int level, const Buffer& skip, const Buffer& skip_sums, float* mask) {
  const Decoder& decoder = w_.decoders[level];
  const int scale = 8 >> level;
  const int rows = height_ / scale, pixels = width_ / scale;
  const int channels = decoder.merge.outputs;
  const size_t row_size = size_t(pixels) * channels;
  // A resize to twice the size keeps the mean, so the gate is known before the map is.
  Buffer& gate = gates_[level];
  Mean(skip_sums, rows, pixels, channels, factors_.data());
  Apply(decoder.lift, mean_.data(), 1, gate.data());
  for (int c = 0; c < channels; ++c) mean_[c] = gate[c] + factors_[c];
  RunGate(decoder.gate, mean_.data(), gate.data());

  const Buffer& lifted = lifted_[level];
  InBands(rows, [&](Band band, Scratch& scratch) {
    k_.scale_inputs(decoder.merge.weights.data(), gate.data(), channels, channels,
                    scratch.scaled.data());
    RowRing& merged = scratch.merged[level];
    int ready = std::max(0, band.begin - 1);
    for (int y = band.begin; y < band.end; ++y) {
      for (; ready <= std::min(y + 1, rows - 1); ++ready) {
        const int near = ready / 2;
        const int far = ready % 2 ? std::min(near + 1, rows / 2 - 1) : std::max(near - 1, 0);
        k_.blend({.near = lifted.data() + near * row_size / 2,
                  .far = lifted.data() + far * row_size / 2,
                  .channels = size_t(channels),
                  .pixels = size_t(pixels) / 2,
                  .y = scratch.row.data()});
        DenseRow merge = RowOf(decoder.merge, skip.data() + ready * row_size, pixels,
                               Activation::kRelu, merged.Pixels(ready));
        merge.weights = scratch.scaled.data();
        merge.start = scratch.row.data() + channels;
        merge.start_step = channels;
        merge.start_doubled = true;
        k_.dense(merge);
      }
      float* end = watched_ ? decoded_[level].data() + y * row_size : scratch.row2.data();
      DepthwiseRow row = RowOf(decoder.depthwise, pixels, Activation::kRelu, end);
      for (int ky = 0; ky < 3; ++ky) {
        const int from = y - 1 + ky;
        row.rows[ky] = from >= 0 && from < rows ? merged.Row(from) : zeros_.data();
      }
      row.add_center = true;
      if (level < 2) {
        row.sum = ZeroSum(decoded_sums_[level], y, channels);
      }
      k_.depthwise3(row);
      if (level < 2) {
        k_.dense(RowOf(w_.decoders[level + 1].up, end, pixels, Activation::kNone,
                       lifted_[level + 1].data() + size_t(y) * pixels * 16));
      } else {
        k_.segment({.x = end,
                    .pixels = size_t(pixels),
                    .weights = w_.segment.weights.data(),
                    .bias = w_.segment.bias.data(),
                    .upper = mask + size_t(2 * y) * width_,
                    .lower = mask + size_t(2 * y + 1) * width_});
      }
    }
  });
  if (level < 2) Mean(decoded_sums_[level], rows, pixels, channels, mean_.data());
}

void SelfieNet::RunGate(const Gate& gate, const float* mean, float* factors) {
  k_.dense(RowOf(gate.reduce, mean, 1, Activation::kRelu, gate_middle_.data()));
  Apply(gate.expand, gate_middle_.data(), 1, factors);
  k_.sigmoid(factors, gate.expand.outputs);
}

// Rows are added in order, whichever thread made them: the same bits for any number of threads.
void SelfieNet::Mean(const Buffer& row_sums, int rows, int pixels, int channels,
                     float* mean) const {
  AddUp(row_sums.data(), rows, channels, mean);
  const float scale = 1.0f / (float(rows) * pixels);
  for (int c = 0; c < channels; ++c) mean[c] *= scale;
}

void SelfieNet::AddUp(const float* x, int pixels, int channels, float* sum) const {
  std::fill_n(sum, channels, 0.0f);
  k_.add_pixels(x, pixels, channels, sum);
}

void SelfieNet::Apply(const Dense& dense, const float* x, int pixels, float* y) const {
  k_.dense(RowOf(dense, x, pixels, Activation::kNone, y));
}

}  // namespace selfieseg::core
