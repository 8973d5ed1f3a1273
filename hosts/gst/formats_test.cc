// The table of formats against what the names of both sides say, and against the library.
#include "gst/formats.h"

#include <gst/gst.h>

#include <algorithm>
#include <cctype>

#include "gst/element_test.h"

namespace selfieseg::gst {
namespace {

selfieseg_image ViewOfFormat(const std::string& caps_text) {
  GstVideoInfo info;
  GstCaps* caps = gst_caps_from_string(caps_text.c_str());
  EXPECT_TRUE(gst_video_info_from_caps(&info, caps)) << caps_text;
  gst_caps_unref(caps);
  const OwnedBuffer buffer(gst_buffer_new_allocate(nullptr, info.size, nullptr));
  GstVideoFrame frame;
  gst_video_frame_map(&frame, &info, buffer.get(), GST_MAP_READ);
  const selfieseg_image view = ViewOf(frame);
  gst_video_frame_unmap(&frame);
  return view;
}

TEST(GstFormats, BelongTogetherByName) {
  for (const Format& row : Formats()) {
    std::string name = gst_video_format_to_string(row.theirs);
    if (name == "P010_10LE") name = "p010";
    if (name == "I420_10LE") name = "i010";
    if (name == "Y42B") name = "i422";
    if (name == "I422_10LE") name = "i210";
    if (name == "GRAY8") name = "gray";
    std::replace(name.begin(), name.end(), 'x', 'A');  // the fourth byte is there, and ignored
    std::transform(name.begin(), name.end(), name.begin(),
                   [](unsigned char c) { return std::tolower(c); });
    selfieseg_format format;
    ASSERT_EQ(selfieseg_format_by_name(name.c_str(), &format), SELFIESEG_OK) << name;
    EXPECT_EQ(format, row.ours) << name;
  }
}

TEST(GstFormats, AreAllThatTheLibraryHas) {
  for (int format = SELFIESEG_RGB; format <= SELFIESEG_I210; ++format) {
    if (format == SELFIESEG_GRAY_F32) continue;  // for mattes only
    EXPECT_TRUE(std::any_of(Formats().begin(), Formats().end(), [&](const Format& row) {
      return row.ours == format;
    })) << format;
  }
}

TEST(GstFormats, ViewsHaveTheMatrix) {
  struct Case {
    const char* colorimetry;
    selfieseg_matrix matrix;
    selfieseg_range range;
  };
  for (const Case& c : {Case{"bt601", SELFIESEG_BT601, SELFIESEG_LIMITED},
                        {"bt709", SELFIESEG_BT709, SELFIESEG_LIMITED},
                        {"bt2020", SELFIESEG_BT2020, SELFIESEG_LIMITED},
                        {"smpte240m", SELFIESEG_BT709, SELFIESEG_LIMITED},
                        {"1:4:0:0", SELFIESEG_BT601, SELFIESEG_FULL},
                        {"2:3:0:0", SELFIESEG_BT709, SELFIESEG_LIMITED}}) {
    const selfieseg_image view =
        ViewOfFormat(CapsText("NV12") + ",colorimetry=" + std::string(c.colorimetry));
    EXPECT_EQ(view.matrix, c.matrix) << c.colorimetry;
    EXPECT_EQ(view.range, c.range) << c.colorimetry;
  }
}

// GStreamer 1.22 reads the site only where caps have a colorimetry, too.
TEST(GstFormats, ViewsHaveTheSiting) {
  struct Case {
    const char* site;
    selfieseg_siting siting;
  };
  for (const Case& c : {Case{"mpeg2", SELFIESEG_LEFT},
                        {"jpeg", SELFIESEG_MIDDLE},
                        {"cosited", SELFIESEG_TOP_LEFT}}) {
    EXPECT_EQ(ViewOfFormat(CapsText("I420") + ",colorimetry=bt601,chroma-site=" + c.site).siting,
              c.siting)
        << c.site;
  }
}

TEST(GstFormats, ViewsHavePlanesInTheOrderOfMemory) {
  const auto yv12 = ViewOfFormat(CapsText("YV12", 33, 17));  // rows of 36 and 20 bytes
  const auto* luma = static_cast<const uint8_t*>(yv12.data);
  EXPECT_EQ(yv12.stride, 36u);
  EXPECT_EQ(static_cast<const uint8_t*>(yv12.chroma[0]) - luma, 36 * 18);
  EXPECT_EQ(static_cast<const uint8_t*>(yv12.chroma[1]) - luma, 36 * 18 + 20 * 9);
  EXPECT_EQ(yv12.chroma_stride[0], 20u);
  EXPECT_EQ(yv12.chroma_stride[1], 20u);
}

}  // namespace
}  // namespace selfieseg::gst
