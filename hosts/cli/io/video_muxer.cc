#include "cli/io/video_muxer.h"

#include <algorithm>
#include <string_view>

#include "cli/files.h"

namespace selfieseg::cli {

Muxer::Muxer(const AVOutputFormat& container, const std::string& path) : path_(path) {
  Check(avformat_alloc_output_context2(&format_, &container, nullptr, path.c_str()),
        "cannot be written");
  // What is in IN already is copied, even where FFmpeg finds it too new for the container.
  format_->strict_std_compliance = FF_COMPLIANCE_EXPERIMENTAL;
}

Muxer::~Muxer() {
  if (!Has(AVFMT_NOFILE)) avio_closep(&format_->pb);
  avformat_free_context(format_);
}

bool Muxer::KeepsDisplayMatrix() const {
  constexpr std::string_view kContainers[] = {"mov", "mp4", "3gp", "3g2", "psp", "ipod", "ismv"};
  return std::count(std::begin(kContainers), std::end(kContainers), container().name) > 0;
}

AVStream* Muxer::AddStream() {
  last_.emplace_back();
  return Need(avformat_new_stream(format_, nullptr));
}

void Muxer::Begin() {
  if (!Has(AVFMT_NOFILE)) {
    const std::string url = path_ == kStandardStream ? "pipe:1" : "file:" + path_;
    CheckWritten(avio_open(&format_->pb, url.c_str(), AVIO_FLAG_WRITE));
  }
  const int code = avformat_write_header(format_, nullptr);
  CheckWritten(0);
  Check(code, "cannot be made as " + std::string(container().name) +
                  ", which does not take all that is in it; .mkv does");
}

void Muxer::Write(AVPacket* packet, const AVStream& stream, AVRational unit) {
  packet->stream_index = stream.index;
  packet->pos = -1;
  av_packet_rescale_ts(packet, unit, stream.time_base);
  std::optional<int64_t>& last = last_[size_t(stream.index)];
  if (packet->dts != AV_NOPTS_VALUE) {
    const int64_t least = last ? *last + (Has(AVFMT_TS_NONSTRICT) ? 0 : 1) : packet->dts;
    packet->dts = std::max(packet->dts, least);
    if (packet->pts != AV_NOPTS_VALUE) packet->pts = std::max(packet->pts, packet->dts);
    last = packet->dts;
  }
  CheckWritten(av_interleaved_write_frame(format_, packet));
}

void Muxer::End() {
  CheckWritten(av_write_trailer(format_));
  if (!Has(AVFMT_NOFILE)) CheckWritten(avio_closep(&format_->pb));
}

// A full disk shows first where bytes are buffered.
void Muxer::CheckWritten(int code) {
  const AVIOContext* file = Has(AVFMT_NOFILE) ? nullptr : format_->pb;
  if (file != nullptr && file->error < 0) code = file->error;
  Check(code, "cannot be written");
}

}  // namespace selfieseg::cli
