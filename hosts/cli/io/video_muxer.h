// Writes packets of several streams into a container.
#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "cli/io/ffmpeg.h"

namespace selfieseg::cli {

class Muxer {
 public:
  // `path`: a file, kStandardStream, or a pattern of a container of pictures.
  Muxer(const AVOutputFormat& container, const std::string& path);
  ~Muxer();
  Muxer(const Muxer&) = delete;
  Muxer& operator=(const Muxer&) = delete;

  AVFormatContext* format() { return format_; }
  const AVOutputFormat& container() const { return *format_->oformat; }
  bool Has(int flag) const { return (container().flags & flag) != 0; }
  // Whether it keeps a matrix by which players turn the pictures.
  bool KeepsDisplayMatrix() const;
  AVStream* AddStream();

  void Begin();  // after all streams were added
  // Takes what is in the packet. Times are in `unit`. Times of decoding that do not grow are made
  // to.
  void Write(AVPacket* packet, const AVStream& stream, AVRational unit);
  void End();

 private:
  void CheckWritten(int code);

  AVFormatContext* format_ = nullptr;
  std::string path_;
  std::vector<std::optional<int64_t>> last_;  // time of decoding, of each stream
};

}  // namespace selfieseg::cli
