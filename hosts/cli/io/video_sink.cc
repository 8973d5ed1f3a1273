#include "cli/io/video_sink.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "cli/files.h"
#include "cli/io/video_side.h"
#include "cli/stopwatch.h"
#include "cli/turn.h"

namespace selfieseg::cli {
namespace {

constexpr int kLargestUnit = 65535;    // of MPEG-4's clock, in parts of a second
constexpr double kBitsPerPixel = 0.2;  // of encoders that are not told how good, but how large

// Every frame follows the one before, at once.
bool CountsOnly(const AVOutputFormat& container) {
  return (container.flags & AVFMT_NOTIMESTAMPS) != 0 ||
         std::string_view(container.name) == "yuv4mpegpipe";
}

// Times are multiples of a frame's.
bool HasFixedRate(const AVOutputFormat& container, AVCodecID codec) {
  constexpr std::string_view kContainers[] = {"avi", "mxf", "mxf_d10", "gxf", "dv"};
  return CountsOnly(container) || codec == AV_CODEC_ID_MPEG1VIDEO ||
         codec == AV_CODEC_ID_MPEG2VIDEO ||
         std::count(std::begin(kContainers), std::end(kContainers), container.name) > 0;
}

// Captions for the deaf that are in the pictures' own stream.
void CopyCaptions(const AVFrame& from, AVFrame* to) {
  const AVFrameSideData* captions = av_frame_get_side_data(&from, AV_FRAME_DATA_A53_CC);
  if (captions == nullptr) return;
  AVBufferRef* bytes = Need(av_buffer_ref(captions->buf));
  if (av_frame_new_side_data_from_buf(to, AV_FRAME_DATA_A53_CC, bytes) == nullptr) {
    av_buffer_unref(&bytes);
    throw std::bad_alloc();
  }
}

bool IsMov(const AVOutputFormat& container) {
  return std::string_view(container.name) == "mp4" || std::string_view(container.name) == "mov";
}

}  // namespace

ClipSink::ClipSink(const ClipSource& source, const ClipOutput& options)
    : source_(source), options_(options), muxer_(*ChooseContainer(options), options.path) {
  const CodecChoice choice = ChooseCodec(options, muxer_.container());
  orientation_ = muxer_.KeepsDisplayMatrix() ? source.orientation() : 1;
  counts_only_ = CountsOnly(muxer_.container());
  fixed_rate_ = HasFixedRate(muxer_.container(), choice.encoders[0]->id);
  OpenEncoder(choice);

  stream_ = muxer_.AddStream();
  Check(avcodec_parameters_from_context(stream_->codecpar, encoder_.get()), "cannot be written");
  stream_->time_base = encoder_->time_base;
  stream_->avg_frame_rate = encoder_->framerate;
  stream_->sample_aspect_ratio = encoder_->sample_aspect_ratio;
  CopyWords(source.stream(), stream_);
  CopySideData(source.stream(), muxer_.KeepsDisplayMatrix(), stream_);
  tracks_ = AddTracks(source.format(), source.stream().index, &muxer_);
  CopyWords(source.format(), source.origin(), source.wanted_seconds(), &muxer_);
  muxer_.Begin();

  const std::string container = muxer_.container().name;
  if (!tracks_.made_anew.empty()) {
    account_.notes.push_back("encoded anew, for " + container + ": " + tracks_.made_anew);
  }
  if (!tracks_.left_out.empty()) {
    account_.notes.push_back("left out, as " + container +
                             " cannot hold them: " + tracks_.left_out);
  }
  const bool usual =
      encoder_->pix_fmt == AV_PIX_FMT_YUV420P || encoder_->pix_fmt == AV_PIX_FMT_YUVJ420P;
  if (encoder_->codec_id == AV_CODEC_ID_H264 && !usual) {
    account_.notes.push_back(std::string("is h264 of ") + av_get_pix_fmt_name(encoder_->pix_fmt) +
                             ", to keep what is there; many players show only yuv420p");
  }
  if (grows_) {
    account_.notes.push_back("odd sides were made even, by a copy of the last column or row: " +
                             std::string(choice.row.name) + " needs it");
  }
}

void ClipSink::OpenEncoder(const CodecChoice& choice) {
  for (const AVCodec* encoder : choice.encoders) {
    CodecPtr context = Prepare(choice.row, *encoder);
    Options settings;
    settings.SetAll(choice.row.options);
    if (choice.row.dial == Dial::kCrf) {
      settings.Set("crf", std::to_string(options_.crf >= 0 ? options_.crf : choice.row.standard));
    }
    // libvpx cannot have both.
    if (options_.content == ClipContent::kAlpha) settings.Set("auto-alt-ref", "0");
    const int code = avcodec_open2(context.get(), encoder, settings.address());
    if (code == AVERROR(ERANGE) && options_.crf >= 0) {
      throw Misuse("--crf " + std::to_string(options_.crf) + ": " + encoder->name +
                   " has no such quality");
    }
    if (code < 0 && encoder != choice.encoders.back()) continue;
    Check(code, std::string(encoder->name) + " cannot encode " + std::to_string(context->width) +
                    "x" + std::to_string(context->height) + " as " +
                    av_get_pix_fmt_name(context->pix_fmt));
    encoder_ = std::move(context);
    const AVFrame& first = source_.first();
    grows_ = encoder_->width * encoder_->height != first.width * first.height;
    return;
  }
}

CodecPtr ClipSink::Prepare(const CodecRow& row, const AVCodec& encoder) const {
  CodecPtr context(Need(avcodec_alloc_context3(&encoder)));
  Describe(row, context.get());
  const AVRational unit = source_.stream().time_base;
  context->framerate = source_.rate();
  context->time_base = fixed_rate_ ? av_inv_q(source_.rate()) : unit;
  if (encoder.id == AV_CODEC_ID_MPEG4 && context->time_base.den > kLargestUnit) {
    context->time_base = {1, kLargestUnit};
  }
  context->thread_count = 0;  // as many as there are cores
  context->strict_std_compliance = FF_COMPLIANCE_EXPERIMENTAL;
  if (muxer_.Has(AVFMT_GLOBALHEADER)) context->flags |= AV_CODEC_FLAG_GLOBAL_HEADER;
  if (row.dial == Dial::kQuantizer) {
    context->flags |= AV_CODEC_FLAG_QSCALE;
    context->global_quality = FF_QP2LAMBDA * row.standard;
  }
  if (row.dial == Dial::kNone) {
    const double pixels = double(context->width) * context->height * av_q2d(source_.rate());
    context->bit_rate = int64_t(kBitsPerPixel * pixels);
  }
  if (encoder.id == AV_CODEC_ID_HEVC && IsMov(muxer_.container())) {
    context->codec_tag = MKTAG('h', 'v', 'c', '1');  // as Apple's players want it
  }
  return context;
}

// Pixels, their number and what they mean.
void ClipSink::Describe(const CodecRow& row, AVCodecContext* context) const {
  const AVFrame& first = source_.first();
  const AVPixelFormat source = ComposedAs(AVPixelFormat(first.format));
  context->pix_fmt = ChoosePixels(row, *context->codec, source, options_.content);
  if (context->pix_fmt == AV_PIX_FMT_NONE) {
    throw Failure(std::string(context->codec->name) + " takes none of the pixels that there are");
  }
  const bool swaps = orientation_ == 1 && SwapsSides(source_.orientation());
  context->width = swaps ? first.height : first.width;
  context->height = swaps ? first.width : first.height;
  context->sample_aspect_ratio = source_.pixel_aspect();
  if (swaps && context->sample_aspect_ratio.num > 0) {
    context->sample_aspect_ratio = av_inv_q(context->sample_aspect_ratio);
  }
  const AVPixFmtDescriptor* pixels = av_pix_fmt_desc_get(context->pix_fmt);
  if (row.even_sides && pixels->log2_chroma_w == 1) context->width = FFALIGN(context->width, 2);
  if (row.even_sides && pixels->log2_chroma_h == 1) context->height = FFALIGN(context->height, 2);

  context->color_primaries = first.color_primaries;
  context->color_trc = first.color_trc;
  if (IsRgb(context->pix_fmt)) {
    context->colorspace = AVCOL_SPC_RGB;
    context->color_range = AVCOL_RANGE_JPEG;
    return;
  }
  const bool from_rgb = IsRgb(source);
  context->colorspace = from_rgb ? MatrixOf(AVCOL_SPC_UNSPECIFIED, first.height) : first.colorspace;
  context->chroma_sample_location = first.chroma_location;
  const bool keeps_full =
      row.full_range && !from_rgb && HasFullRange(first) && options_.content != ClipContent::kMask;
  const bool full = keeps_full || WithoutRange(context->pix_fmt) != context->pix_fmt ||
                    context->pix_fmt == AV_PIX_FMT_GRAY8;
  const bool said =
      full || from_rgb || HasFullRange(first) || options_.content == ClipContent::kMask;
  context->color_range = full ? AVCOL_RANGE_JPEG : said ? AVCOL_RANGE_MPEG : first.color_range;
}

void ClipSink::Write(const Piece& piece) {
  Stopwatch watch;
  if (piece.packet != nullptr) {
    Track* track = tracks_.of_stream[size_t(piece.packet->stream_index)].get();
    if (track != nullptr) track->Write(piece.packet.get());
    account_.encode_ms += watch.Lap();
    return;
  }
  const FramePtr frame = Convert(piece);
  account_.convert_ms += watch.Lap();
  frame->pts = TimeOf(*piece.frame);
  const int64_t duration =
      av_rescale_q(DurationOf(*piece.frame), source_.stream().time_base, encoder_->time_base);
  if (duration > 0) durations_[frame->pts] = duration;
  Encode(frame.get());
  ++account_.frames;
  account_.encode_ms += watch.Lap();
}

int64_t ClipSink::TimeOf(const AVFrame& frame) {
  int64_t time = av_rescale_q(frame.pts, source_.stream().time_base, encoder_->time_base);
  if (last_pts_) {
    const int64_t next = *last_pts_ + 1;
    const bool kept = fixed_rate_ ? time == next || (time > next && !counts_only_) : time >= next;
    lost_times_ += !kept;
    if (!kept) time = next;
  }
  last_pts_ = time;
  return time;
}

void ClipSink::NoteTurning() {
  if (BitsOf(AVPixelFormat(source_.first().format)) == 8 || turned_with_8_bits_) return;
  turned_with_8_bits_ = true;
  account_.notes.push_back(std::string("frames were turned upright with 8 bits a channel, as ") +
                           muxer_.container().name + " cannot say how they lie");
}

FramePtr ClipSink::Convert(const Piece& piece) {
  AVFrame* pixels = piece.mask != nullptr ? piece.mask.get() : piece.frame.get();
  FramePtr turned;
  if (piece.orientation != orientation_) {  // then one of both is upright
    const int orientation = orientation_ == 1 ? piece.orientation : Inverse(orientation_);
    FramePtr rgba;
    if (!CanBeTurned(*pixels, orientation)) {
      NoteTurning();
      rgba = rgba_.Get(AV_PIX_FMT_RGBA, pixels->width, pixels->height);
      rgba_converter_.Convert(*pixels, rgba.get());
    }
    turned = Turned(rgba != nullptr ? *rgba : *pixels, orientation, &stored_);
  }
  AVFrame* stored = turned != nullptr ? turned.get() : pixels;
  Grow(stored, encoder_->width, encoder_->height);
  const bool as_it_is = stored->format == encoder_->pix_fmt && stored->width == encoder_->width &&
                        stored->height == encoder_->height && IsNative(*stored);
  FramePtr frame =
      as_it_is ? NewFrame() : encoded_.Get(encoder_->pix_fmt, encoder_->width, encoder_->height);
  if (as_it_is) SharePixels(*stored, frame.get());
  frame->colorspace = encoder_->colorspace;
  frame->color_range = encoder_->color_range;
  frame->color_primaries = encoder_->color_primaries;
  frame->color_trc = encoder_->color_trc;
  frame->chroma_location = encoder_->chroma_sample_location;
  frame->sample_aspect_ratio = encoder_->sample_aspect_ratio;
  if (!as_it_is) converter_.Convert(*stored, frame.get());
  CopyCaptions(*piece.frame, frame.get());
  return frame;
}

// Null: what is still inside.
void ClipSink::Encode(const AVFrame* frame) {
  Check(avcodec_send_frame(encoder_.get(), frame), "cannot be encoded");
  const PacketPtr packet = NewPacket();
  for (;;) {
    const int got = avcodec_receive_packet(encoder_.get(), packet.get());
    if (got == AVERROR(EAGAIN) || got == AVERROR_EOF) return;
    Check(got, "cannot be encoded");
    const auto duration = durations_.find(packet->pts);
    if (duration != durations_.end()) {
      packet->duration = duration->second;
      durations_.erase(duration);
    }
    muxer_.Write(packet.get(), *stream_, encoder_->time_base);
  }
}

void ClipSink::Finish() {
  Stopwatch watch;
  Encode(nullptr);
  for (const std::unique_ptr<Track>& track : tracks_.of_stream) {
    if (track != nullptr) track->Finish();
  }
  muxer_.End();
  account_.encode_ms += watch.Lap();
}

ClipFacts ClipSink::Facts() const {
  ClipFacts facts;
  facts.container = muxer_.container().name;
  const bool raw = encoder_->codec_id == AV_CODEC_ID_WRAPPED_AVFRAME;
  facts.codec = raw ? "rawvideo" : avcodec_get_name(encoder_->codec_id);
  facts.pixel_format = av_get_pix_fmt_name(encoder_->pix_fmt);
  facts.bits = BitsOf(encoder_->pix_fmt);
  facts.hdr = source_.Facts().hdr;
  facts.width = encoder_->width;
  facts.height = encoder_->height;
  if (muxer_.KeepsDisplayMatrix()) {
    facts.rotation_degrees = RotationOf(DisplayMatrixOf(source_.stream()));
  }
  facts.rate_fps = av_q2d(source_.rate());
  return facts;
}

void ClipSink::Account(ClipAccount* account) const {
  account->frames += account_.frames;
  account->convert_ms += account_.convert_ms;
  account->encode_ms += account_.encode_ms;
  account->notes.insert(account->notes.end(), account_.notes.begin(), account_.notes.end());
  if (lost_times_ > 0) {
    account->notes.push_back(
        "cannot hold times, as frames follow at a varying rate; another "
        "container than " +
        std::string(muxer_.container().name) + " can");
  }
}

}  // namespace selfieseg::cli
