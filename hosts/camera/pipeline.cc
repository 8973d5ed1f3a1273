#include "camera/pipeline.h"

#include <stdexcept>

namespace selfieseg::camera {
namespace {

std::string Take(GError* error) {
  const std::string text = error->message;
  g_error_free(error);
  return text;
}

}  // namespace

std::string CapsText(const Shape& shape) {
  return "video/x-raw,format=YUY2,width=" + std::to_string(shape.width) +
         ",height=" + std::to_string(shape.height) + ",framerate=" + std::to_string(shape.rate) +
         "/1,pixel-aspect-ratio=1/1,colorimetry=bt601";
}

Pipeline::Pipeline(const std::string& words) {
  GError* error = nullptr;
  pipeline_.reset(
      gst_parse_launch_full(words.c_str(), nullptr, GST_PARSE_FLAG_FATAL_ERRORS, &error));
  if (error != nullptr) {
    throw std::runtime_error(Take(error) +
                             "; GStreamer's elements are in gstreamer1.0-plugins-base, "
                             "gstreamer1.0-plugins-good and gstreamer1.0-pipewire");
  }
  bus_.reset(gst_element_get_bus(pipeline_.get()));
}

Pipeline::~Pipeline() { gst_element_set_state(pipeline_.get(), GST_STATE_NULL); }

OwnedElement Pipeline::Find(const char* name) const {
  return OwnedElement(gst_bin_get_by_name(GST_BIN(pipeline_.get()), name));
}

void Pipeline::Play() { gst_element_set_state(pipeline_.get(), GST_STATE_PLAYING); }

bool Pipeline::Rewind() {
  ended_ = false;
  return gst_element_seek_simple(pipeline_.get(), GST_FORMAT_TIME,
                                 GstSeekFlags(GST_SEEK_FLAG_FLUSH | GST_SEEK_FLAG_KEY_UNIT), 0);
}

std::string Pipeline::Fault() {
  std::string fault;
  while (GstMessage* message = gst_bus_pop(bus_.get())) {
    if (GST_MESSAGE_TYPE(message) == GST_MESSAGE_EOS) ended_ = true;
    if (GST_MESSAGE_TYPE(message) == GST_MESSAGE_ERROR && fault.empty()) {
      GError* error = nullptr;
      gst_message_parse_error(message, &error, nullptr);
      fault = Take(error);
    }
    gst_message_unref(message);
  }
  return fault;
}

}  // namespace selfieseg::camera
