#include "cli/camera_module.h"

#include <string>

#include "cli/failure.h"
#include "cli/load_module.h"

namespace selfieseg::cli {

void RunCamera(const camera::Job& job) {
  constexpr const char* kModule = "selfieseg-camera.so";
  const auto* module = static_cast<const camera::Module*>(LoadModule(
      kModule, "selfieseg_camera_module",
      std::string("a camera needs ") + kModule +
          ", which is not installed; it is built where libgstreamer-plugins-base1.0-dev and "
          "libpipewire-0.3-dev are"));
  if (module->edge_size != camera::EdgeSize()) {
    throw FileFailure(kModule, "belongs to another version of this tool");
  }
  std::string fault;
  if (!module->run(job, &fault)) throw Failure(fault);
}

}  // namespace selfieseg::cli
