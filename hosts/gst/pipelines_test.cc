// The element among others: files, codecs, RTP, backgrounds, seeks, and no leaks.
#include <gst/app/gstappsink.h>

#include <filesystem>
#include <map>

#include "gst/pipeline_test.h"

namespace selfieseg::gst {
namespace {

constexpr const char* kGreenScreen =
    "videoconvert ! selfiesegment background=#00ff00 ! videoconvert ! video/x-raw,format=RGB ! "
    "appsink name=out";

// Somebody of 320x240 stands before green.
void ExpectGreenScreen(const std::vector<OwnedSample>& samples, size_t frames) {
  ASSERT_EQ(samples.size(), frames);
  for (const OwnedSample& sample : samples) {
    EXPECT_TRUE(IsGreen(PixelOf(sample, 5, 5)));
    EXPECT_TRUE(IsGreen(PixelOf(sample, 314, 5)));
    const Rgb face = PixelOf(sample, 165, 100);
    EXPECT_GT(face.red, 180);
    EXPECT_LT(face.green, 210);
  }
}

class GstPipelines : public testing::Test {
 protected:
  void SetUp() override { std::filesystem::create_directory(folder_); }
  void TearDown() override { std::filesystem::remove_all(folder_); }
  std::string File(const std::string& name) const { return folder_ + "/" + name; }

