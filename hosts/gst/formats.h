// The table of pixel formats that GStreamer and the library both have; caps and views of frames
// come from it.
#pragma once

#include <gst/video/video.h>

#include <span>

#include "selfieseg/selfieseg.h"

namespace selfieseg::gst {

struct Format {
  GstVideoFormat theirs;
  selfieseg_format ours;
  bool can_become_alpha;   // as a frame from which the person is cut out
  bool has_alpha = false;  // can hold the person cut out
};

// All, in the order in which caps name them.
std::span<const Format> Formats();

// Null if the library has no such format.
const Format* FindFormat(GstVideoFormat format);

// Raw video in the formats of which wanted(format) is true. The caller owns the caps.
GstCaps* CapsOf(bool (*wanted)(const Format& format));

// A view of a mapped frame, with its strides, matrix, range and siting. The format must be in the
// table. Real-time safe.
selfieseg_image ViewOf(const GstVideoFrame& frame);

}  // namespace selfieseg::gst
