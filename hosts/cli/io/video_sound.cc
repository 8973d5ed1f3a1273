#include "cli/io/video_sound.h"

#include <algorithm>
#include <string_view>

extern "C" {
#include <libavutil/audio_fifo.h>
#include <libavutil/channel_layout.h>
#include <libswresample/swresample.h>
}

namespace selfieseg::cli {
namespace {

using ResamplerPtr = std::unique_ptr<SwrContext, FreeByAddress<swr_free>>;
using FifoPtr = std::unique_ptr<AVAudioFifo, FreeByPointer<av_audio_fifo_free>>;

constexpr int kUsualBlock = 1024;  // samples, where the encoder does not care

constexpr int kMxfRate = 48000;  // the only one that FFmpeg writes in MXF

// The encoder's nearest rate: the same, or the lowest that is higher, or the highest.
int ChooseRate(const AVOutputFormat& container, const AVCodec& encoder, int rate) {
  if (std::string_view(container.name) == "mxf") return kMxfRate;
  if (encoder.supported_samplerates == nullptr) return rate;
  int best = 0;
  for (const int* each = encoder.supported_samplerates; *each != 0; ++each) {
    const bool enough = *each >= rate;
    if (best == 0 || (enough && (best < rate || *each < best)) || (best<rate&& * each> best)) {
      best = *each;
    }
  }
  return best;
}

void ChooseChannels(const AVCodec& encoder, const AVChannelLayout& wanted,
                    AVChannelLayout* layout) {
  const int count = std::max(1, wanted.nb_channels);
  const AVChannelLayout* best = nullptr;
  for (const AVChannelLayout* each = encoder.ch_layouts; each && each->nb_channels > 0; ++each) {
    if (best == nullptr ||
        std::abs(each->nb_channels - count) < std::abs(best->nb_channels - count)) {
      best = each;
    }
  }
  if (best != nullptr) {
    Check(av_channel_layout_copy(layout, best), "has sound that cannot be encoded");
  } else {
    av_channel_layout_default(layout, count);  // encoders know only the usual ones
  }
}

class SoundTrack : public Track {
 public:
  SoundTrack(const AVStream& from, const AVCodec& decoder, const AVCodec& encoder, Muxer* muxer)
      : muxer_(muxer), stream_(muxer->AddStream()) {
    const std::string what = "has sound that cannot be encoded";
    decoder_.reset(Need(avcodec_alloc_context3(&decoder)));
    Check(avcodec_parameters_to_context(decoder_.get(), from.codecpar), what);
    decoder_->pkt_timebase = from.time_base;
    Check(avcodec_open2(decoder_.get(), &decoder, nullptr), "has sound that cannot be decoded");

    encoder_.reset(Need(avcodec_alloc_context3(&encoder)));
    encoder_->sample_rate = ChooseRate(muxer->container(), encoder, decoder_->sample_rate);
    encoder_->sample_fmt =
        encoder.sample_fmts != nullptr ? encoder.sample_fmts[0] : decoder_->sample_fmt;
    ChooseChannels(encoder, decoder_->ch_layout, &encoder_->ch_layout);
    encoder_->bit_rate = int64_t{80'000} * encoder_->ch_layout.nb_channels;
    encoder_->time_base = {1, encoder_->sample_rate};
    encoder_->strict_std_compliance = FF_COMPLIANCE_EXPERIMENTAL;
    if (muxer->Has(AVFMT_GLOBALHEADER)) encoder_->flags |= AV_CODEC_FLAG_GLOBAL_HEADER;
    Check(avcodec_open2(encoder_.get(), &encoder, nullptr), what);
    Check(avcodec_parameters_from_context(stream_->codecpar, encoder_.get()), what);
    stream_->time_base = encoder_->time_base;
    fifo_.reset(
        Need(av_audio_fifo_alloc(encoder_->sample_fmt, encoder_->ch_layout.nb_channels, 1)));
    CopyWords(from, stream_);
  }

  void Write(AVPacket* packet) override {
    if (avcodec_send_packet(decoder_.get(), packet) >= 0) Decode();
    av_packet_unref(packet);
  }

  void Finish() override {
    avcodec_send_packet(decoder_.get(), nullptr);
    Decode();
    if (resampler_ != nullptr) Resample(nullptr);
    Encode(true);
    avcodec_send_frame(encoder_.get(), nullptr);
    Collect();
  }

 private:
  void Decode() {
    while (avcodec_receive_frame(decoder_.get(), decoded_.get()) >= 0) {
      if (resampler_ == nullptr) OpenResampler();
      Resample(decoded_.get());
      Encode(false);
    }
  }

  void OpenResampler() {
    SwrContext* resampler = nullptr;
    const int code = swr_alloc_set_opts2(
        &resampler, &encoder_->ch_layout, encoder_->sample_fmt, encoder_->sample_rate,
        &decoded_->ch_layout, AVSampleFormat(decoded_->format), decoded_->sample_rate, 0, nullptr);
    resampler_.reset(resampler);
    if (code >= 0) av_opt_set_int(resampler, "async", 1, 0);  // fills gaps with silence
    if (code < 0 || swr_init(resampler) < 0) throw Failure("has sound that cannot be resampled");
    const int64_t begin = decoded_->best_effort_timestamp;
    next_pts_ = begin == AV_NOPTS_VALUE
                    ? 0
                    : av_rescale_q(begin, decoder_->pkt_timebase, encoder_->time_base);
  }

  // Null: what is still inside.
  void Resample(const AVFrame* frame) {
    const int64_t units = int64_t{encoder_->sample_rate} * decoder_->sample_rate;
    if (frame != nullptr && frame->best_effort_timestamp != AV_NOPTS_VALUE) {
      swr_next_pts(resampler_.get(),
                   av_rescale(frame->best_effort_timestamp, decoder_->pkt_timebase.num * units,
                              decoder_->pkt_timebase.den));
    }
    const int count =
        swr_get_out_samples(resampler_.get(), frame != nullptr ? frame->nb_samples : 0);
    if (count <= 0) return;
    const FramePtr out = NewSound(count);
    const auto** in =
        frame != nullptr ? const_cast<const uint8_t**>(frame->extended_data) : nullptr;
    const int made = swr_convert(resampler_.get(), out->extended_data, count, in,
                                 frame != nullptr ? frame->nb_samples : 0);
    Check(made, "has sound that cannot be resampled");
    Check(av_audio_fifo_write(fifo_.get(), reinterpret_cast<void**>(out->extended_data), made),
          "has sound that cannot be kept");
  }

  FramePtr NewSound(int samples) const {
    FramePtr frame = NewFrame();
    frame->nb_samples = samples;
    frame->format = encoder_->sample_fmt;
    frame->sample_rate = encoder_->sample_rate;
    Check(av_channel_layout_copy(&frame->ch_layout, &encoder_->ch_layout), "cannot be kept");
    Check(av_frame_get_buffer(frame.get(), 0), "has sound that cannot be kept");
    return frame;
  }

  void Encode(bool all) {
    const int block = encoder_->frame_size > 0 ? encoder_->frame_size : kUsualBlock;
    for (;;) {
      const int count = std::min(av_audio_fifo_size(fifo_.get()), block);
      if (count == 0 || (count < block && !all)) return;
      const FramePtr frame = NewSound(count);
      av_audio_fifo_read(fifo_.get(), reinterpret_cast<void**>(frame->extended_data), count);
      frame->pts = next_pts_;
      next_pts_ += count;
      Check(avcodec_send_frame(encoder_.get(), frame.get()), "has sound that cannot be encoded");
      Collect();
    }
  }

  void Collect() {
    const PacketPtr packet = NewPacket();
    while (avcodec_receive_packet(encoder_.get(), packet.get()) >= 0) {
      muxer_->Write(packet.get(), *stream_, encoder_->time_base);
    }
  }

  Muxer* const muxer_;
  AVStream* const stream_;
  CodecPtr decoder_, encoder_;
  ResamplerPtr resampler_;
  FifoPtr fifo_;
  const FramePtr decoded_ = NewFrame();
  int64_t next_pts_ = 0;
};

}  // namespace

std::unique_ptr<Track> NewSoundTrack(const AVStream& from, Muxer* muxer) {
  const AVCodecID usual = muxer->container().audio_codec;
  // FFmpeg's own Opus is an experiment.
  const AVCodec* encoder = usual == AV_CODEC_ID_OPUS ? avcodec_find_encoder_by_name("libopus")
                                                     : avcodec_find_encoder(usual);
  const AVCodec* decoder = avcodec_find_decoder(from.codecpar->codec_id);
  if (encoder == nullptr || decoder == nullptr) return nullptr;
  return std::make_unique<SoundTrack>(from, *decoder, *encoder, muxer);
}

}  // namespace selfieseg::cli
