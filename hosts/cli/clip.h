// What `selfieseg video` does with a clip: frames are read, worked on and written by three threads.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "cli/background.h"
#include "cli/finder.h"
#include "cli/io/video_module.h"
#include "cli/picture.h"

namespace selfieseg::cli {

struct ClipJob {
  ClipInput input;
  ClipOutput output;  // its content says whether the mask is wanted, or the scene
  FinderOptions finder;
  Scene scene;
  bool show_progress = false;
};

struct ClipResult {
  ClipFacts in, out;
  ClipAccount account, read, written;  // all; of IN; of OUT
  std::string model, backend, instruction_set;
  double seconds = 0, clip_seconds = 0;  // taken, and of the clip
  selfieseg_timings sums = {};
  bool interrupted = false;
};

// Writes the clip to job.output.path. Throws Misuse, Failure, selfieseg::Error, and Interrupted
// before the first frame; later an interruption ends the clip where it is.
ClipResult RunClip(const ClipJob& job);

// What the user is told: sentences about both files; and how it went, for people and for machines.
std::vector<std::string> NotesOf(const ClipJob& job, const ClipResult& result);
std::string AsLine(const ClipJob& job, const ClipResult& result);
nlohmann::ordered_json AsJson(const ClipJob& job, const ClipResult& result);

}  // namespace selfieseg::cli
