#include "gst/element_test.h"

#include <cstdlib>
#include <sstream>

#include "tests/somebody.h"

namespace selfieseg::gst {

std::string CapsText(const std::string& format, int width, int height) {
  return "video/x-raw,format=" + format + ",width=" + std::to_string(width) +
         ",height=" + std::to_string(height) + ",framerate=25/1";
}

GstVideoInfo InfoOf(const std::string& format, int width, int height) {
  GstVideoInfo info;
  GstCaps* caps = gst_caps_from_string(CapsText(format, width, height).c_str());
  EXPECT_TRUE(gst_video_info_from_caps(&info, caps));
  gst_caps_unref(caps);
  return info;
}

OwnedBuffer NewFrame(const GstVideoInfo& info, int number, int moved) {
  const int width = GST_VIDEO_INFO_WIDTH(&info), height = GST_VIDEO_INFO_HEIGHT(&info);
  GstVideoInfo rgb_info;
  gst_video_info_set_format(&rgb_info, GST_VIDEO_FORMAT_RGB, guint(width), guint(height));
  rgb_info.fps_n = info.fps_n, rgb_info.fps_d = info.fps_d;
  const OwnedBuffer rgb(gst_buffer_new_allocate(nullptr, rgb_info.size, nullptr));
  OwnedBuffer made(gst_buffer_new_allocate(nullptr, info.size, nullptr));
  gst_buffer_memset(made.get(), 0, 0, info.size);

  GstVideoFrame from, to;
  gst_video_frame_map(&from, &rgb_info, rgb.get(), GST_MAP_WRITE);
  for (int y = 0; y < height; ++y) {
    uint8_t* row = static_cast<uint8_t*>(GST_VIDEO_FRAME_PLANE_DATA(&from, 0)) +
                   y * GST_VIDEO_FRAME_PLANE_STRIDE(&from, 0);
    for (int x = 0; x < width; ++x) DrawSomebody(x - moved, y, width, height, &row[3 * x]);
  }
  gst_video_frame_unmap(&from);
  gst_video_frame_map(&from, &rgb_info, rgb.get(), GST_MAP_READ);
  gst_video_frame_map(&to, const_cast<GstVideoInfo*>(&info), made.get(), GST_MAP_WRITE);
  GstVideoConverter* converter =
      gst_video_converter_new(&rgb_info, const_cast<GstVideoInfo*>(&info), nullptr);
  gst_video_converter_frame(converter, &from, &to);
  gst_video_converter_free(converter);
  gst_video_frame_unmap(&to);
  gst_video_frame_unmap(&from);

  GST_BUFFER_PTS(made.get()) = GstClockTime(number) * kFrameTime;
  GST_BUFFER_DURATION(made.get()) = kFrameTime;
  return made;
}

Bytes BytesOf(GstBuffer* buffer) {
  Bytes bytes(gst_buffer_get_size(buffer));
  gst_buffer_extract(buffer, 0, bytes.data(), bytes.size());
  return bytes;
}

Rgb PixelOf(GstBuffer* buffer, const GstVideoInfo& info, int x, int y) {
  GstVideoFrame frame;
  EXPECT_TRUE(gst_video_frame_map(&frame, const_cast<GstVideoInfo*>(&info), buffer, GST_MAP_READ));
  int number[3];
  for (guint c = 0; c < 3; ++c) {
    number[c] = static_cast<const uint8_t*>(
        GST_VIDEO_FRAME_COMP_DATA(&frame, c))[y * GST_VIDEO_FRAME_COMP_STRIDE(&frame, c) +
                                              x * GST_VIDEO_FRAME_COMP_PSTRIDE(&frame, c)];
  }
  gst_video_frame_unmap(&frame);
  return {number[0], number[1], number[2]};
}

bool IsGreen(const Rgb& pixel) { return pixel.red < 40 && pixel.green > 215 && pixel.blue < 40; }

selfieseg_options UsualOptions(float ramp_low, float ramp_high) {
  selfieseg_options options = selfieseg_default_options();
  options.smoothing = 1;
  options.tracking = 1;
  options.ramp_low = ramp_low, options.ramp_high = ramp_high;
  return options;
}

Element::Element(const std::string& properties)
    : element_(gst_element_factory_make("selfiesegment", nullptr)), bus_(gst_bus_new()) {
  gst_element_set_bus(element_, bus_);
  std::istringstream words(properties);
  for (std::string word; words >> word;) {
    const size_t equals = word.find('=');
    Set(word.substr(0, equals), word.substr(equals + 1));
  }
  harness_ = gst_harness_new_with_element(element_, "sink", "src");
}

Element::~Element() {
  gst_harness_teardown(harness_);
  gst_element_set_bus(element_, nullptr);
  gst_object_unref(bus_);
  gst_object_unref(element_);
}

void Element::Set(const std::string& name, const std::string& value) {
  gst_util_set_object_arg(G_OBJECT(element_), name.c_str(), value.c_str());
}

std::string Element::Get(const std::string& name) const {
  GValue value = G_VALUE_INIT;
  g_object_get_property(G_OBJECT(element_), name.c_str(), &value);
  gchar* text = gst_value_serialize(&value);
  const std::string result = G_VALUE_HOLDS_STRING(&value) ? g_value_get_string(&value) : text;
  g_free(text);
  g_value_unset(&value);
  return result;
}

OwnedBuffer Element::Work(OwnedBuffer frame) {
  return Push(std::move(frame)) == GST_FLOW_OK ? Pull() : nullptr;
}

GstVideoInfo Element::OutputInfo() const {
  GstVideoInfo info;
  GstCaps* caps = gst_pad_get_current_caps(harness_->sinkpad);
  EXPECT_TRUE(caps != nullptr && gst_video_info_from_caps(&info, caps));
  if (caps != nullptr) gst_caps_unref(caps);
  return info;
}

std::string Element::NextMessage(GstMessageType type) {
  GstMessage* message = gst_bus_pop_filtered(bus_, type);
  if (message == nullptr) return "";
  GError* error = nullptr;
  if (type == GST_MESSAGE_WARNING) {
    gst_message_parse_warning(message, &error, nullptr);
  } else {
    gst_message_parse_error(message, &error, nullptr);
  }
  const std::string text = error->message;
  g_error_free(error);
  gst_message_unref(message);
  return text;
}

namespace {

TEST(GstElementTest, PropertiesKeepWhatTheyAreTold) {
  struct Case {
    const char *name, *standard, *other;
  };
  Element element;
  for (const Case& c : {Case{"background", "blur", "blur:20.5"},
                        {"background", "blur:20.5", "#00b140"},
                        {"fit", "fill", "center"},
                        {"light-wrap", "0", "0.5"},
                        {"emit", "composite", "matte"},
                        {"model", "auto", "landscape"},
                        {"quality", "balanced", "fast"},
                        {"threshold", "auto", "0.3:0.7"},
                        {"smoothing", "1", "0.5"},
                        {"tracking", "true", "false"},
                        {"grow", "0", "-3"},
                        {"invert", "false", "true"},
                        {"delay-match", "true", "false"},
                        {"threads", "1", "2"}}) {
    EXPECT_EQ(element.Get(c.name), c.standard) << c.name;
    element.Set(c.name, c.other);
    EXPECT_EQ(element.Get(c.name), c.other) << c.name;
  }
  EXPECT_EQ(element.NextMessage(GST_MESSAGE_WARNING), "");
}

}  // namespace
}  // namespace selfieseg::gst
