// What the tool says where the camera's module, or what that needs, is not installed.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "cli/sandbox.h"

namespace selfieseg::camera {
namespace {

TEST(CameraModule, WithoutItTheToolSaysWhatToInstallAndDoesAllElse) {
  const cli::Sandbox sandbox;
  const std::string tool = sandbox.Path("selfieseg");
  std::filesystem::copy_file(SELFIESEG_TOOL, tool);
  setenv("XDG_RUNTIME_DIR", sandbox.Path("run").c_str(), 1);
  const auto run = [&](std::vector<std::string> words) {
    words.insert(words.begin(), tool);
    return cli::Sandbox::Wait(sandbox.Start(words));
  };
  cli::Outcome outcome = run({"camera"});
  EXPECT_EQ(outcome.exit_code, 1);
  EXPECT_NE(outcome.err.find("libgstreamer-plugins-base1.0-dev"), std::string::npos) << outcome.err;

  std::ofstream(sandbox.Path("selfieseg-camera.so")) << "not what the system loads";
  outcome = run({"camera"});
  EXPECT_EQ(outcome.exit_code, 1);
  EXPECT_NE(outcome.err.find("install libgstreamer1.0-0"), std::string::npos) << outcome.err;

  EXPECT_EQ(run({"info"}).exit_code, 0);
  EXPECT_NE(run({"camera", "doctor"}).out, "");
  EXPECT_NE(run({"camera", "status"}).err.find("no camera runs"), std::string::npos);
}

}  // namespace
}  // namespace selfieseg::camera
