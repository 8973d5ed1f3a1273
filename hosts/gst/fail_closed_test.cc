// When a frame cannot be worked on, nothing leaves the element, and the bus says why.
#include "gst/element_test.h"

namespace selfieseg::gst {
namespace {

void ExpectNothing(const std::string& properties, const std::string& format, OwnedBuffer frame,
                   const std::string& why) {
  SCOPED_TRACE(properties + " " + format);
  Element element(properties);
  element.SetCaps(CapsText(format));
  EXPECT_EQ(element.Push(std::move(frame)), GST_FLOW_ERROR);
  EXPECT_EQ(element.Pull(), nullptr);
  const std::string said = element.NextMessage(GST_MESSAGE_ERROR);
  EXPECT_NE(said.find(why), std::string::npos) << said;
}

// GstVideoFilter would warn, and show such a frame as it is.
TEST(GstFailClosed, BuffersThatAreTooShort) {
  for (const char* properties : {"", "emit=matte"}) {
    const GstVideoInfo info = InfoOf("NV12");
    OwnedBuffer frame = NewFrame(info);
    gst_buffer_set_size(frame.get(), gssize(info.size) - 100);
    ExpectNothing(properties, "NV12", std::move(frame), "does not hold the frame");
  }
}

// The library refuses rows that overlap.
TEST(GstFailClosed, FramesThatTheLibraryRefuses) {
  for (const char* properties : {"", "emit=matte", "emit=alpha"}) {
    const GstVideoInfo info = InfoOf("RGBx");
    OwnedBuffer frame = NewFrame(info);
    gsize offset[GST_VIDEO_MAX_PLANES] = {};
    gint stride[GST_VIDEO_MAX_PLANES] = {100};
    gst_buffer_add_video_meta_full(frame.get(), GST_VIDEO_FRAME_FLAG_NONE, GST_VIDEO_FORMAT_RGBx,
                                   kWidth, kHeight, 1, offset, stride);
    ExpectNothing(properties, "RGBx", std::move(frame), "stride");
  }
}

TEST(GstFailClosed, ACompositeWithoutCaps) {
  Element element;
  OwnedBuffer frame = NewFrame(InfoOf("RGBx"));
  EXPECT_NE(element.Push(std::move(frame)), GST_FLOW_OK);
  EXPECT_EQ(element.Pull(), nullptr);
}

}  // namespace
}  // namespace selfieseg::gst
