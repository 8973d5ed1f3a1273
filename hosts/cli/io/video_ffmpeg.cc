// The module that reads video by FFmpeg's libraries.
#include <cstdio>
#include <new>
#include <string>
#include <vector>

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libavutil/imgutils.h>
#include <libswscale/swscale.h>
}

#include "cli/io/video.h"

namespace selfieseg::cli {
namespace {

constexpr size_t kRoom = 64;                 // bytes: a vector of the widest kind
constexpr int64_t kMaxPixels = 100'000'000;  // of a frame

struct Reader {
  AVFormatContext* format = nullptr;
  AVCodecContext* codec = nullptr;
  SwsContext* scaler = nullptr;
  AVPacket* packet = av_packet_alloc();
  AVFrame* frame = av_frame_alloc();
  int stream = -1;
  int width = 0, height = 0;  // of the first frame
  size_t damaged = 0;
  std::vector<uint8_t> rows;  // of a frame as RGBA
  bool at_end = false;

  ~Reader() {
    sws_freeContext(scaler);
    av_frame_free(&frame);
    av_packet_free(&packet);
    avcodec_free_context(&codec);
    avformat_close_input(&format);
  }
};

void Say(char* error, const std::string& what, int code = 0) {
  char reason[AV_ERROR_MAX_STRING_SIZE] = "";
  if (code < 0) av_make_error_string(reason, sizeof(reason), code);
  std::snprintf(error, VideoModule::kErrorSize, "%s%s%s", what.c_str(), code < 0 ? ": " : "",
                reason);
}

bool Open(Reader* reader, const char* path, char* error) {
  av_log_set_level(AV_LOG_QUIET);
  AVDictionary* options = nullptr;
  av_dict_set(&options, "protocol_whitelist", "file", 0);  // no playlist leads elsewhere
  const std::string url = std::string("file:") + path;
  int code = avformat_open_input(&reader->format, url.c_str(), nullptr, &options);
  av_dict_free(&options);
  if (code >= 0) code = avformat_find_stream_info(reader->format, nullptr);
  if (code < 0) return Say(error, "cannot be read as video", code), false;
  const AVCodec* decoder = nullptr;
  reader->stream = av_find_best_stream(reader->format, AVMEDIA_TYPE_VIDEO, -1, -1, &decoder, 0);
  if (reader->stream < 0 || decoder == nullptr) {
    return Say(error, "has no video that can be read"), false;
  }
  reader->codec = avcodec_alloc_context3(decoder);
  if (reader->codec == nullptr) throw std::bad_alloc();
  reader->codec->max_pixels = kMaxPixels;
  code = avcodec_parameters_to_context(reader->codec,
                                       reader->format->streams[reader->stream]->codecpar);
  if (code >= 0) code = avcodec_open2(reader->codec, decoder, nullptr);
  if (code < 0) return Say(error, "has a video stream that cannot be opened", code), false;
  return true;
}

// Hands the decoder its next packet of the stream; at the end of the file, word of that.
void Feed(Reader* reader) {
  for (;;) {
    av_packet_unref(reader->packet);
    const int got = av_read_frame(reader->format, reader->packet);
    if (got >= 0 && reader->packet->stream_index != reader->stream) continue;
    if (got < 0) reader->at_end = true;
    const int sent = avcodec_send_packet(reader->codec, got < 0 ? nullptr : reader->packet);
    if (sent < 0 && sent != AVERROR_EOF) ++reader->damaged;
    return;
  }
}

bool Convert(Reader* reader, selfieseg_image* image, char* error) {
  AVFrame* frame = reader->frame;
  if (reader->width == 0) reader->width = frame->width, reader->height = frame->height;
  // Cached: made anew only when the stream changes.
  reader->scaler = sws_getCachedContext(reader->scaler, frame->width, frame->height,
                                        AVPixelFormat(frame->format), reader->width, reader->height,
                                        AV_PIX_FMT_RGBA, SWS_BILINEAR, nullptr, nullptr, nullptr);
  if (reader->scaler == nullptr) return Say(error, "has pixels of an unknown kind"), false;
  // It writes whole vectors, also past the end of a row: into rows with room.
  const size_t stride = (size_t(reader->width) * 4 + 2 * kRoom - 1) / kRoom * kRoom;
  reader->rows.resize(stride * size_t(reader->height) + kRoom);
  uint8_t* const data[] = {reader->rows.data()};
  const int strides[] = {int(stride)};
  sws_scale(reader->scaler, frame->data, frame->linesize, 0, frame->height, data, strides);
  *image = {sizeof(*image), SELFIESEG_RGBA, reader->width, reader->height, data[0], stride};
  return true;
}

void* OpenReader(const char* path, char* error) try {
  auto reader = std::make_unique<Reader>();
  if (reader->packet == nullptr || reader->frame == nullptr) throw std::bad_alloc();
  return Open(reader.get(), path, error) ? reader.release() : nullptr;
} catch (const std::bad_alloc&) {
  return Say(error, "there is not enough memory for it"), nullptr;
}

int ReadFrame(void* opaque, selfieseg_image* image, char* error) try {
  Reader* reader = static_cast<Reader*>(opaque);
  for (;;) {
    const int got = avcodec_receive_frame(reader->codec, reader->frame);
    if (got == 0) return Convert(reader, image, error) ? 1 : -1;
    if (got == AVERROR_EOF) return 0;
    if (got != AVERROR(EAGAIN)) ++reader->damaged;
    if (reader->at_end) return 0;
    Feed(reader);
  }
} catch (const std::bad_alloc&) {
  return Say(error, "there is not enough memory for it"), -1;
}

size_t Damaged(void* reader) { return static_cast<Reader*>(reader)->damaged; }

void Close(void* reader) { delete static_cast<Reader*>(reader); }

}  // namespace
}  // namespace selfieseg::cli

extern "C" __attribute__((visibility("default")))
const selfieseg::cli::VideoModule selfieseg_video_module = {
    selfieseg::cli::OpenReader, selfieseg::cli::ReadFrame, selfieseg::cli::Damaged,
    selfieseg::cli::Close};
