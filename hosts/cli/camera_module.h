// Runs the camera, in the module that holds GStreamer, which is loaded when it is needed.
#pragma once

#include "camera/module.h"

namespace selfieseg::cli {

// Until it is told to stop. Throws Failure.
void RunCamera(const camera::Job& job);

}  // namespace selfieseg::cli
