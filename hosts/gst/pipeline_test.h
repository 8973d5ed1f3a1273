// For tests: real pipelines, run to their end.
#pragma once

#include <string>
#include <vector>

#include "gst/element_test.h"

namespace selfieseg::gst {

struct UnrefSample {
  void operator()(GstSample* sample) const { gst_sample_unref(sample); }
};
using OwnedSample = std::unique_ptr<GstSample, UnrefSample>;

// "" of the end of a stream, or what went wrong; null: it took too long. Takes the message.
std::string EndOf(GstMessage* message);

// EndOf() what the pipeline comes to. Takes it; it may be null.
std::string Play(GstElement* pipeline);

// As gst-launch-1.0 does, without a shell.
std::string Launch(const std::string& words);

// Feeds frames of somebody to the appsrc "in", which has RGBx of `width` by `height`, and gives
// what comes to the appsink "out".
std::vector<OwnedSample> Send(const std::string& launch, int frames, int width = 320,
                              int height = 240);

// The pixel of a sample of an RGB-like format.
Rgb PixelOf(const OwnedSample& sample, int x, int y);

// The first of these elements that is not installed; "" if all are.
std::string FirstAbsent(const std::vector<const char*>& elements);

// A clip of somebody, MP4 with H.264, 320x240; and a picture of one colour, by its extension.
void MakeClip(const std::string& path, int frames);
void MakePicture(const std::string& path, unsigned rgb);

}  // namespace selfieseg::gst

// Ends a test as skipped where an element is absent. Debian's packages: docs/gstreamer.md.
#define NEED_ELEMENTS(...)                                                                      \
  if (const std::string absent = ::selfieseg::gst::FirstAbsent({__VA_ARGS__}); !absent.empty()) \
  GTEST_SKIP() << "no element " << absent                                                       \
               << ": install gstreamer1.0-plugins-{base,good,bad,ugly} and gstreamer1.0-libav"
