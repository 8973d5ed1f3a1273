// A clip that is written: frames converted to what the encoder takes, encoded, and put into a
// container with the streams that the source has beside them.
#pragma once

#include <map>
#include <optional>

#include "cli/io/video_codecs.h"
#include "cli/io/video_muxer.h"
#include "cli/io/video_source.h"
#include "cli/io/video_tracks.h"

namespace selfieseg::cli {

class ClipSink {
 public:
  // Writes the beginning of the file. Throws Failure and Misuse. `source` must outlive it.
  ClipSink(const ClipSource& source, const ClipOutput& options);

  void Write(const Piece& piece);
  void Finish();

  ClipFacts Facts() const;
  void Account(ClipAccount* account) const;

 private:
  void OpenEncoder(const CodecChoice& choice);
  CodecPtr Prepare(const CodecRow& row, const AVCodec& encoder) const;
  void Describe(const CodecRow& row, AVCodecContext* encoder) const;
  int64_t TimeOf(const AVFrame& frame);
  FramePtr Convert(const Piece& piece);
  void NoteTurning();
  void Encode(const AVFrame* frame);

  const ClipSource& source_;
  const ClipOutput options_;
  Muxer muxer_;
  CodecPtr encoder_;
  AVStream* stream_ = nullptr;
  Tracks tracks_;
  int orientation_ = 1;  // that frames are stored in
  bool grows_ = false;   // to even sides
  bool turned_with_8_bits_ = false;
  bool fixed_rate_ = false, counts_only_ = false;
  std::optional<int64_t> last_pts_;
  size_t lost_times_ = 0;                 // of frames
  std::map<int64_t, int64_t> durations_;  // of frames in the encoder, by their time

  FramePool rgba_, stored_, encoded_;
  PixelConverter converter_, rgba_converter_;
  ClipAccount account_;
};

}  // namespace selfieseg::cli
