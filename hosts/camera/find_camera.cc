// V4L2 devices first, as they say what they are; then PipeWire's nodes.
#include <fcntl.h>
#include <linux/videodev2.h>
#include <pipewire/pipewire.h>
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

// Asks PipeWire itself: GStreamer's monitor for its devices corrupts memory when it is started and
// stopped again and again, in 0.3.65.
class NodeFinder {
 public:
  // The name of the first node that is a camera, or "".
  std::string Find() {
    pw_init(nullptr, nullptr);
    loop_ = pw_main_loop_new(nullptr);
    pw_context* context = pw_context_new(pw_main_loop_get_loop(loop_), nullptr, 0);
    pw_core* core = context == nullptr ? nullptr : pw_context_connect(context, nullptr, 0);
    if (core != nullptr) Ask(core);
    if (core != nullptr) pw_core_disconnect(core);
    if (context != nullptr) pw_context_destroy(context);
    pw_main_loop_destroy(loop_);
    return found_;
  }

 private:
  void Ask(pw_core* core) {
    static const pw_core_events kCore = [] {
      pw_core_events events = {};
      events.version = PW_VERSION_CORE_EVENTS;
      events.done = [](void* self, uint32_t, int) { static_cast<NodeFinder*>(self)->End(); };
      events.error = [](void* self, uint32_t, int, int, const char*) {
        static_cast<NodeFinder*>(self)->End();
      };
      return events;
    }();
    static const pw_registry_events kRegistry = [] {
      pw_registry_events events = {};
      events.version = PW_VERSION_REGISTRY_EVENTS;
      events.global = [](void* self, uint32_t, uint32_t, const char* type, uint32_t,
                         const spa_dict* about) {
        static_cast<NodeFinder*>(self)->Note(type, about);
      };
      return events;
    }();
    spa_hook core_hook = {}, registry_hook = {};
    pw_core_add_listener(core, &core_hook, &kCore, this);
    pw_registry* registry = pw_core_get_registry(core, PW_VERSION_REGISTRY, 0);
    pw_registry_add_listener(registry, &registry_hook, &kRegistry, this);
    pw_core_sync(core, PW_ID_CORE, 0);  // answered when all nodes were told
    pw_main_loop_run(loop_);
    spa_hook_remove(&registry_hook);
    spa_hook_remove(&core_hook);
    pw_proxy_destroy(reinterpret_cast<pw_proxy*>(registry));
  }

  void End() { pw_main_loop_quit(loop_); }

  void Note(const std::string& type, const spa_dict* about) {
    if (type != PW_TYPE_INTERFACE_Node || about == nullptr || !found_.empty()) return;
    const char* kind = spa_dict_lookup(about, PW_KEY_MEDIA_CLASS);
    const char* name = spa_dict_lookup(about, PW_KEY_NODE_NAME);
    const bool camera = kind != nullptr && std::strcmp(kind, "Video/Source") == 0;
    if (camera && name != nullptr && std::strcmp(name, "selfieseg") != 0) found_ = name;
  }

  pw_main_loop* loop_ = nullptr;
  std::string found_;
};

}  // namespace

std::string FindCamera() {
  for (int number = 0; number < 64; ++number) {
    const std::string path = "/dev/video" + std::to_string(number);
    if (IsCamera(path)) return path;
  }
  const std::string node = NodeFinder().Find();
  if (node.empty()) {
    throw std::runtime_error(
        "no camera is found; see 'selfieseg camera doctor', or try --input test");
  }
  return "pipewire:" + node;
}

}  // namespace selfieseg::camera