 private:
  std::string folder_ = testing::TempDir() + "selfieseg-gst-" + std::to_string(g_random_int());
};

TEST_F(GstPipelines, WorkThroughH264) {
  NEED_ELEMENTS("x264enc", "avdec_h264", "h264parse");
  ExpectGreenScreen(
      Send(std::string("appsrc name=in ! videoconvert ! x264enc tune=zerolatency ! h264parse ! "
                       "avdec_h264 ! ") +
               kGreenScreen,
           8),
      8);
}

TEST_F(GstPipelines, WorkThroughRtpAsInACall) {
  NEED_ELEMENTS("vp8enc", "vp8dec", "rtpvp8pay", "rtpvp8depay");
  ExpectGreenScreen(
      Send(std::string("appsrc name=in ! videoconvert ! vp8enc deadline=1 ! rtpvp8pay mtu=1200 ! "
                       "application/x-rtp,media=video,clock-rate=90000,encoding-name=VP8 ! "
                       "rtpvp8depay ! vp8dec ! ") +
               kGreenScreen,
           8),
      8);
}

// The picture leaves with its background replaced, as another participant would get it.
TEST_F(GstPipelines, SendIntoACall) {
  NEED_ELEMENTS("vp8enc", "vp8dec", "rtpvp8pay", "rtpvp8depay");
  ExpectGreenScreen(
      Send("appsrc name=in ! videoconvert ! selfiesegment background=#00ff00 ! vp8enc deadline=1 "
           "target-bitrate=2000000 ! rtpvp8pay ! rtpvp8depay ! vp8dec ! videoconvert ! "
           "video/x-raw,format=RGB ! appsink name=out",
           8),
      8);
}

TEST_F(GstPipelines, FilesInAndOut) {
  NEED_ELEMENTS("x264enc", "mp4mux", "qtdemux", "avdec_h264", "h264parse", "decodebin");
  MakeClip(File("me.mp4"), 10);
  EXPECT_EQ(Launch("filesrc location=" + File("me.mp4") +
                   " ! decodebin ! videoconvert ! selfiesegment background=#00ff00 ! x264enc "
                   "speed-preset=ultrafast ! mp4mux ! filesink location=" +
                   File("green.mp4")),
            "");
  EXPECT_GT(std::filesystem::file_size(File("green.mp4")), 1000u);
}

// The frame after a seek is that of a stream that begins there.
TEST_F(GstPipelines, Seek) {
  NEED_ELEMENTS("x264enc", "mp4mux", "qtdemux", "avdec_h264", "h264parse", "decodebin");
  MakeClip(File("me.mp4"), 30);
  GstElement* pipeline = gst_parse_launch(
      ("filesrc location=" + File("me.mp4") + " ! decodebin ! " + kGreenScreen).c_str(), nullptr);
  GstElement* out = gst_bin_get_by_name(GST_BIN(pipeline), "out");
  g_object_set(out, "sync", FALSE, nullptr);
  gst_element_set_state(pipeline, GST_STATE_PLAYING);
  for (const int frame : {20, 3, 25, 0}) {
    // Not kept: appsink writes caps into a sample that it has given away.
    ASSERT_NE(OwnedSample(gst_app_sink_try_pull_sample(GST_APP_SINK(out), 10 * GST_SECOND)),
              nullptr);
    ASSERT_TRUE(gst_element_seek_simple(pipeline, GST_FORMAT_TIME,
                                        GstSeekFlags(GST_SEEK_FLAG_FLUSH | GST_SEEK_FLAG_ACCURATE),
                                        frame * gint64(kFrameTime)));
    const OwnedSample after(gst_app_sink_try_pull_sample(GST_APP_SINK(out), 10 * GST_SECOND));
    ASSERT_NE(after, nullptr);
    EXPECT_TRUE(IsGreen(PixelOf(after, 5, 5)));
  }
  gst_element_set_state(pipeline, GST_STATE_NULL);
  gst_object_unref(out);
  gst_object_unref(pipeline);
}

TEST_F(GstPipelines, PicturesAsBackground) {
  NEED_ELEMENTS("pngenc", "pngdec", "jpegenc", "jpegdec", "decodebin");
  for (const char* name : {"beach.png", "beach.jpg"}) {
    MakePicture(File(name), 0x3060C0);
    const auto samples = Send("appsrc name=in ! selfiesegment background=" + File(name) +
                                  " ! video/x-raw,format=RGBx ! appsink name=out",
                              1);
    ASSERT_EQ(samples.size(), 1u);
    const Rgb corner = PixelOf(samples[0], 5, 5);
    EXPECT_NEAR(corner.red, 0x30, 4) << name;
    EXPECT_NEAR(corner.green, 0x60, 4) << name;
    EXPECT_NEAR(corner.blue, 0xC0, 4) << name;
  }
}

TEST_F(GstPipelines, SoundIsNoBackground) {
  NEED_ELEMENTS("wavenc", "wavparse", "decodebin");
  ASSERT_EQ(Launch("audiotestsrc num-buffers=20 ! wavenc ! filesink location=" + File("a.wav")),
            "");
  Element element;
  element.Set("background", File("a.wav"));
  EXPECT_NE(element.NextMessage(GST_MESSAGE_WARNING).find("there is no picture in it"),
            std::string::npos);
}

// Pulled by one thread while another changes everything.
TEST_F(GstPipelines, PropertiesOfAPlayingPipeline) {
  GstElement* pipeline = gst_parse_launch(
      "videotestsrc num-buffers=60 ! video/x-raw,format=RGBx,width=96,height=64 ! videoconvert ! "
      "selfiesegment name=s ! videoconvert ! video/x-raw,format=RGBA ! fakesink s.mask ! queue ! "
      "fakesink async=false",
      nullptr);
  GstElement* element = gst_bin_get_by_name(GST_BIN(pipeline), "s");
  gst_element_set_state(pipeline, GST_STATE_PLAYING);
  GstBus* bus = gst_element_get_bus(pipeline);
  GstMessage* end = nullptr;
  const std::pair<const char*, const char*> kValues[] = {{"background", "#ff0000"},
                                                         {"quality", "fast"},
                                                         {"background", "blur:9"},
                                                         {"emit", "alpha"},
                                                         {"threads", "2"},
                                                         {"emit", "matte"},
                                                         {"grow", "2"},
                                                         {"emit", "composite"},
                                                         {"background", "none"},
                                                         {"invert", "true"},
                                                         {"model", "general"},
                                                         {"threshold", "0.4:0.6"},
                                                         {"background", "keep"},
                                                         {"smoothing", "0"},
                                                         {"tracking", "false"},
                                                         {"quality", "best"},
                                                         {"delay-match", "false"},
                                                         {"quality", "balanced"}};
  for (int i = 0; end == nullptr && i < 20000; ++i) {
    const auto& [name, value] = kValues[size_t(i) % std::size(kValues)];
    gst_util_set_object_arg(G_OBJECT(element), name, value);
    end = gst_bus_timed_pop_filtered(bus, 3 * GST_MSECOND,
                                     GstMessageType(GST_MESSAGE_EOS | GST_MESSAGE_ERROR));
  }
  EXPECT_EQ(EndOf(end), "");
  gst_object_unref(bus);
  gst_element_set_state(pipeline, GST_STATE_NULL);
  gst_object_unref(element);
  gst_object_unref(pipeline);
}

// What GStreamer's leaks tracer, which the test's main() starts, saw.
class Leaks {
 public:
  Leaks() {
    GList* tracers = gst_tracing_get_active_tracers();
    for (GList* each = tracers; each != nullptr; each = each->next) {
      if (g_strcmp0(G_OBJECT_TYPE_NAME(each->data), "GstLeaksTracer") != 0) continue;
      tracer_ = GST_OBJECT(gst_object_ref(each->data));
    }
    g_list_free_full(tracers, gst_object_unref);
    EXPECT_NE(tracer_, nullptr);
    g_signal_emit_by_name(tracer_, "activity-start-tracking");
  }
  ~Leaks() {
    g_signal_emit_by_name(tracer_, "activity-stop-tracking");
    gst_object_unref(tracer_);
  }

