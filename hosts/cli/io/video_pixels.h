// Frames from one kind of pixels to another, by swscale. The library computes with the commonest as
// they are, and with RGBA for the others.
#pragma once

#include "cli/io/ffmpeg.h"
#include "selfieseg/selfieseg.h"

namespace selfieseg::cli {

// New frames of memory that is used again and again; they may outlive the pool. Rows have room for
// whole vectors at their end, and there is room for one more row.
class FramePool {
 public:
  FramePool() = default;
  ~FramePool() { av_buffer_pool_uninit(&pool_); }
  FramePool(const FramePool&) = delete;
  FramePool& operator=(const FramePool&) = delete;

  FramePtr Get(AVPixelFormat format, int width, int height);

 private:
  AVBufferPool* pool_ = nullptr;
  AVPixelFormat format_ = AV_PIX_FMT_NONE;
  int width_ = 0, height_ = 0;
};

// Makes `to` of `from`, scaled if sizes differ. What the numbers of YUV mean is taken from the
// frames themselves: matrix, range and place of chroma. Used by one thread.
class PixelConverter {
 public:
  void Convert(const AVFrame& from, AVFrame* to);

 private:
  ScalerPtr scaler_;
  std::string made_for_;
};

// Whether the library computes with the frame's own pixels: Y'CbCr of 8 bits, or 4:2:0 or 4:2:2 of
// 10, with even sides and a usual matrix.
bool IsNative(const AVFrame& frame);

// Makes `to`, a new frame, one of the same pixels; `from` is of a pool.
void SharePixels(const AVFrame& from, AVFrame* to);

// What lies with this orientation, upright; it may be native, RGBA or GRAY8, but turned by a
// quarter not of 4:2:2.
bool CanBeTurned(const AVFrame& stored, int orientation);
FramePtr Turned(const AVFrame& stored, int orientation, FramePool* pool);

// A view of a frame that is native, RGBA or GRAY8.
selfieseg_image ViewOf(const AVFrame& frame);

// The pixel format and the meaning of numbers that a view has, for new frames like it.
AVPixelFormat FormatLike(const selfieseg_image& view);
void SetMeaning(const selfieseg_image& view, AVFrame* frame);

// The middle of a frame, as wide by its height as the view is.
FramePtr CutToAspect(const AVFrame& frame, const selfieseg_image& view);

// Makes a frame of a pool, RGBA or GRAY8, larger by at most one column and one row: copies of their
// neighbours.
void Grow(AVFrame* frame, int width, int height);

// Without the "j" that once said that the range is full.
AVPixelFormat WithoutRange(AVPixelFormat format);
bool HasFullRange(const AVFrame& frame);

int BitsOf(AVPixelFormat format);
bool HasAlpha(AVPixelFormat format);
bool IsRgb(AVPixelFormat format);

// What holds the result, too: gray and palettes may get any colour.
AVPixelFormat ComposedAs(AVPixelFormat format);

// The matrix that players take when a stream does not say.
AVColorSpace MatrixOf(AVColorSpace said, int height);

}  // namespace selfieseg::cli
