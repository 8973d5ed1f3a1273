// The pad `mask`: the same picture's mask at the same time, in order with all that a stream has.
#include <vector>

#include "gst/element_test.h"

namespace selfieseg::gst {
namespace {

using Types = std::vector<GstEventType>;

// The types of the events that came, in order.
Types EventsOf(GstHarness* harness) {
  Types types;
  while (GstEvent* event = gst_harness_try_pull_event(harness)) {
    types.push_back(GST_EVENT_TYPE(event));
    gst_event_unref(event);
  }
  return types;
}

// The element in a harness, with a second harness on the pad.
class WithMask {
 public:
  explicit WithMask(const std::string& properties)
      : element(properties),
        harness(gst_harness_new_with_element(element.element(), nullptr, "mask")) {}
  ~WithMask() { gst_harness_teardown(harness); }

  OwnedBuffer PullMask() { return OwnedBuffer(gst_harness_try_pull(harness)); }
  Types Events() { return EventsOf(harness); }

  Element element;
  GstHarness* harness;
};

TEST(GstMask, IsTheMatteOfTheSameFrame) {
  for (const char* properties :
       {"background=#00ff00", "emit=alpha", "emit=matte threshold=0.2:0.8"}) {
    SCOPED_TRACE(properties);
    const GstVideoInfo info = InfoOf("RGBx");
    WithMask both(properties);
    Element alone("emit=matte threshold=0.2:0.8");
    both.element.SetCaps(CapsText("RGBx"));
    alone.SetCaps(CapsText("RGBx"));
    for (int number = 0; number < 3; ++number) {
      const OwnedBuffer picture = both.element.Work(NewFrame(info, number, 2 * number));
      const OwnedBuffer mask = both.PullMask();
      const OwnedBuffer matte = alone.Work(NewFrame(info, number, 2 * number));
      ASSERT_TRUE(picture != nullptr && mask != nullptr && matte != nullptr);
      EXPECT_EQ(BytesOf(mask.get()), BytesOf(matte.get()));
      EXPECT_EQ(GST_BUFFER_PTS(mask.get()), GST_BUFFER_PTS(picture.get()));
      EXPECT_EQ(GST_BUFFER_DURATION(mask.get()), kFrameTime);
    }
  }
}

TEST(GstMask, HasGreenWhereThePictureIsGreen) {
  const GstVideoInfo info = InfoOf("RGBx"), gray = InfoOf("GRAY8");
  WithMask both("background=#00ff00");
  both.element.SetCaps(CapsText("RGBx"));
  const OwnedBuffer picture = both.element.Work(NewFrame(info));
  const OwnedBuffer mask = both.PullMask();
  for (int x = 0; x < kWidth; x += 4) {
    if (PixelOf(mask.get(), gray, x, 50).red != 0) continue;
    EXPECT_EQ(PixelOf(picture.get(), info, x, 50), (Rgb{0, 255, 0})) << x;
  }
}

TEST(GstMask, HasTheEventsOfAStream) {
  const GstVideoInfo info = InfoOf("RGBx");
  WithMask both("");
  both.element.SetCaps(CapsText("RGBx"));
  both.element.Work(NewFrame(info, 0));
  EXPECT_EQ(both.Events(), (Types{GST_EVENT_STREAM_START, GST_EVENT_CAPS, GST_EVENT_SEGMENT}));
  both.element.Work(NewFrame(info, 1));
  EXPECT_EQ(both.Events(), Types{});

  both.element.SetCaps(CapsText("RGBx", 64, 48));
  both.element.Work(NewFrame(InfoOf("RGBx", 64, 48), 2));
  const Types renewed = both.Events();
  EXPECT_EQ(renewed.front(), GST_EVENT_CAPS);
  both.PullMask(), both.PullMask();
  EXPECT_EQ(gst_buffer_get_size(both.PullMask().get()), size_t(64 * 48));

  gst_harness_push_event(both.element.harness(), gst_event_new_gap(kFrameTime, kFrameTime));
  EXPECT_EQ(both.Events(), Types{GST_EVENT_GAP});
  gst_harness_push_event(both.element.harness(), gst_event_new_flush_start());
  gst_harness_push_event(both.element.harness(), gst_event_new_flush_stop(TRUE));
  EXPECT_EQ(both.Events(), (Types{GST_EVENT_FLUSH_START, GST_EVENT_FLUSH_STOP}));
  GstSegment segment;
  gst_segment_init(&segment, GST_FORMAT_TIME);
  gst_harness_push_event(both.element.harness(), gst_event_new_segment(&segment));
  both.element.Work(NewFrame(InfoOf("RGBx", 64, 48), 0));
  EXPECT_EQ(both.Events(), Types{GST_EVENT_SEGMENT});
  gst_harness_push_event(both.element.harness(), gst_event_new_eos());
  EXPECT_EQ(both.Events(), Types{GST_EVENT_EOS});
}

TEST(GstMask, EndsEvenWithoutAFrame) {
  WithMask both("");
  both.element.SetCaps(CapsText("RGBx"));
  gst_harness_push_event(both.element.harness(), gst_event_new_eos());
  EXPECT_EQ(both.Events(),
            (Types{GST_EVENT_STREAM_START, GST_EVENT_CAPS, GST_EVENT_SEGMENT, GST_EVENT_EOS}));
}

TEST(GstMask, ComesAndGoesWhileFramesGoOn) {
  const GstVideoInfo info = InfoOf("RGBx");
  Element element("background=#00ff00");
  element.SetCaps(CapsText("RGBx"));
  for (int i = 0; i < 6; ++i) {
    ASSERT_NE(element.Work(NewFrame(info, 3 * i)), nullptr);
    GstPad* pad = gst_element_request_pad_simple(element.element(), "mask");
    ASSERT_NE(pad, nullptr);
    EXPECT_NE(element.Work(NewFrame(info, 3 * i + 1)), nullptr);  // though nobody reads it
    GstHarness* harness = gst_harness_new_with_element(element.element(), nullptr, nullptr);
    gst_harness_add_element_src_pad(harness, pad);
    EXPECT_NE(element.Work(NewFrame(info, 3 * i + 2)), nullptr);
    const OwnedBuffer mask(gst_harness_try_pull(harness));
    EXPECT_NE(mask, nullptr);
    EXPECT_EQ(EventsOf(harness),
              (Types{GST_EVENT_STREAM_START, GST_EVENT_CAPS, GST_EVENT_SEGMENT}));
    gst_harness_teardown(harness);
    EXPECT_EQ(GST_PAD_PARENT(pad), nullptr);  // which the harness gave back
    gst_object_unref(pad);
  }
}

}  // namespace
}  // namespace selfieseg::gst
