#include "cli/io/video_source.h"

#include <algorithm>
#include <cmath>
#include <string>

extern "C" {
#include <libavutil/display.h>
}

#include "cli/files.h"
#include "cli/io/video_side.h"
#include "cli/stopwatch.h"
#include "cli/turn.h"

namespace selfieseg::cli {
namespace {

constexpr int64_t kMaxPixels = 100'000'000;  // of a frame
constexpr AVRational kMicroseconds = {1, AV_TIME_BASE};
// Steps between packets of a stream, in microseconds, beyond which the clock was reset.
constexpr int64_t kBack = -AV_TIME_BASE / 5, kAhead = 10 * int64_t{AV_TIME_BASE};
constexpr int kMaxErrorsAtEnd = 100;

int AskInterrupted(void* options) {
  return static_cast<const ClipInput*>(options)->interrupted() ? 1 : 0;
}

int64_t Microseconds(double seconds) { return int64_t(std::llround(seconds * AV_TIME_BASE)); }

bool IsVideo(const AVStream& stream) {
  return stream.codecpar->codec_type == AVMEDIA_TYPE_VIDEO &&
         (stream.disposition & AV_DISPOSITION_ATTACHED_PIC) == 0;
}

// FFmpeg's own decoders of VP8 and VP9 pass alpha over.
const AVCodec* DecoderOfAlpha(const AVStream& stream) {
  const AVDictionaryEntry* mode = av_dict_get(stream.metadata, "alpha_mode", nullptr, 0);
  if (mode == nullptr || std::string(mode->value) != "1") return nullptr;
  const AVCodecID id = stream.codecpar->codec_id;
  return id == AV_CODEC_ID_VP8   ? avcodec_find_decoder_by_name("libvpx")
         : id == AV_CODEC_ID_VP9 ? avcodec_find_decoder_by_name("libvpx-vp9")
                                 : nullptr;
}

std::string SizeOf(int width, int height) {
  return std::to_string(width) + "x" + std::to_string(height);
}

}  // namespace

ClipSource::ClipSource(const ClipInput& options) : options_(options) {
  OpenFile();
  ChooseStream();
  OpenDecoder();
  SeekStart();
  for (std::unique_ptr<Piece> piece; (piece = Decode()) != nullptr;) {
    const bool is_frame = piece->frame != nullptr;
    ahead_.push_back(std::move(piece));
    if (is_frame) return;
  }
  if (options_.start_seconds > 0) throw Failure("has no frame at or after --start");
  if (std::isfinite(options_.duration_seconds)) throw Failure("has no frame within --duration");
  throw Failure("has no frame that this FFmpeg can read as " + std::string(decoder_->codec->name));
}

void ClipSource::OpenFile() {
  const bool pipe = options_.path == kStandardStream;
  Options settings;
  settings.Set("protocol_whitelist", pipe ? "pipe" : "file");  // no playlist leads elsewhere
  const AVInputFormat* container = nullptr;
  if (!options_.size.empty()) {
    container = av_find_input_format("rawvideo");
    settings.Set("video_size", options_.size);
    settings.Set("pixel_format", options_.pixel_format);
    settings.Set("framerate", options_.rate);
  }
  AVFormatContext* format = Need(avformat_alloc_context());
  if (options_.interrupted != nullptr) {
    format->interrupt_callback = {AskInterrupted, const_cast<ClipInput*>(&options_)};
  }
  const std::string url = pipe ? "pipe:0" : "file:" + options_.path;
  const int code = avformat_open_input(&format, url.c_str(), container, settings.address());
  format_.reset(format);  // null if it failed
  if (container != nullptr && code == AVERROR(EINVAL)) {
    throw Misuse("--size " + options_.size + " --pixel-format " + options_.pixel_format +
                 " --rate " + options_.rate + ": FFmpeg knows no such video");
  }
  Check(code, "cannot be read as video");
  Check(avformat_find_stream_info(format_.get(), nullptr), "cannot be read as video");
  latest_.resize(format_->nb_streams);
}

// The one that players show: the first that is marked so, else the first.
int ClipSource::DefaultStream() const {
  int first = -1;
  for (int i = int(format_->nb_streams) - 1; i >= 0; --i) {
    const bool marked = (format_->streams[i]->disposition & AV_DISPOSITION_DEFAULT) != 0;
    const bool first_marked =
        first >= 0 && (format_->streams[first]->disposition & AV_DISPOSITION_DEFAULT) != 0;
    if (IsVideo(*format_->streams[i]) && (marked || !first_marked)) first = i;
  }
  return first;
}

void ClipSource::ChooseStream() {
  stream_ = DefaultStream();
  if (stream_ < 0) throw Failure("has no video stream");
  if (avcodec_find_decoder(stream().codecpar->codec_id) == nullptr) {
    throw Failure(std::string("is ") + avcodec_get_name(stream().codecpar->codec_id) +
                  ", which this FFmpeg cannot decode");
  }
  int count = 0;
  for (unsigned i = 0; i < format_->nb_streams; ++i) {
    const bool video = IsVideo(*format_->streams[i]);
    count += video;
    const bool wanted = int(i) == stream_ || (options_.all_streams && !video);
    if (!wanted) format_->streams[i]->discard = AVDISCARD_ALL;
  }
  if (count > 1) {
    account_.notes.push_back("has " + std::to_string(count) + " video streams; only the one of " +
                             SizeOf(stream().codecpar->width, stream().codecpar->height) +
                             ", number " + std::to_string(stream_) + ", is used");
  }
  if (stream().codecpar->field_order > AV_FIELD_PROGRESSIVE) {
    account_.notes.push_back("is interlaced; its frames are taken as whole pictures");
  }
  const AVRational rate = av_guess_frame_rate(format_.get(), format_->streams[stream_], nullptr);
  if (rate.num > 0 && rate.den > 0) rate_ = rate;
  orientation_ = OrientationOf(DisplayMatrixOf(stream()));
}

void ClipSource::OpenDecoder() {
  const AVCodec* codec = avcodec_find_decoder(stream().codecpar->codec_id);
  if (const AVCodec* knows = options_.with_alpha ? DecoderOfAlpha(stream()) : nullptr)
    codec = knows;
  decoder_.reset(Need(avcodec_alloc_context3(codec)));
  decoder_->max_pixels = kMaxPixels;
  decoder_->thread_count = 0;  // as many as there are cores
  decoder_->pkt_timebase = stream().time_base;
  int code = avcodec_parameters_to_context(decoder_.get(), stream().codecpar);
  if (code >= 0) code = avcodec_open2(decoder_.get(), codec, nullptr);
  const AVCodecParameters& said = *stream().codecpar;
  if (int64_t{said.width} * said.height > kMaxPixels) {
    throw Failure("has frames of " + SizeOf(said.width, said.height) + "; the limit is " +
                  std::to_string(kMaxPixels) + " pixels");
  }
  Check(code, "has a video stream that cannot be decoded");
}

void ClipSource::SeekStart() {
  const int64_t begins = format_->start_time == AV_NOPTS_VALUE ? 0 : format_->start_time;
  origin_ = std::max<int64_t>(begins, 0) + Microseconds(options_.start_seconds);
  if (options_.start_seconds <= 0) return;
  // A file that cannot be sought in, such as a pipe, is decoded up to there.
  avformat_seek_file(format_.get(), -1, INT64_MIN, origin_, origin_, 0);
}

std::unique_ptr<Piece> ClipSource::Next() {
  if (ahead_.empty()) return Decode();
  std::unique_ptr<Piece> piece = std::move(ahead_.front());
  ahead_.pop_front();
  return piece;
}

std::unique_ptr<Piece> ClipSource::Decode() {
  Stopwatch watch;
  for (;;) {
    const int got = avcodec_receive_frame(decoder_.get(), decoded_.get());
    std::unique_ptr<Piece> piece;
    bool more = true;
    if (got == 0) {
      if (Place(decoded_.get())) {
        account_.decode_ms += watch.Lap();
        piece = Convert(*decoded_);
        account_.convert_ms += watch.Lap();
      }
    } else if (got == AVERROR(EAGAIN)) {
      more = Feed(&piece);
    } else if (got == AVERROR(ENOMEM)) {
      throw std::bad_alloc();
    } else if (got != AVERROR_EOF) {
      ++account_.lost_packets;
      more = !at_end_ || ++errors_at_end_ < kMaxErrorsAtEnd;
    } else {
      more = Feed(&piece);  // what is left of the other streams
    }
    if (piece != nullptr || !more) {
      account_.decode_ms += watch.Lap();
      return piece;
    }
  }
}

// Hands the decoder its next packet, or gives one of another stream. False: there is nothing more.
bool ClipSource::Feed(std::unique_ptr<Piece>* other) {
  if (at_end_) return false;
  PacketPtr packet = NewPacket();
  const int got = av_read_frame(format_.get(), packet.get());
  if (got < 0 && got != AVERROR_EOF && got != AVERROR_INVALIDDATA) {
    Check(got, "cannot be read on");
  }
  if (got < 0) {
    at_end_ = true;
    avcodec_send_packet(decoder_.get(), nullptr);
    return true;
  }
  const bool is_frame = packet->stream_index == stream_;
  // A stream that begins later in the file is not known to anybody.
  const bool known = size_t(packet->stream_index) < latest_.size();
  if (!is_frame && !(known && options_.all_streams)) return true;
  Shift(packet.get());
  const AVRational unit = format_->streams[packet->stream_index]->time_base;
  const int64_t time = packet->dts != AV_NOPTS_VALUE ? packet->dts : packet->pts;
  // Sound may lag behind the pictures in the file.
  if (is_frame && IsPastEnd(time, unit, 1)) {
    at_end_ = true;
    avcodec_send_packet(decoder_.get(), nullptr);
    return true;
  }
  if (!is_frame) {
    *other = AsPiece(std::move(packet));
    return true;
  }
  const int sent = avcodec_send_packet(decoder_.get(), packet.get());
  if (sent == AVERROR(ENOMEM)) throw std::bad_alloc();
  if (sent < 0 && sent != AVERROR_EOF) ++account_.lost_packets;
  return true;
}

// Moves a packet to our time axis, without the jumps of a clock that was reset.
void ClipSource::Shift(AVPacket* packet) {
  const AVStream& from = *format_->streams[packet->stream_index];
  std::optional<int64_t>& latest = latest_[size_t(packet->stream_index)];
  const AVMediaType type = from.codecpar->codec_type;
  const bool flows = type == AVMEDIA_TYPE_VIDEO || type == AVMEDIA_TYPE_AUDIO;
  const bool resets = flows && (format_->iformat->flags & AVFMT_TS_DISCONT) != 0;
  if (resets && packet->dts != AV_NOPTS_VALUE) {
    const int64_t now = av_rescale_q(packet->dts, from.time_base, kMicroseconds);
    const int64_t step = latest ? now - jumps_ - *latest : 0;
    if (step < kBack || step > kAhead) jumps_ += step;
    // What comes next begins after it.
    latest = now - jumps_ + av_rescale_q(packet->duration, from.time_base, kMicroseconds);
  }
  const int64_t shift = av_rescale_q(origin_ + jumps_, kMicroseconds, from.time_base);
  if (packet->pts != AV_NOPTS_VALUE) packet->pts -= shift;
  if (packet->dts != AV_NOPTS_VALUE) packet->dts -= shift;
}

bool ClipSource::IsPastEnd(int64_t time, AVRational unit, double more_seconds) const {
  if (time == AV_NOPTS_VALUE || std::isinf(options_.duration_seconds)) return false;
  return double(time) * av_q2d(unit) >= options_.duration_seconds + more_seconds;
}

std::unique_ptr<Piece> ClipSource::AsPiece(PacketPtr packet) {
  const AVStream& from = *format_->streams[packet->stream_index];
  const bool cut = options_.start_seconds > 0 && packet->pts != AV_NOPTS_VALUE && packet->pts < 0;
  const bool lasts = packet->pts != AV_NOPTS_VALUE && packet->pts + packet->duration > 0;
  const bool is_text = from.codecpar->codec_type == AVMEDIA_TYPE_SUBTITLE;
  if (cut && is_text && lasts) {
    packet->duration += packet->pts;
    packet->pts = packet->dts = 0;
  } else if (cut) {
    return nullptr;
  }
  if (IsPastEnd(packet->pts, from.time_base, 0)) return nullptr;
  if (is_text && std::isfinite(options_.duration_seconds)) {
    const int64_t end = int64_t(options_.duration_seconds / av_q2d(from.time_base));
    packet->duration = std::min(packet->duration, end - packet->pts);
  }
  auto piece = std::make_unique<Piece>();
  piece->packet = std::move(packet);
  return piece;
}

// Gives a frame its time. False: it is not wanted.
bool ClipSource::Place(AVFrame* frame) {
  const int64_t step = std::max<int64_t>(1, av_rescale_q(1, av_inv_q(rate_), stream().time_base));
  frame->pts = frame->best_effort_timestamp;
  if (frame->pts == AV_NOPTS_VALUE) frame->pts = last_pts_ ? *last_pts_ + step : 0;
  const int64_t half = step / 2;  // what begins a moment before --start is meant, too
  if (options_.start_seconds > 0 && frame->pts < -half) return false;
  if (IsPastEnd(frame->pts + half, stream().time_base, 0)) return false;
  if (options_.start_seconds > 0) frame->pts = std::max<int64_t>(frame->pts, 0);
  // Encoders take only times that grow.
  if (last_pts_ && frame->pts <= *last_pts_) frame->pts = *last_pts_ + 1;
  last_pts_ = frame->pts;
  const bool damaged =
      frame->decode_error_flags != 0 || (frame->flags & AV_FRAME_FLAG_CORRUPT) != 0;
  account_.concealed_frames += damaged;
  return true;
}

bool ClipSource::IsKept(const AVFrame& frame) const {
  const bool same_size = frame.width == first_->width && frame.height == first_->height;
  return options_.native && same_size && IsNative(frame);
}

std::unique_ptr<Piece> ClipSource::Convert(const AVFrame& frame) {
  if (first_->width == 0) Check(av_frame_ref(first_.get(), &frame), "cannot be kept");
  const int width = first_->width, height = first_->height;
  if (frame.width != width || frame.height != height) {
    if (account_.scaled_frames++ == 0) {
      account_.notes.push_back("changes its size to " + SizeOf(frame.width, frame.height) +
                               " on its way; it is scaled to " + SizeOf(width, height));
    }
  }
  auto piece = std::make_unique<Piece>();
  if (options_.like.width > 0) {
    piece->orientation = std::max(options_.like.orientation, 1);
    FramePtr turned = orientation_ == 1 ? nullptr : Upright(frame);
    if (piece->orientation != 1) {
      if (turned == nullptr) turned = ToRgba(frame);
      turned = Turned(*turned, Inverse(piece->orientation), &turned_);
    }
    piece->frame = like_.Get(FormatLike(options_.like), options_.like.width, options_.like.height);
    SetMeaning(options_.like, piece->frame.get());
    fitter_.Convert(*CutToAspect(turned ? *turned : frame, options_.like), piece->frame.get());
    piece->frame->pts = frame.pts;
    return piece;
  }
  bool full_range = false;  // of native pixels, whatever the format's name says
  if (IsKept(frame)) {
    const AVPixelFormat format = WithoutRange(AVPixelFormat(frame.format));
    piece->frame = native_.Get(format, width, height);
    av_image_copy(piece->frame->data, piece->frame->linesize,
                  const_cast<const uint8_t**>(frame.data), frame.linesize, format, width, height);
    full_range = HasFullRange(frame);
  } else {
    piece->frame = options_.native ? ToRgba(frame) : Upright(frame);
  }
  if (options_.native) piece->orientation = orientation_;
  Check(av_frame_copy_props(piece->frame.get(), &frame), "cannot be kept");
  if (full_range) piece->frame->color_range = AVCOL_RANGE_JPEG;
  if (HasFullRange(frame)) piece->frame->color_range = AVCOL_RANGE_JPEG;
  if (options_.with_mask) {
    piece->mask = masks_.Get(AV_PIX_FMT_GRAY8, piece->frame->width, piece->frame->height);
  }
  return piece;
}

// Of the first frame's size.
FramePtr ClipSource::ToRgba(const AVFrame& frame) {
  FramePtr rgba = rgba_.Get(AV_PIX_FMT_RGBA, first_->width, first_->height);
  converter_.Convert(frame, rgba.get());
  return rgba;
}

// RGBA, too.
FramePtr ClipSource::Upright(const AVFrame& frame) {
  FramePtr stored = ToRgba(frame);
  return orientation_ == 1 ? std::move(stored) : Turned(*stored, orientation_, &turned_);
}

AVRational ClipSource::pixel_aspect() const {
  return av_guess_sample_aspect_ratio(format_.get(), format_->streams[stream_], first_.get());
}

// How long what is wanted is; 0: not known.
double ClipSource::KnownSeconds() const {
  const int64_t all = format_->duration;
  if (all == AV_NOPTS_VALUE || all <= 0) {
    return std::isinf(options_.duration_seconds) ? 0 : options_.duration_seconds;
  }
  const double rest = double(all) / AV_TIME_BASE - options_.start_seconds;
  return std::max(0.0, std::min(rest, options_.duration_seconds));
}

ClipFacts ClipSource::Facts() const {
  ClipFacts facts;
  facts.container = format_->iformat->name;
  facts.codec = avcodec_get_name(stream().codecpar->codec_id);
  const AVPixelFormat pixels = AVPixelFormat(first_->format);
  facts.pixel_format = av_get_pix_fmt_name(pixels);
  facts.bits = BitsOf(pixels);
  facts.composed_bits = IsKept(*first_) ? facts.bits : 8;
  facts.hdr =
      first_->color_trc == AVCOL_TRC_SMPTE2084 || first_->color_trc == AVCOL_TRC_ARIB_STD_B67;
  facts.width = first_->width;
  facts.height = first_->height;
  facts.rotation_degrees = RotationOf(DisplayMatrixOf(stream()));
  facts.rate_fps = av_q2d(rate_);
  facts.duration_seconds = KnownSeconds();
  return facts;
}

void ClipSource::Account(ClipAccount* account) const {
  account->concealed_frames += account_.concealed_frames;
  account->lost_packets += account_.lost_packets;
  account->scaled_frames += account_.scaled_frames;
  account->decode_ms += account_.decode_ms;
  account->convert_ms += account_.convert_ms;
  account->notes.insert(account->notes.end(), account_.notes.begin(), account_.notes.end());
}

}  // namespace selfieseg::cli
