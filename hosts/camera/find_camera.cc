// V4L2 devices first, as they say what they are; then PipeWire's nodes.
#include <fcntl.h>
#include <gst/gst.h>
#include <linux/videodev2.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cstring>
#include <stdexcept>

#include "camera/input.h"

namespace selfieseg::camera {
namespace {

bool IsCamera(const std::string& path) {
  const int file = open(path.c_str(), O_RDWR | O_NONBLOCK | O_CLOEXEC);
  if (file < 0) return false;
  v4l2_capability can = {};
  const bool answers = ioctl(file, VIDIOC_QUERYCAP, &can) == 0;
  close(file);
  const uint32_t abilities =
      can.capabilities & V4L2_CAP_DEVICE_CAPS ? can.device_caps : can.capabilities;
  const bool loopback = std::strncmp(reinterpret_cast<const char*>(can.driver), "v4l2 loopback",
                                     sizeof(can.driver)) == 0;
  return answers && (abilities & V4L2_CAP_VIDEO_CAPTURE) != 0 && !loopback;
}

// The name of the first node of PipeWire that is a camera, or "".
std::string FindNode() {
  GstDeviceMonitor* monitor = gst_device_monitor_new();
  gst_device_monitor_add_filter(monitor, "Video/Source", nullptr);
  gst_device_monitor_start(monitor);
  GList* devices = gst_device_monitor_get_devices(monitor);
  std::string found;
  for (GList* item = devices; item != nullptr && found.empty(); item = item->next) {
    GstStructure* about = gst_device_get_properties(GST_DEVICE(item->data));
    if (about == nullptr) continue;
    const char* name = gst_structure_get_string(about, "node.name");
    if (name != nullptr && std::strcmp(name, "selfieseg") != 0) found = name;
    gst_structure_free(about);
  }
  g_list_free_full(devices, gst_object_unref);
  gst_device_monitor_stop(monitor);
  gst_object_unref(monitor);
  return found;
}

}  // namespace

std::string FindCamera() {
  for (int number = 0; number < 64; ++number) {
    const std::string path = "/dev/video" + std::to_string(number);
    if (IsCamera(path)) return path;
  }
  const std::string node = FindNode();
  if (node.empty()) {
    throw std::runtime_error(
        "no camera is found; see 'selfieseg camera doctor', or try --input test");
  }
  return "pipewire:" + node;
}

}  // namespace selfieseg::camera
