// Sound that a container cannot hold as it is: decoded, resampled if need be, and encoded again.
#pragma once

#include "cli/io/video_tracks.h"

namespace selfieseg::cli {

// Null when this FFmpeg cannot decode it, or has no encoder for what is usual in the container.
std::unique_ptr<Track> NewSoundTrack(const AVStream& from, Muxer* muxer);

}  // namespace selfieseg::cli
