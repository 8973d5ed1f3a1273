#include "cli/io/video.h"

#include <cstring>
#include <new>
#include <vector>

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libavutil/imgutils.h>
#include <libswscale/swscale.h>
}

#include "cli/failure.h"
#include "cli/interrupt.h"

namespace selfieseg::cli {
namespace {

constexpr size_t kRoom = 64;  // bytes: a vector of the widest kind

}  // namespace

struct VideoReader::Parts {
  std::string path;
  AVFormatContext* format = nullptr;
  AVCodecContext* codec = nullptr;
  SwsContext* scaler = nullptr;
  AVPacket* packet = av_packet_alloc();
  AVFrame* frame = av_frame_alloc();
  int stream = -1;
  int width = 0, height = 0;  // of the first frame
  size_t damaged = 0;
  std::vector<uint8_t> rows;  // of a frame, with room
  bool at_end = false;

  ~Parts() {
    sws_freeContext(scaler);
    av_frame_free(&frame);
    av_packet_free(&packet);
    avcodec_free_context(&codec);
    avformat_close_input(&format);
  }

  [[noreturn]] void Fail(const std::string& what, int error) const {
    char text[AV_ERROR_MAX_STRING_SIZE];
    av_make_error_string(text, sizeof(text), error);
    throw FileFailure(path, what + ": " + text);
  }

  // Hands the decoder its next packet of the stream; at the end of the file, word of that.
  void Feed() {
    for (;;) {
      CheckInterrupted();
      av_packet_unref(packet);
      const int got = av_read_frame(format, packet);
      if (got >= 0 && packet->stream_index != stream) continue;
      if (got < 0) at_end = true;
      const int sent = avcodec_send_packet(codec, got < 0 ? nullptr : packet);
      if (sent < 0 && sent != AVERROR_EOF) ++damaged;
      return;
    }
  }

  void Convert(Picture* picture) {
    if (width == 0) width = frame->width, height = frame->height;
    *picture = NewPicture(SELFIESEG_RGBA, width, height);
    // Cached: made anew only when the stream changes.
    scaler = sws_getCachedContext(scaler, frame->width, frame->height, AVPixelFormat(frame->format),
                                  width, height, AV_PIX_FMT_RGBA, SWS_BILINEAR, nullptr, nullptr,
                                  nullptr);
    if (scaler == nullptr) throw FileFailure(path, "has pixels of an unknown kind");
    // It writes whole vectors, also past the end of a row: into rows with room.
    const size_t stride = (picture->stride() + 2 * kRoom - 1) / kRoom * kRoom;
    rows.resize(stride * size_t(height) + kRoom);
    uint8_t* const data[] = {rows.data()};
    const int strides[] = {int(stride)};
    sws_scale(scaler, frame->data, frame->linesize, 0, frame->height, data, strides);
    for (size_t y = 0; y < size_t(height); ++y) {
      std::memcpy(picture->data.get() + y * picture->stride(), &rows[y * stride],
                  picture->stride());
    }
  }
};

VideoReader::VideoReader(const std::string& path) : parts_(std::make_unique<Parts>()) {
  Parts& p = *parts_;
  p.path = path;
  if (p.packet == nullptr || p.frame == nullptr) throw std::bad_alloc();
  av_log_set_level(AV_LOG_QUIET);
  AVDictionary* options = nullptr;
  av_dict_set(&options, "protocol_whitelist", "file", 0);  // no playlist leads elsewhere
  int error = avformat_open_input(&p.format, ("file:" + path).c_str(), nullptr, &options);
  av_dict_free(&options);
  if (error < 0) p.Fail("cannot be opened as video", error);
  error = avformat_find_stream_info(p.format, nullptr);
  if (error < 0) p.Fail("cannot be read as video", error);
  const AVCodec* decoder = nullptr;
  p.stream = av_find_best_stream(p.format, AVMEDIA_TYPE_VIDEO, -1, -1, &decoder, 0);
  if (p.stream < 0 || decoder == nullptr) throw FileFailure(path, "has no video that can be read");
  p.codec = avcodec_alloc_context3(decoder);
  if (p.codec == nullptr) throw std::bad_alloc();
  error = avcodec_parameters_to_context(p.codec, p.format->streams[p.stream]->codecpar);
  if (error >= 0) error = avcodec_open2(p.codec, decoder, nullptr);
  if (error < 0) p.Fail("has a video stream that cannot be opened", error);
}

VideoReader::~VideoReader() = default;

bool VideoReader::Read(Picture* frame) {
  Parts& p = *parts_;
  for (;;) {
    const int got = avcodec_receive_frame(p.codec, p.frame);
    if (got == 0) {
      p.Convert(frame);
      return true;
    }
    if (got == AVERROR_EOF) return false;
    if (got != AVERROR(EAGAIN)) ++p.damaged;
    if (p.at_end) return false;
    p.Feed();
  }
}

size_t VideoReader::damaged() const { return parts_->damaged; }

}  // namespace selfieseg::cli
