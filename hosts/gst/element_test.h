// For tests: the element in a harness, frames with somebody in them, and what the library makes of
// them when it is asked directly.
#pragma once

#include <gst/check/gstharness.h>
#include <gst/video/video.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "selfieseg/selfieseg.hpp"

namespace selfieseg::gst {

using Bytes = std::vector<uint8_t>;

struct UnrefBuffer {
  void operator()(GstBuffer* buffer) const { gst_buffer_unref(buffer); }
};
using OwnedBuffer = std::unique_ptr<GstBuffer, UnrefBuffer>;

inline constexpr int kWidth = 160, kHeight = 120;
inline constexpr GstClockTime kFrameTime = GST_SECOND / 25;

// "video/x-raw,format=NV12,..." of 25 frames a second.
std::string CapsText(const std::string& format, int width = kWidth, int height = kHeight);
GstVideoInfo InfoOf(const std::string& format, int width = kWidth, int height = kHeight);

// Somebody before a wall, moved right by some pixels; frame `number` of the stream.
OwnedBuffer NewFrame(const GstVideoInfo& info, int number = 0, int moved = 0);

Bytes BytesOf(GstBuffer* buffer);
// Red, green, blue of a pixel of an RGB-like buffer.
struct Rgb {
  int red, green, blue;
  bool operator==(const Rgb&) const = default;
};
Rgb PixelOf(GstBuffer* buffer, const GstVideoInfo& info, int x, int y);
bool IsGreen(const Rgb& pixel);  // as #00ff00, after any number of conversions

// What the element opens its session with when no property is set.
selfieseg_options UsualOptions(float ramp_low = 0.2f, float ramp_high = 0.8f);

// The element in a harness, with a bus of its own.
class Element {
 public:
  // Properties as "name=value name=value".
  explicit Element(const std::string& properties = "");
  Element(const Element&) = delete;
  Element& operator=(const Element&) = delete;
  ~Element();

  void Set(const std::string& name, const std::string& value);
  std::string Get(const std::string& name) const;
  void SetCaps(const std::string& in) { gst_harness_set_src_caps_str(harness_, in.c_str()); }

  GstFlowReturn Push(OwnedBuffer frame) { return gst_harness_push(harness_, frame.release()); }
  OwnedBuffer Pull() { return OwnedBuffer(gst_harness_try_pull(harness_)); }
  // What comes out for a frame; null if nothing does.
  OwnedBuffer Work(OwnedBuffer frame);
  GstVideoInfo OutputInfo() const;

  // The sentence of the next warning or error on the bus; "" if there is none.
  std::string NextMessage(GstMessageType type);

  GstElement* element() const { return element_; }
  GstHarness* harness() const { return harness_; }

 private:
  GstElement* element_;
  GstHarness* harness_;
  GstBus* bus_;
};

}  // namespace selfieseg::gst
