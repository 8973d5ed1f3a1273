// What happens between two frames: other properties, other caps, flushes, jumps in time, states.
#include <filesystem>
#include <fstream>

#include "gst/element_test.h"

namespace selfieseg::gst {
namespace {

constexpr int kFaceX = kWidth / 2, kFaceY = 50;

TEST(GstChanges, ShowAtTheNextFrameAndNotBefore) {
  const GstVideoInfo info = InfoOf("RGBx");
  Element element("background=#00ff00");
  element.SetCaps(CapsText("RGBx"));
  const Rgb face = PixelOf(NewFrame(info).get(), info, kFaceX, kFaceY);
  struct Case {
    const char* background;
    Rgb corner;
  };
  int number = 0;
  for (const Case& c : {Case{"#00ff00", {0, 255, 0}},
                        {"#ff0000", {255, 0, 0}},
                        {"#0000ff", {0, 0, 255}},
                        {"#00ff00", {0, 255, 0}}}) {
    element.Set("background", c.background);
    for (int i = 0; i < 2; ++i, ++number) {
      const OwnedBuffer made = element.Work(NewFrame(info, number));
      ASSERT_NE(made, nullptr);
      EXPECT_EQ(PixelOf(made.get(), info, 3, 3), c.corner) << c.background;
      EXPECT_EQ(PixelOf(made.get(), info, kFaceX, kFaceY), face) << c.background;
    }
  }
}

// Each one must change something in the picture.
TEST(GstChanges, OfEveryPropertyShow) {
  const GstVideoInfo info = InfoOf("RGBx", 320, 240);
  for (const auto& [name, value] : {std::pair{"light-wrap", "1"},
                                    {"model", "landscape"},
                                    {"quality", "fast"},
                                    {"threshold", "0.45:0.55"},
                                    {"grow", "5"},
                                    {"invert", "true"}}) {
    Element element("background=#00ff00");
    element.SetCaps(CapsText("RGBx", 320, 240));
    const OwnedBuffer before = element.Work(NewFrame(info, 0));
    element.Set(name, value);
    const OwnedBuffer after = element.Work(NewFrame(info, 1));
    ASSERT_TRUE(before != nullptr && after != nullptr);
    EXPECT_NE(BytesOf(before.get()), BytesOf(after.get())) << name;
  }
}

TEST(GstChanges, BadValuesLeaveTheOldOnesAndAreToldOnTheBus) {
  const GstVideoInfo info = InfoOf("RGBx");
  const std::string text_file = testing::TempDir() + "selfieseg-not-a-picture.png";
  std::ofstream(text_file) << "This is no picture, whatever its name says.";
  struct Case {
    std::string name, value, sentence;
  };
  const Case kCases[] = {
      {"background", "#00ff0", "background '#00ff0': give #rrggbb, such as #00b140"},
      {"background", "#00ff0g", "give #rrggbb"},
      {"background", "blur:0", "background 'blur:0': give blur:RADIUS in pixels, such as blur:20"},
      {"background", "blur:nan", "give blur:RADIUS"},
      {"background", "blur:70000", "give blur:RADIUS"},
      {"background", "", "background is empty: give none, keep, blur"},
      {"background", "/no/such/file.jpg",
       "cannot show '/no/such/file.jpg': there is no such file; give the path of a picture"},
      {"background", "/", "it is no file"},
      {"background", text_file, "cannot show '" + text_file + "'"},
      {"threshold", "0.5", "threshold '0.5': give auto, or LO:HI with 0 <= LO < HI <= 1"},
      {"threshold", "0.5:0.4", "give auto, or LO:HI"},
      {"threshold", "0:1.5", "give auto, or LO:HI"},
      {"threshold", "", "give auto, or LO:HI"},
  };
  Element element("background=#00ff00 threshold=0.2:0.8");
  element.SetCaps(CapsText("RGBx"));
  int number = 0;
  for (const Case& c : kCases) {
    SCOPED_TRACE(c.name + "=" + c.value);
    const std::string before = element.Get(c.name);
    element.Set(c.name, c.value);
    const std::string said = element.NextMessage(GST_MESSAGE_WARNING);
    EXPECT_NE(said.find(c.sentence), std::string::npos) << said;
    EXPECT_EQ(element.Get(c.name), before);
    const OwnedBuffer made = element.Work(NewFrame(info, number++));
    ASSERT_NE(made, nullptr);
    EXPECT_EQ(PixelOf(made.get(), info, 3, 3), (Rgb{0, 255, 0}));
  }
  std::filesystem::remove(text_file);
}

// gst-launch sets properties before there is a pipeline.
TEST(GstChanges, BadValuesThatCameEarlyAreToldAtTheStart) {
  Element element("background=/no/such/file.jpg");
  EXPECT_NE(element.NextMessage(GST_MESSAGE_WARNING).find("there is no such file"),
            std::string::npos);
  EXPECT_EQ(element.Get("background"), "blur");
}

TEST(GstChanges, OfWhatIsEmittedAgreeOnOtherCaps) {
  const GstVideoInfo info = InfoOf("RGBx");
  Element element("background=#00ff00");
  element.SetCaps(CapsText("RGBx"));
  const auto formats_of = [&](int number) {
    const OwnedBuffer made = element.Work(NewFrame(info, number));
    return made == nullptr ? "nothing" : element.OutputInfo().finfo->name;
  };
  EXPECT_STREQ(formats_of(0), "RGBx");
  element.Set("emit", "matte");
  EXPECT_STREQ(formats_of(1), "GRAY8");
  element.Set("emit", "alpha");
  EXPECT_STREQ(formats_of(2), "BGRA");
  element.Set("emit", "composite");
  EXPECT_STREQ(formats_of(3), "RGBx");
  element.Set("background", "none");
  EXPECT_STREQ(formats_of(4), "BGRA");
  element.Set("background", "blur");
  EXPECT_STREQ(formats_of(5), "RGBx");
}

// RGBA to RGBA is a composite as well as a cut-out; nothing is agreed on anew.
TEST(GstChanges, FromCompositeToAlphaInOneFormat) {
  const GstVideoInfo info = InfoOf("RGBA");
  Element element("background=#00ff00");
  element.SetCaps(CapsText("RGBA"));
  const OwnedBuffer green = element.Work(NewFrame(info, 0));
  EXPECT_EQ(BytesOf(green.get())[1], 255);
  EXPECT_EQ(BytesOf(green.get())[3], 255);
  element.Set("emit", "alpha");
  const OwnedBuffer clear = element.Work(NewFrame(info, 1));
  ASSERT_NE(clear, nullptr);
  EXPECT_EQ(BytesOf(clear.get())[1], 0);
  EXPECT_EQ(BytesOf(clear.get())[3], 0);
}

// Frames of a format that cannot become alpha may come until the side before us has changed.
TEST(GstChanges, ShowNoRoomWhileFormatsAreAgreedOn) {
  const GstVideoInfo info = InfoOf("NV12");
  Element element("background=keep");
  element.SetCaps(CapsText("NV12"));
  ASSERT_NE(element.Work(NewFrame(info, 0)), nullptr);
  element.Set("background", "none");
  const OwnedBuffer made = element.Work(NewFrame(info, 1));
  ASSERT_NE(made, nullptr);
  EXPECT_EQ(BytesOf(made.get())[3], 16);  // black
}

TEST(GstChanges, OfCapsInMidStream) {
  Element element("background=#00ff00");
  int number = 0;
  for (const auto& [format, width, height] :
       {std::tuple{"RGBx", 160, 120}, {"BGRx", 320, 180}, {"RGB", 64, 64}, {"RGBx", 160, 120}}) {
    const GstVideoInfo info = InfoOf(format, width, height);
    element.SetCaps(CapsText(format, width, height));
    const OwnedBuffer made = element.Work(NewFrame(info, number++));
    ASSERT_NE(made, nullptr) << format;
    EXPECT_EQ(PixelOf(made.get(), info, 1, 1), (Rgb{0, 255, 0})) << format;
    EXPECT_EQ(element.OutputInfo().width, width);
  }
}

// The mask of a frame after some others, between which `happen` happens: calmed by them, if they
// are not forgotten.
constexpr int kMoved = 1;  // little enough to be taken for the same scene
using Happening = void (*)(Element& element);
Bytes MaskAfter(Happening happen, int number_of_last = 3) {
  const GstVideoInfo info = InfoOf("RGBx");
  Element element("emit=matte");
  element.SetCaps(CapsText("RGBx"));
  for (int i = 0; i < 3; ++i) element.Work(NewFrame(info, i));
  happen(element);
  const OwnedBuffer made = element.Work(NewFrame(info, number_of_last, kMoved));
  return made == nullptr ? Bytes() : BytesOf(made.get());
}

Bytes MaskOfFirstFrame() {
  const GstVideoInfo info = InfoOf("RGBx");
  Element element("emit=matte");
  element.SetCaps(CapsText("RGBx"));
  return BytesOf(element.Work(NewFrame(info, 0, kMoved)).get());
}

// The harness sends the frame that follows with the flag.
void Discont(Element& element) {
  static GstPadProbeReturn (*const mark)(GstPad*, GstPadProbeInfo*,
                                         gpointer) = [](GstPad*, GstPadProbeInfo* info, gpointer) {
    GST_BUFFER_FLAG_SET(GST_PAD_PROBE_INFO_BUFFER(info), GST_BUFFER_FLAG_DISCONT);
    return GST_PAD_PROBE_OK;
  };
  gst_pad_add_probe(element.harness()->srcpad, GST_PAD_PROBE_TYPE_BUFFER, mark, nullptr, nullptr);
}

void PushSegment(Element& element) {
  GstSegment segment;
  gst_segment_init(&segment, GST_FORMAT_TIME);
  gst_harness_push_event(element.harness(), gst_event_new_segment(&segment));
}

void Flush(Element& element) {
  gst_harness_push_event(element.harness(), gst_event_new_flush_start());
  gst_harness_push_event(element.harness(), gst_event_new_flush_stop(TRUE));
  PushSegment(element);
}

TEST(GstChanges, FramesBeforeAJumpAreForgotten) {
  const Bytes first = MaskOfFirstFrame(), calmed = MaskAfter([](Element&) {});
  ASSERT_NE(first, calmed);
  EXPECT_EQ(MaskAfter(Flush), first);
  EXPECT_EQ(MaskAfter(PushSegment), first);
  EXPECT_EQ(MaskAfter(Discont, 100), first);
}

// As behind a queue that drops what is late.
TEST(GstChanges, FramesBeforeALostOneAreNotForgotten) {
  EXPECT_EQ(MaskAfter(Discont, 5), MaskAfter([](Element&) {}));
}

TEST(GstChanges, OfStateAThousandTimes) {
  GstElement* pipeline = gst_parse_launch(
      "videotestsrc num-buffers=2 ! video/x-raw,format=RGBx,width=32,height=32 ! selfiesegment "
      "background=#00ff00 name=s ! fakesink s.mask ! queue ! fakesink async=false",
      nullptr);
  ASSERT_NE(pipeline, nullptr);
  for (int i = 0; i < 1000; ++i) {
    // Most go down before a frame is through, some after.
    const GstState up = i % 3 == 0 ? GST_STATE_READY : GST_STATE_PAUSED;
    gst_element_set_state(pipeline, up);
    if (i % 10 == 1) {
      ASSERT_EQ(gst_element_get_state(pipeline, nullptr, nullptr, 10 * GST_SECOND),
                GST_STATE_CHANGE_SUCCESS);
    }
    ASSERT_EQ(gst_element_set_state(pipeline, i % 2 == 0 ? GST_STATE_NULL : GST_STATE_READY),
              GST_STATE_CHANGE_SUCCESS);
  }
  gst_element_set_state(pipeline, GST_STATE_NULL);
  gst_object_unref(pipeline);
}

}  // namespace
}  // namespace selfieseg::gst
