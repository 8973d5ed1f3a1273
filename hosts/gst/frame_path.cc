#include "gst/frame_path.h"

#include <exception>
#include <new>

#include "gst/caps.h"
#include "gst/mapped_frame.h"

namespace selfieseg::gst {
namespace {

// A jump in time from here on is another scene; a frame that was lost is not.
constexpr GstClockTimeDiff kLongestGap = GST_SECOND / 2;

constexpr const char* kBadBuffer = "A buffer does not hold the frame that its caps promise.";

}  // namespace

GstFlowReturn Fail(GstElement* element, const char* sentence) {
  GST_ELEMENT_ERROR(element, STREAM, FAILED, ("%s", sentence), ("The frame is not shown."));
  return GST_FLOW_ERROR;
}

void FramePath::Learn(const Settings& settings, uint64_t version) {
  settings_ = settings;
  version_ = version;
}

bool FramePath::Agree(GstVideoFormat in, GstVideoFormat out) {
  emit_ = AgreedEmit(settings_.Wanted(), in, out);
  return in == out && emit_ != Emit::kMatte;
}

// After a jump the frames before are forgotten. Where only some are missing, as behind a queue that
// drops them, they are still worth something.
void FramePath::Notice(const GstBuffer& buffer, bool is_discont) {
  const GstClockTime time = GST_BUFFER_PTS(&buffer);
  const bool known = GST_CLOCK_TIME_IS_VALID(time) && GST_CLOCK_TIME_IS_VALID(next_time_);
  const GstClockTimeDiff gap = known ? GST_CLOCK_DIFF(next_time_, time) : 0;
  if (is_discont && (!known || gap < -kLongestGap || gap > kLongestGap)) forget_ = true;
  next_time_ = time;
  if (GST_CLOCK_TIME_IS_VALID(time) && GST_BUFFER_DURATION_IS_VALID(&buffer)) {
    next_time_ += GST_BUFFER_DURATION(&buffer);
  }
}

GstFlowReturn FramePath::Work(GstVideoFilter* filter, GstBuffer* buffer) {
  const MappedFrame frame(filter->in_info, buffer, GST_MAP_READWRITE);
  if (!frame.ok()) return Fail(GST_ELEMENT(filter), kBadBuffer);
  return Render(filter, frame.frame(), frame.View(), *buffer);
}

GstFlowReturn FramePath::Work(GstVideoFilter* filter, GstBuffer* input, GstBuffer* output) {
  const MappedFrame in(filter->in_info, input, GST_MAP_READ);
  const MappedFrame out(filter->out_info, output, GST_MAP_WRITE);
  if (!in.ok() || !out.ok()) return Fail(GST_ELEMENT(filter), kBadBuffer);
  return Render(filter, in.frame(), out.View(), *input);
}

GstFlowReturn FramePath::Render(GstVideoFilter* filter, const GstVideoFrame& in,
                                const selfieseg_image& out, const GstBuffer& frame) {
  GstElement* element = GST_ELEMENT(filter);
  GstFlowReturn flow = GST_FLOW_OK;
  GstBuffer* mask = mask_.NewBuffer(GST_BASE_TRANSFORM_SINK_PAD(filter), filter->in_info, &flow);
  if (flow == GST_FLOW_ERROR) return Fail(element, "There is no memory for the mask.");
  if (flow != GST_FLOW_OK) return flow;
  try {
    renderer_.Prepare(settings_, emit_, out.width, out.height);
    if (forget_.exchange(false)) renderer_.Reset();
    if (mask == nullptr) {
      renderer_.Render(in, out, nullptr);
      return GST_FLOW_OK;
    }
    const MappedFrame pixels(mask_.info(), mask, GST_MAP_WRITE);
    if (!pixels.ok()) throw std::bad_alloc();
    const selfieseg_image matte = pixels.View();
    renderer_.Render(in, out, &matte);
  } catch (const std::exception& error) {
    gst_clear_buffer(&mask);
    return Fail(element, error.what());
  }
  return mask_.Push(mask, frame);
}

void FramePath::Stop() {
  mask_.Stop();
  forget_ = true;
  next_time_ = GST_CLOCK_TIME_NONE;
}

}  // namespace selfieseg::gst
