// FFmpeg's headers, owners of its objects, and its error codes as sentences. Only for the module.
#pragma once

#include <memory>
#include <new>
#include <string>

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libavutil/imgutils.h>
#include <libavutil/opt.h>
#include <libavutil/pixdesc.h>
#include <libswscale/swscale.h>
}

#include "cli/failure.h"
#include "cli/interrupt.h"

namespace selfieseg::cli {

template <auto kFree>
struct FreeByAddress {
  template <class Object>
  void operator()(Object* object) const {
    kFree(&object);
  }
};
template <auto kFree>
struct FreeByPointer {
  template <class Object>
  void operator()(Object* object) const {
    kFree(object);
  }
};
using FramePtr = std::unique_ptr<AVFrame, FreeByAddress<av_frame_free>>;
using PacketPtr = std::unique_ptr<AVPacket, FreeByAddress<av_packet_free>>;
using CodecPtr = std::unique_ptr<AVCodecContext, FreeByAddress<avcodec_free_context>>;
using InputPtr = std::unique_ptr<AVFormatContext, FreeByAddress<avformat_close_input>>;
using ScalerPtr = std::unique_ptr<SwsContext, FreeByPointer<sws_freeContext>>;

// An owner of options for an open call, which takes out those that it knows.
class Options {
 public:
  Options() = default;
  ~Options() { av_dict_free(&dictionary_); }
  Options(const Options&) = delete;
  Options& operator=(const Options&) = delete;

  void Set(const char* name, const std::string& value) {
    if (av_dict_set(&dictionary_, name, value.c_str(), 0) < 0) throw std::bad_alloc();
  }
  // "name=value:name=value"
  void SetAll(const char* list) {
    if (av_dict_parse_string(&dictionary_, list, "=", ":", 0) < 0) throw std::bad_alloc();
  }
  AVDictionary** address() { return &dictionary_; }

 private:
  AVDictionary* dictionary_ = nullptr;
};

// What FFmpeg's allocators give, or bad_alloc.
template <class Object>
Object* Need(Object* object) {
  if (object == nullptr) throw std::bad_alloc();
  return object;
}
inline FramePtr NewFrame() { return FramePtr(Need(av_frame_alloc())); }
inline PacketPtr NewPacket() { return PacketPtr(Need(av_packet_alloc())); }

// Throws the failure that a negative code stands for: "cannot be written: No space left on device".
inline int Check(int code, const std::string& what) {
  if (code >= 0) return code;
  if (code == AVERROR(ENOMEM)) throw std::bad_alloc();
  if (code == AVERROR_EXIT) throw Interrupted();
  char reason[AV_ERROR_MAX_STRING_SIZE] = "";
  av_strerror(code, reason, sizeof(reason));
  throw Failure(what + ": " + reason);
}

// How long a frame is shown, in units of its stream; 0: not said.
inline int64_t DurationOf(const AVFrame& frame) {
#if LIBAVUTIL_VERSION_INT >= AV_VERSION_INT(58, 2, 100)
  return frame.duration;
#else
  return frame.pkt_duration;
#endif
}

}  // namespace selfieseg::cli
