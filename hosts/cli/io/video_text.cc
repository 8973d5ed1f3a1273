#include "cli/io/video_text.h"

#include <cstring>
#include <string_view>
#include <vector>

namespace selfieseg::cli {
namespace {

constexpr size_t kMostBytes = 1 << 16;  // of one subtitle
constexpr AVRational kMilliseconds = {1, 1000};

// What each container calls text.
struct Row {
  std::string_view container;
  AVCodecID codec;
};
constexpr Row kUsual[] = {{"mp4", AV_CODEC_ID_MOV_TEXT},
                          {"mov", AV_CODEC_ID_MOV_TEXT},
                          {"ipod", AV_CODEC_ID_MOV_TEXT},
                          {"webm", AV_CODEC_ID_WEBVTT},
                          {"matroska", AV_CODEC_ID_SUBRIP}};

bool IsText(AVCodecID codec) {
  const AVCodecDescriptor* description = avcodec_descriptor_get(codec);
  return description != nullptr && (description->props & AV_CODEC_PROP_TEXT_SUB) != 0;
}

class TextTrack : public Track {
 public:
  TextTrack(const AVStream& from, const AVCodec& decoder, const AVCodec& encoder, Muxer* muxer)
      : muxer_(muxer), stream_(muxer->AddStream()), unit_(from.time_base) {
    const std::string what = "has subtitles that cannot be converted";
    decoder_.reset(Need(avcodec_alloc_context3(&decoder)));
    Check(avcodec_parameters_to_context(decoder_.get(), from.codecpar), what);
    decoder_->pkt_timebase = from.time_base;
    Check(avcodec_open2(decoder_.get(), &decoder, nullptr), what);

    encoder_.reset(Need(avcodec_alloc_context3(&encoder)));
    encoder_->time_base = kMilliseconds;
    const int size = decoder_->subtitle_header_size;
    if (size > 0) {  // the styles; the encoder frees it
      encoder_->subtitle_header = Need(static_cast<uint8_t*>(av_mallocz(size_t(size) + 1)));
      std::memcpy(encoder_->subtitle_header, decoder_->subtitle_header, size_t(size));
      encoder_->subtitle_header_size = size;
    }
    Check(avcodec_open2(encoder_.get(), &encoder, nullptr), what);
    Check(avcodec_parameters_from_context(stream_->codecpar, encoder_.get()), what);
    stream_->time_base = kMilliseconds;
    CopyWords(from, stream_);
  }

  void Write(AVPacket* packet) override {
    AVSubtitle subtitle = {};
    int got = 0;
    const int64_t pts = av_rescale_q(packet->pts, unit_, kMilliseconds);
    const int64_t duration = av_rescale_q(packet->duration, unit_, kMilliseconds);
    const int code = avcodec_decode_subtitle2(decoder_.get(), &subtitle, &got, packet);
    av_packet_unref(packet);
    if (code >= 0 && got != 0 && subtitle.num_rects > 0) {
      subtitle.pts = pts * (AV_TIME_BASE / 1000);
      bytes_.resize(kMostBytes);
      const int size =
          avcodec_encode_subtitle(encoder_.get(), bytes_.data(), int(bytes_.size()), &subtitle);
      if (size > 0) Send(size, pts + subtitle.start_display_time, duration);
    }
    if (got != 0) avsubtitle_free(&subtitle);
  }

 private:
  void Send(int size, int64_t pts, int64_t duration) {
    const PacketPtr packet = NewPacket();
    Check(av_new_packet(packet.get(), size), "has subtitles that cannot be kept");
    std::memcpy(packet->data, bytes_.data(), size_t(size));
    packet->pts = packet->dts = pts;
    packet->duration = duration;
    muxer_->Write(packet.get(), *stream_, kMilliseconds);
  }

  Muxer* const muxer_;
  AVStream* const stream_;
  const AVRational unit_;
  CodecPtr decoder_, encoder_;
  std::vector<uint8_t> bytes_;
};

}  // namespace

std::unique_ptr<Track> NewTextTrack(const AVStream& from, Muxer* muxer) {
  const AVCodec* decoder = avcodec_find_decoder(from.codecpar->codec_id);
  if (decoder == nullptr || !IsText(from.codecpar->codec_id)) return nullptr;
  for (const Row& row : kUsual) {
    if (row.container != muxer->container().name) continue;
    const AVCodec* encoder = avcodec_find_encoder(row.codec);
    return encoder == nullptr ? nullptr
                              : std::make_unique<TextTrack>(from, *decoder, *encoder, muxer);
  }
  return nullptr;
}

}  // namespace selfieseg::cli
