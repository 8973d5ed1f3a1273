#include "gst/formats.h"

#include <algorithm>
#include <iterator>

namespace selfieseg::gst {
namespace {

// Those that cost least come first.
constexpr Format kFormats[] = {
    {GST_VIDEO_FORMAT_NV12, SELFIESEG_NV12, false},
    {GST_VIDEO_FORMAT_I420, SELFIESEG_I420, false},
    {GST_VIDEO_FORMAT_YV12, SELFIESEG_YV12, false},
    {GST_VIDEO_FORMAT_NV21, SELFIESEG_NV21, false},
    {GST_VIDEO_FORMAT_YUY2, SELFIESEG_YUY2, false},
    {GST_VIDEO_FORMAT_UYVY, SELFIESEG_UYVY, false},
    {GST_VIDEO_FORMAT_YVYU, SELFIESEG_YVYU, false},
    {GST_VIDEO_FORMAT_Y42B, SELFIESEG_I422, false},
    {GST_VIDEO_FORMAT_BGRA, SELFIESEG_BGRA, true, true},
    {GST_VIDEO_FORMAT_RGBA, SELFIESEG_RGBA, true, true},
    {GST_VIDEO_FORMAT_BGRx, SELFIESEG_BGRA, true},
    {GST_VIDEO_FORMAT_RGBx, SELFIESEG_RGBA, true},
    {GST_VIDEO_FORMAT_BGR, SELFIESEG_BGR, true},
    {GST_VIDEO_FORMAT_RGB, SELFIESEG_RGB, true},
    {GST_VIDEO_FORMAT_P010_10LE, SELFIESEG_P010, false},
    {GST_VIDEO_FORMAT_I420_10LE, SELFIESEG_I010, false},
    {GST_VIDEO_FORMAT_I422_10LE, SELFIESEG_I210, false},
    {GST_VIDEO_FORMAT_GRAY8, SELFIESEG_GRAY, false},
};

constexpr int kMostPixelsOfASide = 65535;  // of the library

selfieseg_matrix MatrixOf(GstVideoColorMatrix matrix) {
  switch (matrix) {
    case GST_VIDEO_COLOR_MATRIX_BT601:
    case GST_VIDEO_COLOR_MATRIX_FCC:  // its numbers are those of BT.601, rounded
      return SELFIESEG_BT601;
    case GST_VIDEO_COLOR_MATRIX_BT709:
    case GST_VIDEO_COLOR_MATRIX_SMPTE240M:  // the nearest there is
      return SELFIESEG_BT709;
    case GST_VIDEO_COLOR_MATRIX_BT2020:
      return SELFIESEG_BT2020;
    default:
      return SELFIESEG_MATRIX_AUTO;
  }
}

selfieseg_siting SitingOf(GstVideoChromaSite site) {
  const bool left = (site & GST_VIDEO_CHROMA_SITE_H_COSITED) != 0;
  const bool top = (site & GST_VIDEO_CHROMA_SITE_V_COSITED) != 0;
  if (left && top) return SELFIESEG_TOP_LEFT;
  return (site & GST_VIDEO_CHROMA_SITE_NONE) != 0 ? SELFIESEG_MIDDLE : SELFIESEG_LEFT;
}

}  // namespace

std::span<const Format> Formats() { return kFormats; }

const Format* FindFormat(GstVideoFormat format) {
  const auto found = std::find_if(std::begin(kFormats), std::end(kFormats),
                                  [&](const Format& row) { return row.theirs == format; });
  return found == std::end(kFormats) ? nullptr : found;
}

GstCaps* CapsOf(bool (*wanted)(const Format& format)) {
  GValue names = G_VALUE_INIT, name = G_VALUE_INIT;
  g_value_init(&names, GST_TYPE_LIST);
  g_value_init(&name, G_TYPE_STRING);
  for (const Format& row : kFormats) {
    if (!wanted(row)) continue;
    g_value_set_static_string(&name, gst_video_format_to_string(row.theirs));
    gst_value_list_append_value(&names, &name);
  }
  GstCaps* caps =
      gst_caps_new_simple("video/x-raw", "width", GST_TYPE_INT_RANGE, 1, kMostPixelsOfASide,
                          "height", GST_TYPE_INT_RANGE, 1, kMostPixelsOfASide, "framerate",
                          GST_TYPE_FRACTION_RANGE, 0, 1, G_MAXINT, 1, nullptr);
  gst_caps_set_value(caps, "format", &names);
  g_value_unset(&name);
  g_value_unset(&names);
  return caps;
}

selfieseg_image ViewOf(const GstVideoFrame& frame) {
  const GstVideoInfo& info = frame.info;
  selfieseg_image view =
      selfieseg_wrap(FindFormat(GST_VIDEO_INFO_FORMAT(&info))->ours, GST_VIDEO_INFO_WIDTH(&info),
                     GST_VIDEO_INFO_HEIGHT(&info), GST_VIDEO_FRAME_PLANE_DATA(&frame, 0),
                     size_t(GST_VIDEO_FRAME_PLANE_STRIDE(&frame, 0)));
  for (guint plane = 1; plane < GST_VIDEO_FRAME_N_PLANES(&frame); ++plane) {
    view.chroma[plane - 1] = GST_VIDEO_FRAME_PLANE_DATA(&frame, plane);
    view.chroma_stride[plane - 1] = size_t(GST_VIDEO_FRAME_PLANE_STRIDE(&frame, plane));
  }
  view.matrix = MatrixOf(info.colorimetry.matrix);
  view.range =
      info.colorimetry.range == GST_VIDEO_COLOR_RANGE_0_255 ? SELFIESEG_FULL : SELFIESEG_LIMITED;
  view.siting = SitingOf(info.chroma_site);
  return view;
}

}  // namespace selfieseg::gst
