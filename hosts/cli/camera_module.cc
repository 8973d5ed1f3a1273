#include "cli/camera_module.h"

#include <string>

#include "cli/failure.h"
#include "cli/load_module.h"

namespace selfieseg::cli {

void RunCamera(const camera::Job& job) {
  constexpr const char* kModule = "selfieseg-camera.so";
  constexpr const char* kPackages =
      "install libgstreamer1.0-0 libpipewire-0.3-0 gstreamer1.0-plugins-base "
      "gstreamer1.0-plugins-good gstreamer1.0-pipewire";
  const auto* module = static_cast<const camera::Module*>(
      LoadModule(kModule, "selfieseg_camera_module",
                 {.absent = std::string("a camera needs ") + kModule +
                            ", which is not installed; it is built where "
                            "libgstreamer-plugins-base1.0-dev and libpipewire-0.3-dev are",
                  .not_loaded = kPackages}));
  if (module->edge_size != camera::EdgeSize()) {
    throw FileFailure(kModule, "belongs to another version of this tool");
  }
  std::string fault;
  if (!module->run(job, &fault)) throw Failure(fault);
}

}  // namespace selfieseg::cli
