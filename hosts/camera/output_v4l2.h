// Writes frames to a device of v4l2loopback. What the system does is a table of functions, so that
// tests can be the device.
#pragma once

#include <sys/types.h>

#include "camera/output.h"

namespace selfieseg::camera {

struct V4l2System {
  int (*open)(const char* path, int flags);
  int (*ioctl)(int file, unsigned long request, void* value);
  ssize_t (*write)(int file, const void* bytes, size_t count);
  int (*close)(int file);
  int (*handles)();  // that are open, of all devices of v4l2loopback; -1: not known
};

std::unique_ptr<Output> OpenV4l2(const std::string& device, const Shape& shape,
                                 const V4l2System& system);

}  // namespace selfieseg::camera
