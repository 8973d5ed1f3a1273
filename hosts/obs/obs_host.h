// For tests: OBS in this process, drawing by software on an X server of its own, with the module of
// this build in it and two sources that show what a test wants.
#pragma once

#include <obs.h>

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace selfieseg::obs {

// Pixels that OBS has drawn, or that a source shows; BGRA.
struct Drawing {
  int width = 0, height = 0;
  std::vector<uint8_t> bgra;

  const uint8_t* At(int x, int y) const { return &bgra[(size_t(y) * width + x) * 4]; }
};

class ObsHost {
 public:
  // Why OBS cannot run here; "" if it does.
  static std::string Start();
  // Another size and rate of what it draws; "" if it can.
  static std::string ResetVideo(int width, int height, int rate);
  // Ends it, and returns how many of its allocations were not freed.
  static long Stop();

  // A source that shows the frames that it is given, or one that draws a picture. Owned by the
  // caller. `picture` must stay.
  static obs_source_t* NewFrameSource();
  static obs_source_t* NewPictureSource(const Drawing* picture);
  // Owned by the caller, and in the source.
  static obs_source_t* AddFilter(obs_source_t* source, const char* id, obs_data_t* settings);

  // What the source looks like now, with its filters.
  static Drawing Draw(obs_source_t* source);
  // Draws it every 1/60 s until it looks as wanted; false after some seconds.
  static bool DrawUntil(obs_source_t* source, const std::function<bool(const Drawing&)>& is_wanted);
};

}  // namespace selfieseg::obs
