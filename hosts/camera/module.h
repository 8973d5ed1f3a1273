// The edge between the tool and the module that holds GStreamer and PipeWire. Both sides are built
// together, and this is all that they share. Exceptions do not cross it.
#pragma once

#include <cstddef>
#include <string>

#include "camera/wishes.h"

namespace selfieseg::camera {

struct Job {
  Wishes wishes;
  std::string control_folder;                      // where the socket is made
  bool (*interrupted)() = nullptr;                 // asked some times a second
  void (*log)(const std::string& line) = nullptr;  // from any thread
};

// What the module exports under the name "selfieseg_camera_module".
struct Module {
  size_t edge_size;  // EdgeSize() of its build: another's does not fit
  // Runs until it is told to stop, or interrupted. False: it could not; `fault` says why.
  bool (*run)(const Job& job, std::string* fault);
};

constexpr size_t EdgeSize() { return sizeof(Module) + sizeof(Job); }

}  // namespace selfieseg::camera
