// The table of pixel formats that OBS and the library both have, and views of OBS's frames.
#pragma once

#include <obs.h>

#include "selfieseg/selfieseg.h"

namespace selfieseg::obs {

struct Format {
  video_format theirs;
  selfieseg_format ours;
  bool has_alpha = false;  // OBS shows it
};

// Null if the library has no such format.
const Format* FindFormat(video_format format);

// A view of a frame whose format is in the table. Real-time safe.
selfieseg_image ViewOf(const obs_source_frame& frame);

// Makes a frame of any format dark, so that nothing can be seen of it. Real-time safe.
void Blank(const obs_source_frame& frame);

// A copy that OBS, too, may release. Null if there is no memory.
obs_source_frame* CopyOf(const obs_source_frame& frame);

}  // namespace selfieseg::obs
