// A window, to see what others would see.
#include <gst/app/gstappsrc.h>
#include <gst/gst.h>

#include <cstring>
#include <stdexcept>

#include "camera/output.h"
#include "camera/pipeline.h"

namespace selfieseg::camera {
namespace {

class WindowOutput final : public Output {
 public:
  explicit WindowOutput(const Shape& shape)
      : pipeline_(
            "appsrc name=frames is-live=true do-timestamp=true format=time max-buffers=2 "
            "leaky-type=downstream caps=\"" +
            CapsText(shape) + "\" ! videoconvert ! autovideosink sync=false"),
        frames_(pipeline_.Find("frames")) {
    pipeline_.Play();
  }

  bool HasReader() override { return true; }
  bool KnowsReaders() const override { return false; }
  bool WasClosed() override {
    const std::string fault = pipeline_.Fault();
    if (fault.find("closed") != std::string::npos) return true;
    if (!fault.empty()) throw std::runtime_error("no window: " + fault);
    return false;
  }
  void Show(std::span<const uint8_t> frame) override {
    GstBuffer* buffer = gst_buffer_new_allocate(nullptr, frame.size(), nullptr);
    gst_buffer_fill(buffer, 0, frame.data(), frame.size());
    gst_app_src_push_buffer(GST_APP_SRC(frames_.get()), buffer);
  }

 private:
  Pipeline pipeline_;
  OwnedElement frames_;
};

}  // namespace

std::unique_ptr<Output> OpenWindow(const Shape& shape) {
  return std::make_unique<WindowOutput>(shape);
}

}  // namespace selfieseg::camera