  // All objects that came since and did not go. A thread that ends may hold one for a moment.
  std::vector<std::string> Left() {
    std::vector<std::string> left = LeftNow();
    for (int i = 0; i < 100 && !left.empty(); ++i) {
      g_usleep(20'000);
      left = LeftNow();
    }
    return left;
  }

 private:
  // The tracer tells what came and went since it was asked last.
  std::vector<std::string> LeftNow() {
    GstStructure* seen = nullptr;
    g_signal_emit_by_name(tracer_, "activity-get-checkpoint", &seen);
    Count(seen, "objects-created-list", 1);
    Count(seen, "objects-removed-list", -1);
    gst_structure_free(seen);
    std::vector<std::string> left;
    for (const auto& [object, count] : alive_) {
      if (count > 0) left.push_back(object);
    }
    return left;
  }

  void Count(const GstStructure* seen, const char* name, int step) {
    const GValue* list = gst_structure_get_value(seen, name);
    for (guint i = 0; i < gst_value_list_get_size(list); ++i) {
      const GstStructure* object = gst_value_get_structure(gst_value_list_get_value(list, i));
      gchar* address = gst_value_serialize(gst_structure_get_value(object, "address"));
      alive_[std::string(gst_structure_get_string(object, "type-name")) + " " + address] += step;
      g_free(address);
    }
  }

  GstObject* tracer_ = nullptr;
  std::map<std::string, int> alive_;  // by type and address
};

TEST_F(GstPipelines, LeakNothing) {
  NEED_ELEMENTS("pngenc", "pngdec", "decodebin");
  MakePicture(File("beach.png"), 0x3060C0);
  const auto run = [&] {
    Element refused("background=/no/such/file");
    EXPECT_EQ(Launch("videotestsrc num-buffers=5 ! video/x-raw,width=64,height=48 ! selfiesegment "
                     "name=s background=" +
                     File("beach.png") +
                     " ! fakesink s.mask ! queue ! fakesink async=false videotestsrc num-buffers=3 "
                     "! video/x-raw,format=RGB ! selfiesegment emit=alpha ! fakesink"),
              "");
  };
  run();  // what is made once stays
  Leaks leaks;
  run();
  EXPECT_EQ(leaks.Left(), std::vector<std::string>());
  GstCaps* held = gst_caps_from_string("video/x-raw,held=true");
  EXPECT_EQ(leaks.Left().size(), 1u);  // the tracer sees what is held
  gst_caps_unref(held);
}

}  // namespace
}  // namespace selfieseg::gst
