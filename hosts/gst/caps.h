// Which formats go in and out for what is emitted.
#pragma once

#include <gst/video/video.h>

#include "gst/settings.h"

namespace selfieseg::gst {

// What the other side may be when these caps are on the pad of `direction`: a composite has the
// frame's format, a matte is GRAY8, alpha is made of RGB. `filter` may be null. The caller owns the
// result.
GstCaps* OtherCaps(Emit emit, GstPadDirection direction, GstCaps* caps, GstCaps* filter);

// What can be emitted between these formats: `wanted`, or what they were agreed on for.
Emit AgreedEmit(Emit wanted, GstVideoFormat in, GstVideoFormat out);

}  // namespace selfieseg::gst
