// Which encoder makes what: the table of codecs, and the choice of codec and pixels for a
// container.
#pragma once

#include <string>

#include "cli/io/ffmpeg.h"
#include "cli/io/video_module.h"

namespace selfieseg::cli {

// How an encoder is told how good the result shall be.
enum class Dial { kNone, kCrf, kQuantizer };

struct CodecRow {
  const char* name;      // as --codec calls it
  const char* encoders;  // of FFmpeg, best first
  Dial dial;
  int standard;         // of the dial
  bool lossless;        // then a mask is gray, and a cut-out RGBA where the encoder has it
  bool full_range;      // can say that the range is full
  bool even_sides;      // of 4:2:0
  const char* options;  // "name=value:name=value" of FFmpeg
};

// What will be used. Throws Misuse when nothing of that name can be.
struct CodecChoice {
  CodecRow row;
  std::vector<const AVCodec*> encoders;  // that this FFmpeg has, best first
};

// The container for a name's extension or a --format. Throws Misuse.
const AVOutputFormat* ChooseContainer(const ClipOutput& options);

// By --codec, or what is usual in the container.
CodecChoice ChooseCodec(const ClipOutput& options, const AVOutputFormat& container);

// The encoder's pixels that keep most of the source's. AV_PIX_FMT_NONE: it has none that would do.
AVPixelFormat ChoosePixels(const CodecRow& row, const AVCodec& encoder, AVPixelFormat source,
                           ClipContent content);

}  // namespace selfieseg::cli
