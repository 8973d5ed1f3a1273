// The streams of a clip beside its pictures: copied as they are where the container takes them,
// else made anew as what is usual there.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "cli/io/video_muxer.h"

namespace selfieseg::cli {

// One stream of the result.
class Track {
 public:
  virtual ~Track() = default;
  virtual void Write(AVPacket* packet) = 0;  // takes what is in it
  virtual void Finish() {}                   // after the last packet
};

// All of them, by the number of their stream in the source; null where there is none.
struct Tracks {
  std::vector<std::unique_ptr<Track>> of_stream;
  std::string left_out;   // "", or what of the source the container cannot hold
  std::string made_anew;  // "", or what is not copied bit for bit
};

// Adds a stream to `muxer` for each of `source` that can be kept, but for the one of the number
// `video` and other videos.
Tracks AddTracks(const AVFormatContext& source, int video, Muxer* muxer);

// The same as of an input stream: language, title, which is the default one.
void CopyWords(const AVStream& from, AVStream* to);

// Name, chapters and other words of a whole clip. `origin`: what is 0 in the result, microseconds.
void CopyWords(const AVFormatContext& from, int64_t origin, double duration_seconds, Muxer* muxer);

}  // namespace selfieseg::cli
