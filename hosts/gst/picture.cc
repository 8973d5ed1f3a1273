// A pipeline of its own, with a bus of its own, that only goes to PAUSED: its sink then holds the
// first picture. Nothing of it is seen from outside.
#include "gst/picture.h"

#include <gst/gst.h>
#include <gst/video/video.h>

#include <cstring>
#include <filesystem>
#include <system_error>
#include <utility>
#include <vector>

namespace selfieseg::gst {
namespace {

constexpr GstClockTime kMostTime = 10 * GST_SECOND;
constexpr int64_t kMostPixels = 100'000'000;  // as the command line tool

template <class Object>
struct Unref {
  void operator()(Object* object) const { gst_object_unref(object); }
};
template <class Object>
using Owned = std::unique_ptr<Object, Unref<Object>>;

// Stops a pipeline whatever happens.
struct StopAndUnref {
  void operator()(GstElement* pipeline) const {
    gst_element_set_state(pipeline, GST_STATE_NULL);
    gst_object_unref(pipeline);
  }
};

void PostRefusal(GstElement* element, const char* sentence) {
  GError* error = g_error_new_literal(GST_STREAM_ERROR, GST_STREAM_ERROR_FAILED, sentence);
  gst_element_post_message(element, gst_message_new_error(GST_OBJECT(element), error, nullptr));
  g_error_free(error);
}

// Looks at the size that a file's header tells, before anything is decoded.
gboolean OnCaps(GstElement* decoder, GstPad*, GstCaps* caps, gpointer) {
  int width = 0, height = 0;
  const GstStructure* structure = gst_caps_get_structure(caps, 0);
  if (gst_structure_get_int(structure, "width", &width) &&
      gst_structure_get_int(structure, "height", &height) &&
      int64_t(width) * height > kMostPixels) {
    PostRefusal(decoder, "it has more than 100 million pixels");
  }
  return TRUE;
}

void OnNoMorePads(GstElement* decoder, gpointer sink) {
  Owned<GstPad> pad(gst_element_get_static_pad(GST_ELEMENT(sink), "sink"));
  if (!gst_pad_is_linked(pad.get())) PostRefusal(decoder, "there is no picture in it");
}

std::string WhyNot(GstMessage* message) {
  if (message == nullptr) return "it took too long to decode";
  GError* error = nullptr;
  gst_message_parse_error(message, &error, nullptr);
  const std::string why = error->message;
  g_error_free(error);
  return why;
}

std::shared_ptr<const live::Picture> CopyOf(GstSample* sample) {
  GstVideoInfo info;
  GstVideoFrame frame;
  if (!gst_video_info_from_caps(&info, gst_sample_get_caps(sample)) ||
      !gst_video_frame_map(&frame, &info, gst_sample_get_buffer(sample), GST_MAP_READ)) {
    return nullptr;
  }
  const std::unique_ptr<GstVideoFrame, void (*)(GstVideoFrame*)> unmap(&frame,
                                                                       gst_video_frame_unmap);
  const int width = GST_VIDEO_FRAME_WIDTH(&frame), height = GST_VIDEO_FRAME_HEIGHT(&frame);
  if (int64_t(width) * height > kMostPixels) return nullptr;
  const size_t row = size_t(width) * 3;
  std::vector<uint8_t> rgb(row * size_t(height));
  for (int y = 0; y < height; ++y) {
    std::memcpy(&rgb[size_t(y) * row],
                static_cast<const uint8_t*>(GST_VIDEO_FRAME_PLANE_DATA(&frame, 0)) +
                    size_t(y) * size_t(GST_VIDEO_FRAME_PLANE_STRIDE(&frame, 0)),
                row);
  }
  return std::make_shared<live::Picture>(
      live::Picture{std::move(rgb), SELFIESEG_RGB, width, height});
}

}  // namespace

std::shared_ptr<const live::Picture> ReadPicture(const std::string& path) {
  const auto refuse = [&](const std::string& why) {
    return Refusal("cannot show '" + path + "': " + why +
                   "; give the path of a picture, such as /home/me/beach.jpg");
  };
  std::error_code ignored;
  if (!std::filesystem::exists(path, ignored)) throw refuse("there is no such file");
  if (!std::filesystem::is_regular_file(path, ignored)) throw refuse("it is no file");

  GstElementFactory* flip = gst_element_factory_find("videoflip");  // turns it upright
  const std::string launch =
      std::string("filesrc name=file ! decodebin name=decoder ! videoconvert name=converter ! ") +
      (flip != nullptr ? "videoflip video-direction=auto ! " : "") +
      "video/x-raw,format=RGB ! fakesink name=sink";
  if (flip != nullptr) gst_object_unref(flip);
  GError* error = nullptr;
  std::unique_ptr<GstElement, StopAndUnref> pipeline(gst_parse_launch(launch.c_str(), &error));
  if (error != nullptr) {
    const std::string why = error->message;
    g_error_free(error);
    throw refuse(why + " (is gstreamer1.0-plugins-base installed?)");
  }
  const auto part = [&](const char* name) {
    return Owned<GstElement>(gst_bin_get_by_name(GST_BIN(pipeline.get()), name));
  };
  const auto decoder = part("decoder"), converter = part("converter"), sink = part("sink");
  g_object_set(part("file").get(), "location", path.c_str(), nullptr);
  g_signal_connect(decoder.get(), "autoplug-continue", G_CALLBACK(OnCaps), nullptr);
  g_signal_connect(decoder.get(), "no-more-pads", G_CALLBACK(OnNoMorePads), converter.get());

  gst_element_set_state(pipeline.get(), GST_STATE_PAUSED);
  const Owned<GstBus> bus(gst_element_get_bus(pipeline.get()));
  const std::unique_ptr<GstMessage, void (*)(GstMessage*)> message(
      gst_bus_timed_pop_filtered(bus.get(), kMostTime,
                                 GstMessageType(GST_MESSAGE_ASYNC_DONE | GST_MESSAGE_ERROR)),
      [](GstMessage* m) { gst_message_unref(m); });
  if (message == nullptr || GST_MESSAGE_TYPE(message.get()) == GST_MESSAGE_ERROR) {
    throw refuse(WhyNot(message.get()));
  }
  GstSample* sample = nullptr;
  g_object_get(sink.get(), "last-sample", &sample, nullptr);
  if (sample == nullptr) throw refuse("there is no picture in it");
  const std::unique_ptr<GstSample, void (*)(GstSample*)> unref(
      sample, [](GstSample* s) { gst_sample_unref(s); });
  auto picture = CopyOf(sample);
  if (picture == nullptr) throw refuse("it has more than 100 million pixels");
  return picture;
}

}  // namespace selfieseg::gst
