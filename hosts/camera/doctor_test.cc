// The doctor on machines made of files.
#include "camera/doctor.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>

#include "cli/sandbox.h"

namespace selfieseg::camera {
namespace {

namespace fs = std::filesystem;
using Files = std::map<std::string, std::string>;

constexpr const char* kCamera = "/sys/devices/pci/usb/video4linux/video0/name";
constexpr const char* kLoop = "/sys/devices/virtual/video4linux/video9/name";
constexpr const char* kSecureBoot =
    "/sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c";
const std::string kOn = std::string("\6\0\0\0\1", 5), kOff = std::string("\6\0\0\0\0", 5);

// Where nothing is missing.
Files Well() {
  return {{kCamera, "Webcam\n"},
          {kLoop, "selfieseg\n"},
          {"/dev/video0", ""},
          {"/dev/video9", ""},
          {"/usr/bin/pipewire", ""},
          {"/usr/bin/wireplumber", ""},
          {"/run/user/1000/pipewire-0", ""},
          {"/proc/77/comm", "wireplumber\n"},
          {"/proc/cpuinfo", ""},
          {"/usr/libexec/xdg-desktop-portal", ""},
          {"/proc/modules", "loop 1 1\nv4l2loopback 49152 0 - Live\n"},
          {"/sys/module/v4l2loopback/parameters/exclusive_caps", "Y,N,N\n"},
          {"/etc/modules-load.d/v.conf", "v4l2loopback\n"},
          {"/lib/modules/6.1/modules.dep", "updates/dkms/v4l2loopback.ko: videodev.ko\n"}};
}

// A machine with these files changed; an empty string after "-" takes one away.
std::vector<Finding> Examined(const Files& changes, const std::string& forbidden = "",
                              const std::string& runtime = "/run/user/1000",
                              const std::string& output = "/dev/video9") {
  const cli::Sandbox sandbox;
  Files files = Well();
  for (const auto& [path, text] : changes) {
    if (path.starts_with('-')) {
      files.erase(path.substr(1));
    } else {
      files[path] = text;
    }
  }
  const std::string root = sandbox.Path("root");
  for (const auto& [path, text] : files) {
    fs::create_directories(fs::path(root + path).parent_path());
    std::ofstream(root + path, std::ios::binary) << text;
    if (!path.ends_with("/name")) continue;
    const fs::path device = fs::path(root + path).parent_path();
    fs::create_directories(root + "/sys/class/video4linux");
    fs::create_directory_symlink(device,
                                 fs::path(root + "/sys/class/video4linux") / device.filename());
  }
  const Machine machine = {root, runtime, "6.1", [&](const std::string& path) {
                             return forbidden.empty() || !path.ends_with(forbidden);
                           }};
  return Examine(machine, output);
}

TEST(CameraDoctor, FindsNothingWrongWhereAllIsWell) {
  for (const Finding& finding : Examined({})) {
    EXPECT_EQ(finding.kind, Finding::Kind::kGood) << finding.what;
    EXPECT_EQ(finding.command, "");
  }
  EXPECT_EQ(Examined({})[0].what, "Camera: /dev/video0, Webcam.");
}

struct Case {
  const char* name;
  Files changes;
  const char *what, *command;
  const char* forbidden = "";
  const char* runtime = "/run/user/1000";
};

TEST(CameraDoctor, NamesWhatIsMissingAndTheCommandThatMendsIt) {
  const std::string not_loaded = "-/proc/modules";
  const Case kCases[] = {
      {"no camera", {{std::string("-") + kCamera, ""}}, "No camera is found", "lsusb"},
      {"camera's group", {}, "may not use /dev/video0", "usermod -aG video", "/dev/video0"},
      {"loopback's group", {}, "may not use /dev/video9", "usermod -aG video", "/dev/video9"},
      {"no file", {{"-/dev/video0", ""}}, "file is missing", "udevadm"},
      {"no session", {}, "XDG_RUNTIME_DIR", "", "", ""},
      {"no PipeWire", {{"-/usr/bin/pipewire", ""}}, "not installed", "apt install pipewire"},
      {"PipeWire is off", {{"-/run/user/1000/pipewire-0", ""}}, "does not run", "systemctl --user"},
      {"WirePlumber is off",
       {{"-/proc/77/comm", ""}},
       "WirePlumber does not run",
       "enable --now wireplumber"},
      {"no WirePlumber",
       {{"-/proc/77/comm", ""}, {"-/usr/bin/wireplumber", ""}},
       "WirePlumber is not installed",
       "apt install wireplumber"},
      {"no portal",
       {{"-/usr/libexec/xdg-desktop-portal", ""}},
       "portal, which is absent",
       "apt install xdg-desktop-portal"},
      {"not loaded",
       {{not_loaded, ""}},
       "not loaded",
       "modprobe v4l2loopback exclusive_caps=1 card_label=selfieseg"},
      {"Secure Boot",
       {{not_loaded, ""}, {kSecureBoot, kOn}},
       "Secure Boot is on",
       "mokutil --import"},
      {"blacklist",
       {{not_loaded, ""}, {"/etc/modprobe.d/a.conf", "blacklist v4l2loopback\n"}},
       "keeps it out",
       "grep -r"},
      {"not built",
       {{not_loaded, ""},
        {"/lib/modules/6.1/modules.dep", ""},
        {"/usr/src/v4l2loopback-0.12.7/dkms.conf", ""}},
       "not built for this kernel",
       "linux-headers-6.1"},
      {"not installed",
       {{not_loaded, ""}, {"/lib/modules/6.1/modules.dep", ""}},
       "not installed",
       "apt install v4l2loopback-dkms"},
      {"not exclusive",
       {{"/sys/module/v4l2loopback/parameters/exclusive_caps", "N,N\n"}},
       "without exclusive_caps=1",
       "modprobe -r v4l2loopback"},
      {"no device", {{std::string("-") + kLoop, ""}}, "has no device", "modprobe"},
      {"not after the next start",
       {{"-/etc/modules-load.d/v.conf", ""}},
       "after the next start",
       "modules-load.d"},
  };
  for (const Case& row : kCases) {
    SCOPED_TRACE(row.name);
    bool named = false;
    for (const Finding& finding : Examined(row.changes, row.forbidden, row.runtime)) {
      named |= finding.kind != Finding::Kind::kGood &&
               finding.what.find(row.what) != std::string::npos &&
               finding.command.find(row.command) != std::string::npos;
    }
    EXPECT_TRUE(named);
  }
}

TEST(CameraDoctor, SecureBootThatIsOffIsNotBlamed) {
  for (const Finding& finding : Examined({{"-/proc/modules", ""}, {kSecureBoot, kOff}})) {
    EXPECT_EQ(finding.what.find("Secure"), std::string::npos);
  }
}

TEST(CameraDoctor, WhatPipeWireDoesNotNeedIsOnlyANote) {
  for (const char* output : {"pipewire", "/dev/video9"}) {
    const auto findings = Examined({{"-/proc/modules", ""}}, "", "/run/user/1000", output);
    EXPECT_EQ(findings.back().kind,
              output[0] == 'p' ? Finding::Kind::kNote : Finding::Kind::kWrong);
  }
}

}  // namespace
}  // namespace selfieseg::camera
