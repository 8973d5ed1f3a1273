#include "cli/io/video_pixels.h"

#include <algorithm>
#include <cstring>
#include <optional>

#include "cli/turn.h"
#include "selfieseg/selfieseg.hpp"

namespace selfieseg::cli {
namespace {

constexpr int kAlign = 128;  // pixels: half of it, chroma, is a multiple of the widest vector
constexpr int kScaling = SWS_BICUBIC | SWS_ACCURATE_RND | SWS_FULL_CHR_H_INT | SWS_FULL_CHR_H_INP;

// Pairs of formats that differ in nothing but the range.
struct Renamed {
  AVPixelFormat old, now;
};
constexpr Renamed kFullRange[] = {{AV_PIX_FMT_YUVJ420P, AV_PIX_FMT_YUV420P},
                                  {AV_PIX_FMT_YUVJ422P, AV_PIX_FMT_YUV422P},
                                  {AV_PIX_FMT_YUVJ444P, AV_PIX_FMT_YUV444P},
                                  {AV_PIX_FMT_YUVJ440P, AV_PIX_FMT_YUV440P},
                                  {AV_PIX_FMT_YUVJ411P, AV_PIX_FMT_YUV411P}};

const AVPixFmtDescriptor& Describe(AVPixelFormat format) {
  const AVPixFmtDescriptor* description = av_pix_fmt_desc_get(format);
  if (description == nullptr) throw Failure("has pixels of an unknown kind");
  return *description;
}

// Where the samples of chroma lie, in 1/256 of a pixel of luma from its left upper one.
void SetChromaPlace(SwsContext* scaler, const char* side, const AVFrame& frame) {
  const AVPixFmtDescriptor& format = Describe(AVPixelFormat(frame.format));
  if (format.log2_chroma_w != 1) return;
  int x = 0, y = format.log2_chroma_h == 1 ? 128 : 0;
  switch (frame.chroma_location) {
    case AVCHROMA_LOC_CENTER:
      x = 128;
      break;
    case AVCHROMA_LOC_TOPLEFT:
      y = 0;
      break;
    case AVCHROMA_LOC_TOP:
      x = 128, y = 0;
      break;
    default:
      break;
  }
  av_opt_set_int(scaler, (std::string(side) + "_h_chr_pos").c_str(), x, 0);
  if (format.log2_chroma_h == 1) {
    av_opt_set_int(scaler, (std::string(side) + "_v_chr_pos").c_str(), y, 0);
  }
}

ScalerPtr NewScaler(const AVFrame& from, const AVFrame& to) {
  ScalerPtr scaler(Need(sws_alloc_context()));
  SwsContext* sws = scaler.get();
  av_opt_set_int(sws, "srcw", from.width, 0);
  av_opt_set_int(sws, "srch", from.height, 0);
  av_opt_set_int(sws, "src_format", WithoutRange(AVPixelFormat(from.format)), 0);
  av_opt_set_int(sws, "dstw", to.width, 0);
  av_opt_set_int(sws, "dsth", to.height, 0);
  av_opt_set_int(sws, "dst_format", WithoutRange(AVPixelFormat(to.format)), 0);
  av_opt_set_int(sws, "sws_flags", kScaling, 0);
  SetChromaPlace(sws, "src", from);
  SetChromaPlace(sws, "dst", to);
  if (sws_init_context(sws, nullptr, nullptr) < 0) {
    throw Failure("cannot be converted between the pixel formats " +
                  std::string(Describe(AVPixelFormat(from.format)).name) + " and " +
                  Describe(AVPixelFormat(to.format)).name);
  }
  constexpr int kOne = 1 << 16;  // contrast and saturation
  sws_setColorspaceDetails(
      sws, sws_getCoefficients(MatrixOf(from.colorspace, from.height)), HasFullRange(from),
      sws_getCoefficients(MatrixOf(to.colorspace, to.height)), HasFullRange(to), 0, kOne, kOne);
  return scaler;
}

std::string KindOf(const AVFrame& frame) {
  std::string kind;
  for (const int part : {frame.width, frame.height, frame.format, int(frame.colorspace),
                         int(frame.color_range), int(frame.chroma_location)}) {
    kind += std::to_string(part) + " ";
  }
  return kind;
}

struct NativeFormat {
  AVPixelFormat theirs;
  selfieseg_format ours;
};
constexpr NativeFormat kNative[] = {
    {AV_PIX_FMT_YUV420P, SELFIESEG_I420}, {AV_PIX_FMT_NV12, SELFIESEG_NV12},
    {AV_PIX_FMT_NV21, SELFIESEG_NV21},    {AV_PIX_FMT_YUYV422, SELFIESEG_YUY2},
    {AV_PIX_FMT_UYVY422, SELFIESEG_UYVY}, {AV_PIX_FMT_YUV420P10LE, SELFIESEG_I010},
    {AV_PIX_FMT_P010LE, SELFIESEG_P010},  {AV_PIX_FMT_YVYU422, SELFIESEG_YVYU},
    {AV_PIX_FMT_YUV422P, SELFIESEG_I422}, {AV_PIX_FMT_YUV422P10LE, SELFIESEG_I210},
};

const NativeFormat* FindNative(const AVFrame& frame) {
  for (const NativeFormat& row : kNative) {
    if (row.theirs == WithoutRange(AVPixelFormat(frame.format))) return &row;
  }
  return nullptr;
}

// AUTO: one that the library does not know.
selfieseg_matrix FindMatrix(const AVFrame& frame) {
  switch (MatrixOf(frame.colorspace, frame.height)) {
    case AVCOL_SPC_BT709:
      return SELFIESEG_BT709;
    case AVCOL_SPC_SMPTE170M:
    case AVCOL_SPC_BT470BG:
      return SELFIESEG_BT601;
    case AVCOL_SPC_BT2020_NCL:
      return SELFIESEG_BT2020;
    default:
      return SELFIESEG_MATRIX_AUTO;
  }
}

std::optional<selfieseg_siting> FindSiting(const AVFrame& frame) {
  switch (frame.chroma_location) {
    case AVCHROMA_LOC_UNSPECIFIED:
    case AVCHROMA_LOC_LEFT:
      return SELFIESEG_LEFT;
    case AVCHROMA_LOC_CENTER:
      return SELFIESEG_MIDDLE;
    case AVCHROMA_LOC_TOPLEFT:
      return SELFIESEG_TOP_LEFT;
    default:
      return std::nullopt;
  }
}

}  // namespace

FramePtr FramePool::Get(AVPixelFormat format, int width, int height) {
  const int wide = FFALIGN(width + 1, kAlign) + kAlign, high = FFALIGN(height + 1, 2);
  if (pool_ == nullptr || format != format_ || width != width_ || height != height_) {
    av_buffer_pool_uninit(&pool_);
    const int size = av_image_get_buffer_size(format, wide, high, 1);
    pool_ = Need(av_buffer_pool_init(size_t(Check(size, "is too large")), nullptr));
    format_ = format, width_ = width, height_ = height;
  }
  FramePtr frame = NewFrame();
  frame->format = format;
  frame->width = width;
  frame->height = height;
  frame->buf[0] = Need(av_buffer_pool_get(pool_));
  Check(av_image_fill_arrays(frame->data, frame->linesize, frame->buf[0]->data, format, wide, high,
                             1),
        "is too large");
  frame->extended_data = frame->data;
  return frame;
}

void PixelConverter::Convert(const AVFrame& from, AVFrame* to) {
  const std::string kind = KindOf(from) + KindOf(*to);
  if (kind != made_for_) {
    scaler_ = NewScaler(from, *to);
    made_for_ = kind;
  }
  sws_scale(scaler_.get(), from.data, from.linesize, 0, from.height, to->data, to->linesize);
}

bool IsNative(const AVFrame& frame) {
  return FindNative(frame) != nullptr && FindMatrix(frame) != SELFIESEG_MATRIX_AUTO &&
         FindSiting(frame).has_value() && frame.width % 2 == 0 && frame.height % 2 == 0;
}

void SharePixels(const AVFrame& from, AVFrame* to) {
  to->format = from.format;
  to->width = from.width;
  to->height = from.height;
  to->buf[0] = Need(av_buffer_ref(from.buf[0]));
  std::copy(std::begin(from.data), std::end(from.data), to->data);
  std::copy(std::begin(from.linesize), std::end(from.linesize), to->linesize);
  to->extended_data = to->data;
}

bool CanBeTurned(const AVFrame& stored, int orientation) {
  const AVPixFmtDescriptor& format = Describe(AVPixelFormat(stored.format));
  const bool packed = (format.flags & (AV_PIX_FMT_FLAG_PLANAR | AV_PIX_FMT_FLAG_RGB)) == 0;
  const bool wide = format.log2_chroma_w != format.log2_chroma_h;
  return !wide || (!packed && !SwapsSides(orientation));
}

FramePtr Turned(const AVFrame& stored, int orientation, FramePool* pool) {
  const bool swaps = SwapsSides(orientation);
  FramePtr upright = pool->Get(AVPixelFormat(stored.format), swaps ? stored.height : stored.width,
                               swaps ? stored.width : stored.height);
  Check(av_frame_copy_props(upright.get(), &stored), "cannot be turned");
  selfieseg_image view = ViewOf(stored);
  view.orientation = orientation;
  selfieseg::Turn(view, ViewOf(*upright));
  return upright;
}

selfieseg_image ViewOf(const AVFrame& frame) {
  const NativeFormat* native = FindNative(frame);
  const selfieseg_format format = native != nullptr                  ? native->ours
                                  : frame.format == AV_PIX_FMT_GRAY8 ? SELFIESEG_GRAY
                                                                     : SELFIESEG_RGBA;
  selfieseg_image view = {};
  view.struct_size = sizeof(view);
  view.format = format;
  view.width = frame.width;
  view.height = frame.height;
  view.data = frame.data[0];
  view.stride = size_t(frame.linesize[0]);
  for (int plane = 1; native != nullptr && plane < 3; ++plane) {
    view.chroma[plane - 1] = frame.data[plane];
    view.chroma_stride[plane - 1] = size_t(frame.linesize[plane]);
  }
  view.matrix = FindMatrix(frame);
  view.range = HasFullRange(frame) ? SELFIESEG_FULL : SELFIESEG_LIMITED;
  view.siting = FindSiting(frame).value_or(SELFIESEG_LEFT);
  return view;
}

AVPixelFormat FormatLike(const selfieseg_image& view) {
  for (const NativeFormat& row : kNative) {
    if (row.ours == view.format) return row.theirs;
  }
  return AV_PIX_FMT_RGBA;
}

void SetMeaning(const selfieseg_image& view, AVFrame* frame) {
  constexpr AVColorSpace kMatrices[] = {AVCOL_SPC_UNSPECIFIED, AVCOL_SPC_SMPTE170M, AVCOL_SPC_BT709,
                                        AVCOL_SPC_BT2020_NCL};
  constexpr AVChromaLocation kPlaces[] = {AVCHROMA_LOC_LEFT, AVCHROMA_LOC_CENTER,
                                          AVCHROMA_LOC_TOPLEFT};
  frame->colorspace = kMatrices[view.matrix];
  frame->chroma_location = kPlaces[view.siting];
  frame->color_range = view.range == SELFIESEG_FULL ? AVCOL_RANGE_JPEG : AVCOL_RANGE_MPEG;
}

FramePtr CutToAspect(const AVFrame& frame, const selfieseg_image& view) {
  FramePtr part(Need(av_frame_clone(&frame)));
  const auto share = [](int64_t side, int64_t to, int64_t by) {
    return int(std::clamp<int64_t>(side * to / by, 1, side));
  };
  const int width =
      share(frame.width, int64_t{frame.height} * view.width, int64_t{frame.width} * view.height);
  const int height =
      share(frame.height, int64_t{frame.width} * view.height, int64_t{frame.height} * view.width);
  // Cropping moves pointers; chroma must begin at a whole sample.
  part->crop_left = size_t(frame.width - width) / 2 & ~size_t{1};
  part->crop_top = size_t(frame.height - height) / 2 & ~size_t{1};
  part->crop_right = size_t(frame.width - width) - part->crop_left;
  part->crop_bottom = size_t(frame.height - height) - part->crop_top;
  Check(av_frame_apply_cropping(part.get(), AV_FRAME_CROP_UNALIGNED), "cannot be cut");
  return part;
}

void Grow(AVFrame* frame, int width, int height) {
  const size_t pixel = frame->format == AV_PIX_FMT_GRAY8 ? 1 : 4;
  const size_t stride = size_t(frame->linesize[0]);
  if (frame->width < width) {
    for (int y = 0; y < frame->height; ++y) {
      uint8_t* end = frame->data[0] + size_t(y) * stride + size_t(frame->width) * pixel;
      std::memcpy(end, end - pixel, pixel);
    }
    ++frame->width;
  }
  if (frame->height < height) {
    uint8_t* end = frame->data[0] + size_t(frame->height) * stride;
    std::memcpy(end, end - stride, size_t(frame->width) * pixel);
    ++frame->height;
  }
}

AVPixelFormat WithoutRange(AVPixelFormat format) {
  const auto row = std::find_if(std::begin(kFullRange), std::end(kFullRange),
                                [&](const Renamed& renamed) { return renamed.old == format; });
  return row == std::end(kFullRange) ? format : row->now;
}

bool HasFullRange(const AVFrame& frame) {
  const AVPixelFormat format = AVPixelFormat(frame.format);
  return frame.color_range == AVCOL_RANGE_JPEG || WithoutRange(format) != format || IsRgb(format);
}

int BitsOf(AVPixelFormat format) { return Describe(format).comp[0].depth; }

bool HasAlpha(AVPixelFormat format) {
  return (Describe(format).flags & AV_PIX_FMT_FLAG_ALPHA) != 0 || format == AV_PIX_FMT_PAL8;
}

bool IsRgb(AVPixelFormat format) { return (Describe(format).flags & AV_PIX_FMT_FLAG_RGB) != 0; }

AVPixelFormat ComposedAs(AVPixelFormat format) {
  const AVPixFmtDescriptor& pixels = Describe(format);
  const bool indirect = (pixels.flags & AV_PIX_FMT_FLAG_PAL) != 0 || pixels.nb_components <= 2;
  return indirect ? AV_PIX_FMT_RGBA : format;
}

AVColorSpace MatrixOf(AVColorSpace said, int height) {
  if (said != AVCOL_SPC_UNSPECIFIED && said != AVCOL_SPC_RGB) return said;
  return height >= 720 ? AVCOL_SPC_BT709 : AVCOL_SPC_SMPTE170M;
}

}  // namespace selfieseg::cli
