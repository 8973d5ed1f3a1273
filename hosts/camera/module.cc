// The module's edge: starts GStreamer with our element in it, so that no folder of plugins matters.
#include "camera/module.h"

#include <gst/gst.h>

#include <exception>

#include "camera/camera.h"
#include "camera/control.h"
#include "gst/segment.h"

namespace selfieseg::camera {
namespace {

bool Run(const Job& job, std::string* fault) try {
  GError* error = nullptr;
  if (!gst_init_check(nullptr, nullptr, &error)) {
    *fault = std::string("GStreamer does not start: ") + error->message;
    g_error_free(error);
    return false;
  }
  gst_element_register(nullptr, "selfiesegment", GST_RANK_NONE, gst::SegmentType());
  Camera camera(job);
  const ControlServer control(
      job.control_folder, [&](const nlohmann::json& request) { return camera.Answer(request); });
  camera.Run();
  return true;
} catch (const std::exception& exception) {
  *fault = exception.what();
  return false;
}

}  // namespace
}  // namespace selfieseg::camera

extern "C" __attribute__((visibility("default")))
const selfieseg::camera::Module selfieseg_camera_module = {selfieseg::camera::EdgeSize(),
                                                           selfieseg::camera::Run};
