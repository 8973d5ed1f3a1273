// The edge between the tool and the module that holds FFmpeg's libraries. Both sides are built
// together, and this is all that they share. Exceptions do not cross it.
#pragma once

#include <cstddef>
#include <limits>
#include <string>
#include <vector>

#include "selfieseg/selfieseg.h"

namespace selfieseg::cli {

// What to read, and how.
struct ClipInput {
  std::string path;  // or kStandardStream
  // Of a file of bare pixels, which does not say: "640x480", "yuv420p", "25" or "30000/1001".
  std::string size, pixel_format, rate;
  double start_seconds = 0, duration_seconds = std::numeric_limits<double>::infinity();
  bool all_streams = false;   // sound and subtitles are handed out, too
  bool with_mask = false;     // every frame comes with room for a mask
  bool native = false;        // frames need not be RGBA: any format and orientation
  bool with_alpha = false;    // by a decoder that knows it
  selfieseg_image like = {};  // of its size and kind frames are made, to fill it; if it has one
  bool (*interrupted)() = nullptr;  // asked while the system lets us wait
};

enum class ClipContent { kOpaque, kAlpha, kMask };

// What to write, and how. What is empty or -1 is chosen.
struct ClipOutput {
  std::string name;  // as the user calls it, for its extension; or kStandardStream
  std::string path;  // where it is written until it is whole; with %d for a sequence of pictures
  bool sequence = false;
  std::string format, codec;
  int crf = -1;
  ClipContent content = ClipContent::kOpaque;
};

struct ClipFacts {
  std::string container, codec, pixel_format;
  int width = 0, height = 0;    // as they are stored
  int bits = 8;                 // a channel
  int composed_bits = 8;        // of an input: what its frames are handed out with
  bool hdr = false;             // numbers mean light of an absolute kind, PQ or HLG
  int rotation_degrees = 0;     // clockwise, by the player
  double rate_fps = 0;          // on average; 0: not known
  double duration_seconds = 0;  // of what is wanted of an input; 0: not known
};

// What became known along the way.
struct ClipAccount {
  size_t frames = 0;                                    // written
  size_t concealed_frames = 0;                          // damaged, and mended by the decoder
  size_t lost_packets = 0;                              // so damaged that there is no frame
  size_t scaled_frames = 0;                             // of another size than the first
  double decode_ms = 0, convert_ms = 0, encode_ms = 0;  // sums
  std::vector<std::string> notes;                       // sentences about a file, without its name
};

// A frame with its place in time, or a packet of sound or the like, to be handed on in order.
struct ClipPieceView {
  void* handle = nullptr;      // the module's
  selfieseg_image frame = {};  // RGBA or native; no data: no frame
  selfieseg_image mask = {};  // GRAY, if asked for: then this is written, not the frame; lies alike
  double seconds = 0;         // since the beginning
};

// Why a call failed.
struct ClipFault {
  enum class Kind { kNone, kFailure, kMisuse, kMemory, kInterrupted };
  Kind kind = Kind::kNone;
  std::string sentence;  // about the file, without its name; of a misuse, about the arguments
};

// What the module exports under the name "selfieseg_video_module". A call that fails leaves a fault
// and gives null or false.
struct VideoModule {
  size_t edge_size;  // EdgeSize() of its build: another's does not fit

  void* (*open_input)(const ClipInput& options, ClipFacts* facts, ClipFault* fault);
  // A piece without a handle is the end.
  bool (*read)(void* input, ClipPieceView* piece, ClipFault* fault);
  void (*release)(const ClipPieceView& piece);
  void (*close_input)(void* input);

  // `input` must outlive the output. They may be used by different threads.
  void* (*open_output)(void* input, const ClipOutput& options, ClipFacts* facts, ClipFault* fault);
  bool (*write)(void* output, const ClipPieceView& piece, ClipFault* fault);
  bool (*finish)(void* output, ClipFault* fault);
  void (*close_output)(void* output);

  // Add to it what is known so far.
  void (*account_input)(void* input, ClipAccount* account);
  void (*account_output)(void* output, ClipAccount* account);
};

// Of all that crosses the edge; a module of a build where some of it is larger is refused.
constexpr size_t EdgeSize() {
  return sizeof(VideoModule) + sizeof(ClipInput) + sizeof(ClipOutput) + sizeof(ClipFacts) +
         sizeof(ClipAccount) + sizeof(ClipPieceView) + sizeof(ClipFault);
}

}  // namespace selfieseg::cli
