// delay-match=false: masks may be late, but there is always one, and it is of this stream.
#include <algorithm>
#include <vector>

#include "gst/element_test.h"

namespace selfieseg::gst {
namespace {

constexpr int kFrames = 24;
// Each mask stands for itself, and takes longer to find than a frame to come.
constexpr const char* kAlone = "emit=matte smoothing=0 tracking=false quality=best ";

OwnedBuffer Frame(int number) { return NewFrame(InfoOf("NV12"), number, number); }

std::vector<Bytes> OwnMasks() {
  Element element(kAlone);
  element.SetCaps(CapsText("NV12"));
  std::vector<Bytes> masks;
  for (int i = 0; i < kFrames; ++i) masks.push_back(BytesOf(element.Work(Frame(i)).get()));
  return masks;
}

TEST(GstLateMask, IsThatOfAFrameBefore) {
  const std::vector<Bytes> own = OwnMasks();
  Element element(std::string(kAlone) + "delay-match=false");
  element.SetCaps(CapsText("NV12"));
  std::vector<OwnedBuffer> frames;
  for (int i = 0; i < kFrames; ++i) frames.push_back(Frame(i));
  int late = 0, newest = 0;
  for (int i = 0; i < kFrames; ++i) {
    const OwnedBuffer made = element.Work(std::move(frames[size_t(i)]));
    ASSERT_NE(made, nullptr);
    const auto found = std::find(own.begin() + newest, own.begin() + i + 1, BytesOf(made.get()));
    ASSERT_NE(found, own.begin() + i + 1) << i;  // of no frame, or older than the one before
    newest = int(found - own.begin());
    late += newest < i;
  }
  EXPECT_GT(late, 0);
  Bytes last;
  for (int tries = 0; tries < 200 && last != own.back(); ++tries) {
    g_usleep(100'000);
    last = BytesOf(element.Work(Frame(kFrames - 1)).get());
  }
  EXPECT_EQ(last, own.back());
}

TEST(GstLateMask, IsNotLateWhereItIsTheFirst) {
  const std::vector<Bytes> own = OwnMasks();
  Element element(std::string(kAlone) + "delay-match=false");
  element.SetCaps(CapsText("NV12"));
  EXPECT_EQ(BytesOf(element.Work(Frame(0)).get()), own[0]);
  element.Work(Frame(1));
  gst_harness_push_event(element.harness(), gst_event_new_flush_start());
  gst_harness_push_event(element.harness(), gst_event_new_flush_stop(TRUE));
  GstSegment segment;
  gst_segment_init(&segment, GST_FORMAT_TIME);
  gst_harness_push_event(element.harness(), gst_event_new_segment(&segment));
  EXPECT_EQ(BytesOf(element.Work(Frame(20)).get()), own[20]);
  // A mask of another size is of no use, either.
  element.SetCaps(CapsText("NV12", 64, 48));
  const OwnedBuffer small = element.Work(NewFrame(InfoOf("NV12", 64, 48), 21));
  ASSERT_NE(small, nullptr);
  EXPECT_EQ(gst_buffer_get_size(small.get()), size_t(64 * 48));
}

TEST(GstLateMask, IsComposed) {
  const GstVideoInfo info = InfoOf("RGBx");
  Element element("background=#00ff00 delay-match=false");
  element.SetCaps(CapsText("RGBx"));
  for (int i = 0; i < 10; ++i) {
    const OwnedBuffer frame = NewFrame(info, i);
    const Rgb face = PixelOf(frame.get(), info, kWidth / 2, 50);
    const OwnedBuffer made = element.Work(NewFrame(info, i));
    ASSERT_NE(made, nullptr);
    EXPECT_EQ(PixelOf(made.get(), info, 3, 3), (Rgb{0, 255, 0}));
    EXPECT_EQ(PixelOf(made.get(), info, kWidth / 2, 50), face);
    if (i == 5) element.Set("delay-match", "true");
    if (i == 7) element.Set("delay-match", "false");
  }
}

}  // namespace
}  // namespace selfieseg::gst
