#include "gst/pipeline_test.h"

#include <gst/app/gstappsink.h>
#include <gst/app/gstappsrc.h>

#include <filesystem>

namespace selfieseg::gst {
namespace {

constexpr GstClockTime kMostTime = 60 * GST_SECOND;

}  // namespace

std::string EndOf(GstMessage* message) {
  if (message == nullptr) return "it took too long";
  std::string text;
  if (GST_MESSAGE_TYPE(message) == GST_MESSAGE_ERROR) {
    GError* error = nullptr;
    gchar* more = nullptr;
    gst_message_parse_error(message, &error, &more);
    text = std::string(error->message) + " " + (more == nullptr ? "" : more);
    g_error_free(error);
    g_free(more);
  }
  gst_message_unref(message);
  return text;
}

std::string Play(GstElement* pipeline) {
  if (pipeline == nullptr) return "there is no pipeline";
  gst_element_set_state(pipeline, GST_STATE_PLAYING);
  GstBus* bus = gst_element_get_bus(pipeline);
  const std::string error = EndOf(gst_bus_timed_pop_filtered(
      bus, kMostTime, GstMessageType(GST_MESSAGE_ERROR | GST_MESSAGE_EOS)));
  gst_object_unref(bus);
  gst_element_set_state(pipeline, GST_STATE_NULL);
  gst_object_unref(pipeline);
  return error;
}

std::string Launch(const std::string& words) {
  GError* error = nullptr;
  GstElement* pipeline =
      gst_parse_launch_full(words.c_str(), nullptr, GST_PARSE_FLAG_FATAL_ERRORS, &error);
  if (error != nullptr) {
    const std::string text = error->message;
    g_error_free(error);
    return text;
  }
  return Play(pipeline);
}

std::vector<OwnedSample> Send(const std::string& launch, int frames, int width, int height) {
  std::vector<OwnedSample> samples;
  GError* wrong = nullptr;
  GstElement* pipeline = gst_parse_launch(launch.c_str(), &wrong);
  if (wrong != nullptr) {
    ADD_FAILURE() << wrong->message;
    g_error_free(wrong);
    return samples;
  }
  GstElement* in = gst_bin_get_by_name(GST_BIN(pipeline), "in");
  GstElement* out = gst_bin_get_by_name(GST_BIN(pipeline), "out");
  GstCaps* caps = gst_caps_from_string(CapsText("RGBx", width, height).c_str());
  g_object_set(in, "caps", caps, "format", GST_FORMAT_TIME, nullptr);
  gst_caps_unref(caps);
  g_object_set(out, "sync", FALSE, nullptr);
  gst_element_set_state(pipeline, GST_STATE_PLAYING);
  const GstVideoInfo info = InfoOf("RGBx", width, height);
  for (int number = 0; number < frames; ++number) {
    gst_app_src_push_buffer(GST_APP_SRC(in), NewFrame(info, number, number).release());
  }
  gst_app_src_end_of_stream(GST_APP_SRC(in));
  while (GstSample* sample = gst_app_sink_try_pull_sample(GST_APP_SINK(out), kMostTime)) {
    samples.emplace_back(sample);
  }
  GstBus* bus = gst_element_get_bus(pipeline);
  EXPECT_EQ(EndOf(gst_bus_timed_pop_filtered(bus, kMostTime,
                                             GstMessageType(GST_MESSAGE_ERROR | GST_MESSAGE_EOS))),
            "");  // of all branches
  gst_element_set_state(pipeline, GST_STATE_NULL);
  for (gpointer object : {gpointer(bus), gpointer(in), gpointer(out), gpointer(pipeline)}) {
    gst_object_unref(object);
  }
  return samples;
}

Rgb PixelOf(const OwnedSample& sample, int x, int y) {
  GstVideoInfo info;
  EXPECT_TRUE(gst_video_info_from_caps(&info, gst_sample_get_caps(sample.get())));
  return PixelOf(gst_sample_get_buffer(sample.get()), info, x, y);
}

std::string FirstAbsent(const std::vector<const char*>& elements) {
  for (const char* name : elements) {
    GstElementFactory* factory = gst_element_factory_find(name);
    if (factory == nullptr) return name;
    gst_object_unref(factory);
  }
  return "";
}

void MakeClip(const std::string& path, int frames) {
  Send(
      "appsrc name=in ! videoconvert ! x264enc speed-preset=ultrafast ! tee name=t ! queue ! "
      "mp4mux ! filesink location=" +
          path + " async=false t. ! queue ! appsink name=out async=false",
      frames);
  ASSERT_TRUE(std::filesystem::exists(path));
}

void MakePicture(const std::string& path, unsigned rgb) {
  const std::string encoder = path.ends_with(".png") ? "pngenc" : "jpegenc";
  ASSERT_EQ(Launch("videotestsrc num-buffers=1 pattern=solid-color foreground-color=" +
                   std::to_string(0xFF000000u | rgb) +
                   " ! video/x-raw,format=RGB,width=50,height=30 ! videoconvert ! " + encoder +
                   " ! filesink location=" + path),
            "");
}

}  // namespace selfieseg::gst
