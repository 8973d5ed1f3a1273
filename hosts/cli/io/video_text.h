// Subtitles of text that a container holds in another way: read as ASS, which FFmpeg makes of all
// of them, and written as what is usual in the container.
#pragma once

#include "cli/io/video_tracks.h"

namespace selfieseg::cli {

// Null when they are no text, or the container has no way for text.
std::unique_ptr<Track> NewTextTrack(const AVStream& from, Muxer* muxer);

}  // namespace selfieseg::cli
