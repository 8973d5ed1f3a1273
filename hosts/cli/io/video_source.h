// A clip that is read: demuxed, decoded, converted to RGBA and turned upright where that is wanted;
// with the packets of its other streams in between, and all of it on one time axis that begins at
// 0.
#pragma once

#include <deque>
#include <optional>
#include <vector>

#include "cli/io/ffmpeg.h"
#include "cli/io/video_module.h"
#include "cli/io/video_pixels.h"

namespace selfieseg::cli {

// A frame or a packet; times are in units of its stream.
struct Piece {
  FramePtr frame;       // RGBA or native, with the properties of the decoded one
  FramePtr mask;        // GRAY8
  PacketPtr packet;     // of another stream
  int orientation = 1;  // of frame and mask, 1..8 as EXIF numbers it
};

class ClipSource {
 public:
  // Reads up to the first frame. Throws Failure, Misuse and Interrupted.
  explicit ClipSource(const ClipInput& options);

  // Null at the end.
  std::unique_ptr<Piece> Next();

  const AVFormatContext& format() const { return *format_; }
  const AVStream& stream() const { return *format_->streams[stream_]; }
  // Of the first frame, as it is stored.
  const AVFrame& first() const { return *first_; }
  int orientation() const { return orientation_; }  // 1..8, as EXIF numbers it
  AVRational rate() const { return rate_; }         // never 0
  AVRational pixel_aspect() const;
  int64_t origin() const { return origin_; }  // what is 0 for us, as the file counts; microseconds
  double wanted_seconds() const { return options_.duration_seconds; }  // may be infinite

  double SecondsOf(const AVFrame& frame) const {
    return double(frame.pts) * av_q2d(stream().time_base);
  }
  ClipFacts Facts() const;
  void Account(ClipAccount* account) const;

 private:
  void OpenFile();
  int DefaultStream() const;
  void ChooseStream();
  void OpenDecoder();
  void SeekStart();

  std::unique_ptr<Piece> Decode();  // the next piece that is wanted, or null
  std::unique_ptr<Piece> AsPiece(PacketPtr packet);
  bool Feed(std::unique_ptr<Piece>* other);
  void Shift(AVPacket* packet);
  bool Place(AVFrame* frame);
  bool IsKept(const AVFrame& frame) const;  // is handed out as it is
  std::unique_ptr<Piece> Convert(const AVFrame& frame);
  FramePtr ToRgba(const AVFrame& frame);
  FramePtr Upright(const AVFrame& frame);
  bool IsPastEnd(int64_t time, AVRational unit, double more_seconds) const;
  double KnownSeconds() const;

  const ClipInput options_;
  InputPtr format_;
  CodecPtr decoder_;
  FramePtr decoded_ = NewFrame(), first_ = NewFrame();
  std::deque<std::unique_ptr<Piece>> ahead_;
  int stream_ = -1, orientation_ = 1;
  AVRational rate_ = {25, 1};
  int64_t origin_ = 0;                          // microseconds
  int64_t jumps_ = 0;                           // microseconds, taken out so far
  std::vector<std::optional<int64_t>> latest_;  // end of each stream, microseconds
  std::optional<int64_t> last_pts_;             // of a frame that was handed out
  bool at_end_ = false;
  int errors_at_end_ = 0;

  FramePool rgba_, native_, turned_, masks_, like_;
  PixelConverter converter_, fitter_;
  ClipAccount account_;
};

}  // namespace selfieseg::cli
