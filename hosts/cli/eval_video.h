// `selfieseg eval --video`: how calm, how prompt and how fast the masks of a clip are.
#pragma once

#include <string>
#include <vector>

#include "cli/finder.h"

namespace selfieseg::cli {

// Judges each clip and prints a table, or JSON. Returns the exit code; throws Failure when no clip
// can be read.
int EvalVideos(const std::vector<std::string>& paths, const FinderOptions& options, float smoothing,
               bool json, bool quiet);

}  // namespace selfieseg::cli
