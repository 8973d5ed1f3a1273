// The plugin `selfieseg`, which GStreamer finds in its folder.
#include <gst/gst.h>

#include "gst/segment.h"

#define PACKAGE "selfieseg"  // which GST_PLUGIN_DEFINE wants
#define GST_PACKAGE_ORIGIN "Unknown package origin"

namespace {

gboolean Register(GstPlugin* plugin) {
  return gst_element_register(plugin, "selfiesegment", GST_RANK_NONE,
                              selfieseg::gst::SegmentType());
}

}  // namespace

GST_PLUGIN_DEFINE(GST_VERSION_MAJOR, GST_VERSION_MINOR, selfieseg,
                  "Finds the person in a video with the selfie segmentation networks", Register,
                  SELFIESEG_VERSION, "Apache 2.0", "selfieseg", GST_PACKAGE_ORIGIN)
