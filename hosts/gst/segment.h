// The element `selfiesegment`: puts another background behind the persons in a video.
#pragma once

#include <glib-object.h>

namespace selfieseg::gst {

GType SegmentType();

}  // namespace selfieseg::gst
