// For tests: small clips made by FFmpeg's libraries, and what these find in a file.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "cli/files.h"
#include "cli/io/ffmpeg.h"

namespace selfieseg::cli {

// A clip of the drawn person; `codec` and `sound` are names of FFmpeg's encoders, "" for none.
struct ClipRecipe {
  std::string codec = "mpeg4", sound;
  AVPixelFormat pixels = AV_PIX_FMT_YUV420P;
  int width = 160, height = 128;  // as it is shown
  std::vector<int64_t> milliseconds = {0, 40, 80, 120, 160, 200, 240, 280, 320, 360};
  AVColorPrimaries primaries = AVCOL_PRI_UNSPECIFIED;
  AVColorTransferCharacteristic transfer = AVCOL_TRC_UNSPECIFIED;
  AVColorSpace matrix = AVCOL_SPC_UNSPECIFIED;
  AVColorRange range = AVCOL_RANGE_UNSPECIFIED;
  AVRational pixel_aspect = {1, 1};
  int rotation_degrees = 0;  // clockwise, by the player
  std::string title, chapter, timecode;
  bool cover = false;  // a picture beside the frames
};
// The container is that of the path's extension.
void MakeClip(const std::string& path, const ClipRecipe& recipe);

// `count` frames, 40 ms each.
std::vector<int64_t> EvenTimes(int count);

struct FoundClip {
  std::vector<FramePtr> frames;
  std::vector<double> seconds;  // of the frames
  std::string codec, sound;     // "": there is none
  Bytes sound_bytes;            // of all packets of sound
  AVRational pixel_aspect = {0, 1};
  int rotation_degrees = 0;
  std::string title, chapter;

  const AVFrame& first() const { return *frames.at(0); }
  std::string pixels() const { return av_get_pix_fmt_name(AVPixelFormat(first().format)); }
};
// Throws Failure when it cannot be read. A `decoder` by FFmpeg's name, or the usual one.
FoundClip FindClip(const std::string& path, const std::string& decoder = "");

// The level of a plane's pixel, 0..255, whatever its depth; the fourth plane is alpha.
int LevelAt(const AVFrame& frame, int component, int x, int y);

}  // namespace selfieseg::cli
