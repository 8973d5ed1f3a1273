// What comes out for a frame is what the library makes of it when it is asked directly.
#include <cstring>

#include "gst/element_test.h"
#include "gst/formats.h"

namespace selfieseg::gst {
namespace {

selfieseg_effect_options BlurOptions() {
  selfieseg_effect_options options = selfieseg_default_effect_options();
  options.background = SELFIESEG_BLUR;
  return options;
}

// A mapped frame as the library's view of it.
class Mapped {
 public:
  Mapped(const GstVideoInfo& info, GstBuffer* buffer, GstMapFlags flags = GST_MAP_READWRITE) {
    EXPECT_TRUE(gst_video_frame_map(&frame_, const_cast<GstVideoInfo*>(&info), buffer, flags));
  }
  ~Mapped() { gst_video_frame_unmap(&frame_); }
  selfieseg_image view() const { return ViewOf(frame_); }

 private:
  GstVideoFrame frame_;
};

void BlurInPlace(Session& session, Effect& effect, const GstVideoInfo& info, GstBuffer* frame) {
  const Mapped mapped(info, frame);
  session.Process(effect, mapped.view(), mapped.view());
}

Session UsualSession(const char* network, float low = 0.2f, float high = 0.8f) {
  return Session(Model::Open(network), UsualOptions(low, high));
}

class GstEveryFormat : public testing::TestWithParam<int> {};

TEST_P(GstEveryFormat, HasTheLibrarysPixels) {
  const Format& format = Formats()[size_t(GetParam())];
  const std::string name = gst_video_format_to_string(format.theirs);
  for (const auto& [width, height] : {std::pair{160, 120}, {161, 91}}) {
    SCOPED_TRACE(name + " " + std::to_string(width));
    const GstVideoInfo info = InfoOf(name, width, height);
    Session session = UsualSession(width == 160 ? "general" : "landscape");
    Effect effect(BlurOptions());
    Element element;
    element.SetCaps(CapsText(name, width, height));
    for (int number = 0; number < 3; ++number) {
      const OwnedBuffer expected = NewFrame(info, number, 2 * number);
      const Bytes before = BytesOf(expected.get());
      BlurInPlace(session, effect, info, expected.get());
      const OwnedBuffer made = element.Work(NewFrame(info, number, 2 * number));
      ASSERT_NE(made, nullptr);
      EXPECT_EQ(BytesOf(made.get()), BytesOf(expected.get()));
      EXPECT_NE(BytesOf(made.get()), before);
      EXPECT_EQ(GST_BUFFER_PTS(made.get()), GstClockTime(number) * kFrameTime);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(All, GstEveryFormat, testing::Range(0, int(Formats().size())),
                         [](const testing::TestParamInfo<int>& info) {
                           return std::string(
                               gst_video_format_to_string(Formats()[size_t(info.param)].theirs));
                         });

TEST(GstFrames, MatteIsTheLibrarysMatte) {
  for (const char* format : {"NV12", "BGRx", "GRAY8"}) {
    const GstVideoInfo info = InfoOf(format), gray = InfoOf("GRAY8");
    Element element("emit=matte");
    element.SetCaps(CapsText(format));
    const OwnedBuffer made = element.Work(NewFrame(info));
    ASSERT_NE(made, nullptr) << format;
    EXPECT_EQ(element.OutputInfo().finfo->format, GST_VIDEO_FORMAT_GRAY8);

    Session session = UsualSession("general", 0, 1);
    const OwnedBuffer frame = NewFrame(info);
    const OwnedBuffer expected(gst_buffer_new_allocate(nullptr, gray.size, nullptr));
    session.Segment(Mapped(info, frame.get()).view(), Mapped(gray, expected.get()).view());
    EXPECT_EQ(BytesOf(made.get()), BytesOf(expected.get())) << format;
    EXPECT_GT(PixelOf(made.get(), gray, kWidth / 2, kHeight / 2).red, 200);
    EXPECT_LT(PixelOf(made.get(), gray, 2, 2).red, 50);
  }
}

TEST(GstFrames, AlphaIsTheLibrarysCutout) {
  for (const char* properties :
       {"emit=alpha", "background=none", "emit=alpha background=#ff0000"}) {
    for (const char* format : {"RGB", "BGRx", "RGBA", "BGRA"}) {
      const GstVideoInfo info = InfoOf(format);
      Element element(properties);
      element.SetCaps(CapsText(format));
      const OwnedBuffer made = element.Work(NewFrame(info));
      ASSERT_NE(made, nullptr) << format;
      const GstVideoInfo out = element.OutputInfo();
      ASSERT_TRUE(GST_VIDEO_INFO_HAS_ALPHA(&out));

      Session session = UsualSession("general");
      Effect effect = Effect::Transparent();
      const OwnedBuffer frame = NewFrame(info);
      const OwnedBuffer expected(gst_buffer_new_allocate(nullptr, out.size, nullptr));
      session.Process(effect, Mapped(info, frame.get()).view(), Mapped(out, expected.get()).view());
      EXPECT_EQ(BytesOf(made.get()), BytesOf(expected.get())) << properties << " " << format;
    }
  }
}

TEST(GstFrames, AlphaTakesNoYuv) {
  Element element("emit=alpha");
  GstCaps* caps = gst_pad_query_caps(GST_PAD_PEER(element.harness()->srcpad), nullptr);
  GstCaps* nv12 = gst_caps_from_string(CapsText("NV12").c_str());
  GstCaps* bgrx = gst_caps_from_string(CapsText("BGRx").c_str());
  EXPECT_FALSE(gst_caps_can_intersect(caps, nv12));
  EXPECT_TRUE(gst_caps_can_intersect(caps, bgrx));
  for (GstCaps* each : {caps, nv12, bgrx}) gst_caps_unref(each);
}

// Rows with room behind them, and a reader who keeps the frame: it must stay as it was.
TEST(GstFrames, PaddedAndSharedFramesAreLeftAsTheyWere) {
  const GstVideoInfo info = InfoOf("NV12");
  GstVideoInfo padded = info;
  const gsize chroma = 192 * (kHeight + 8);
  padded.stride[0] = padded.stride[1] = 192, padded.offset[1] = chroma;
  padded.size = chroma + 192 * kHeight / 2;
  const OwnedBuffer plain = NewFrame(info);
  OwnedBuffer wide(gst_buffer_new_allocate(nullptr, padded.size, nullptr));
  gst_buffer_memset(wide.get(), 0, 0xA5, padded.size);
  gst_buffer_add_video_meta_full(wide.get(), GST_VIDEO_FRAME_FLAG_NONE, GST_VIDEO_FORMAT_NV12,
                                 kWidth, kHeight, 2, padded.offset, padded.stride);
  {
    GstVideoFrame from, to;
    gst_video_frame_map(&from, const_cast<GstVideoInfo*>(&info), plain.get(), GST_MAP_READ);
    gst_video_frame_map(&to, const_cast<GstVideoInfo*>(&info), wide.get(), GST_MAP_WRITE);
    gst_video_frame_copy(&to, &from);
    gst_video_frame_unmap(&to);
    gst_video_frame_unmap(&from);
  }
  const Bytes before = BytesOf(wide.get());
  Session session = UsualSession("general");
  Effect effect(BlurOptions());
  BlurInPlace(session, effect, info, plain.get());

  Element element;
  element.SetCaps(CapsText("NV12"));
  const OwnedBuffer kept(gst_buffer_ref(wide.get()));
  const OwnedBuffer made = element.Work(std::move(wide));
  ASSERT_NE(made, nullptr);
  EXPECT_EQ(BytesOf(kept.get()), before);
  for (const auto& [x, y] : {std::pair{3, 3}, {kWidth / 2, 40}, {kWidth - 1, kHeight - 1}}) {
    const Mapped a(info, plain.get(), GST_MAP_READ), b(info, made.get(), GST_MAP_READ);
    EXPECT_EQ(static_cast<uint8_t*>(a.view().data)[size_t(y) * a.view().stride + size_t(x)],
              static_cast<uint8_t*>(b.view().data)[size_t(y) * b.view().stride + size_t(x)]);
  }
}

TEST(GstFrames, AddNoLatency) {
  Element element;
  gst_harness_set_upstream_latency(element.harness(), 40 * GST_MSECOND);
  element.SetCaps(CapsText("NV12"));
  EXPECT_EQ(gst_harness_query_latency(element.harness()), 40 * GST_MSECOND);
}

TEST(GstFrames, AreDroppedWhenTheyAreLate) {
  const GstVideoInfo info = InfoOf("I420");
  Element element;
  element.SetCaps(CapsText("I420"));
  EXPECT_NE(element.Work(NewFrame(info, 0)), nullptr);
  gst_harness_push_upstream_event(
      element.harness(), gst_event_new_qos(GST_QOS_TYPE_UNDERFLOW, 2, 3 * kFrameTime, kFrameTime));
  EXPECT_EQ(element.Work(NewFrame(info, 1)), nullptr);
  EXPECT_NE(element.Work(NewFrame(info, 10)), nullptr);
}

}  // namespace
}  // namespace selfieseg::gst
