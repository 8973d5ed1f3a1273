#include "camera/doctor.h"

#include <sys/utsname.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace selfieseg::camera {
namespace {

namespace fs = std::filesystem;
using Kind = Finding::Kind;

constexpr const char* kModprobe =
    "sudo modprobe v4l2loopback exclusive_caps=1 card_label=selfieseg";
// Of the UEFI variable: four bytes of attributes, then 1 if it is on.
constexpr const char* kSecureBoot =
    "/sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c";

class Doctor {
 public:
  Doctor(const Machine& machine, bool needs_loopback)
      : machine_(machine), needs_loopback_(needs_loopback) {}

  std::vector<Finding> Examine() {
    LookForCameras();
    LookForPipeWire();
    LookForPortal();
    LookForLoopback();
    return std::move(findings_);
  }

 private:
  void Say(Kind kind, const std::string& what, const std::string& command = "") {
    findings_.push_back({kind, what, command});
  }
  bool Exists(const std::string& path) const {
    std::error_code ignored;
    return fs::exists(machine_.root + path, ignored);
  }
  std::string Read(const std::string& path) const {
    std::ifstream file(machine_.root + path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  std::vector<std::string> Names(const std::string& folder) const {
    std::vector<std::string> names;
    std::error_code wrong;
    for (fs::directory_iterator entry(machine_.root + folder, wrong), end; !wrong && entry != end;
         entry.increment(wrong)) {
      names.push_back(entry->path().filename());
    }
    std::sort(names.begin(), names.end());
    return names;
  }
  bool AnyFileSays(const std::string& folder, const std::string& word) const {
    const auto names = Names(folder);
    return std::any_of(names.begin(), names.end(), [&](const std::string& name) {
      return name.ends_with(".conf") && Read(folder + "/" + name).find(word) != std::string::npos;
    });
  }

  // By the first 15 letters of its name, which is what the system keeps.
  bool Runs(const std::string& program) const {
    for (const std::string& process : Names("/proc")) {
      if (process.find_first_not_of("0123456789") != std::string::npos) continue;
      if (Read("/proc/" + process + "/comm") == program.substr(0, 15) + "\n") return true;
    }
    return false;
  }

  // Video devices, of cameras or of v4l2loopback.
  std::vector<std::string> Devices(bool loopback) const {
    std::vector<std::string> devices;
    for (const std::string& name : Names("/sys/class/video4linux")) {
      std::error_code wrong;
      const fs::path place = fs::canonical(machine_.root + "/sys/class/video4linux/" + name, wrong);
      const bool is_virtual = place.string().find("/devices/virtual/") != std::string::npos;
      if (name.starts_with("video") && is_virtual == loopback) devices.push_back(name);
    }
    return devices;
  }

  bool CheckAccess(const std::string& device) {
    const std::string path = "/dev/" + device;
    if (!Exists(path)) {
      Say(Kind::kWrong, "The system knows " + path + ", but the file is missing.",
          "sudo udevadm trigger --subsystem-match=video4linux");
    } else if (!machine_.may_use(machine_.root + path)) {
      Say(Kind::kWrong, "You may not use " + path + ". After this, log out and in again.",
          "sudo usermod -aG video $USER");
    } else {
      return true;
    }
    return false;
  }

  void LookForCameras() {
    const auto cameras = Devices(false);
    for (const std::string& camera : cameras) {
      if (!CheckAccess(camera)) continue;
      std::string name = Read("/sys/class/video4linux/" + camera + "/name");
      while (name.ends_with('\n')) name.pop_back();
      Say(Kind::kGood, "Camera: /dev/" + camera + (name.empty() ? "" : ", " + name) + ".");
    }
    if (cameras.empty()) {
      Say(Kind::kWrong,
          "No camera is found: plug one in, or switch it on (some laptops have a key or a "
          "shutter). "
          "Until then: selfieseg camera --input test",
          "lsusb");
    }
  }

  void LookForPipeWire() {
    if (machine_.runtime_folder.empty()) {
      return Say(Kind::kWrong,
                 "XDG_RUNTIME_DIR is not set: this is no session of a desktop. Log in as yourself, "
                 "without sudo or su.");
    }
    if (!Exists("/usr/bin/pipewire")) {
      return Say(needs_loopback_ ? Kind::kNote : Kind::kWrong, "PipeWire is not installed.",
                 "sudo apt install pipewire wireplumber");
    }
    if (!Exists(machine_.runtime_folder + "/pipewire-0")) {
      return Say(needs_loopback_ ? Kind::kNote : Kind::kWrong, "PipeWire does not run.",
                 "systemctl --user enable --now pipewire.socket wireplumber.service");
    }
    if (!Runs("wireplumber") && !Runs("pipewire-media-session")) {
      const bool installed = Exists("/usr/bin/wireplumber");
      return Say(needs_loopback_ ? Kind::kNote : Kind::kWrong,
                 "PipeWire runs, but nobody connects programs to cameras: WirePlumber " +
                     std::string(installed ? "does not run." : "is not installed."),
                 installed ? "systemctl --user enable --now wireplumber.service"
                           : "sudo apt install wireplumber");
    }
    Say(Kind::kGood, "PipeWire and its session manager run.");
  }

  void LookForPortal() {
    if (Runs("xdg-desktop-portal") || Exists("/usr/libexec/xdg-desktop-portal") ||
        Exists("/usr/lib/xdg-desktop-portal")) {
      return Say(Kind::kGood, "The desktop portal, by which browsers ask for cameras, is there.");
    }
    Say(Kind::kNote,
        "Browsers find PipeWire's cameras through the desktop portal, which is absent.",
        "sudo apt install xdg-desktop-portal xdg-desktop-portal-gtk");
  }

  void LookForLoopback() {
    const Kind bad = needs_loopback_ ? Kind::kWrong : Kind::kNote;
    const std::string modules = Read("/proc/modules");
    if (!modules.starts_with("v4l2loopback ") &&
        modules.find("\nv4l2loopback ") == std::string::npos) {
      return LookWhyItIsNotLoaded(bad);
    }
    // "Y,N,N,...", a letter for each device; older versions show numbers.
    const std::string exclusive = Read("/sys/module/v4l2loopback/parameters/exclusive_caps");
    if (exclusive.starts_with('N') || exclusive.starts_with('0')) {
      return Say(
          bad,
          "v4l2loopback was loaded without exclusive_caps=1: Chromium and others do not take "
          "its device for a camera. End the programs that use it, then:",
          "sudo modprobe -r v4l2loopback && " + std::string(kModprobe));
    }
    const auto devices = Devices(true);
    if (devices.empty()) return Say(bad, "v4l2loopback has no device.", kModprobe);
    for (const std::string& device : devices) {
      if (CheckAccess(device)) Say(Kind::kGood, "For --output: /dev/" + device + ".");
    }
    if (!AnyFileSays("/etc/modules-load.d", "v4l2loopback")) {
      Say(Kind::kNote, "v4l2loopback is loaded now, but not after the next start.",
          "echo v4l2loopback | sudo tee /etc/modules-load.d/v4l2loopback.conf; echo 'options "
          "v4l2loopback exclusive_caps=1 card_label=selfieseg' | sudo tee "
          "/etc/modprobe.d/v4l2loopback.conf");
    }
  }

  void LookWhyItIsNotLoaded(Kind bad) {
    const std::string needed = "Programs without PipeWire need v4l2loopback. ";
    const std::string modules = Read("/lib/modules/" + machine_.kernel + "/modules.dep");
    if (modules.find("v4l2loopback.ko") == std::string::npos) {
      const auto sources = Names("/usr/src");
      const bool have_source = std::any_of(sources.begin(), sources.end(), [](const auto& name) {
        return name.starts_with("v4l2loopback-");
      });
      return have_source
                 ? Say(bad, needed + "It is installed, but was not built for this kernel.",
                       "sudo apt install linux-headers-" + machine_.kernel +
                           " && sudo dkms autoinstall")
                 : Say(bad, needed + "It is not installed.", "sudo apt install v4l2loopback-dkms");
    }
    const std::string secure = Read(kSecureBoot);
    if (secure.size() == 5 && secure[4] == 1) {
      Say(bad,
          needed +
              "Secure Boot is on and keeps modules out whose key it does not know: this asks "
              "for a password; at the next start choose 'Enroll MOK' and give it.",
          "sudo mokutil --import /var/lib/dkms/mok.pub");
    }
    if (AnyFileSays("/etc/modprobe.d", "blacklist v4l2loopback")) {
      Say(bad, needed + "A file in /etc/modprobe.d keeps it out.",
          "grep -r 'blacklist v4l2loopback' /etc/modprobe.d");
    }
    Say(bad, needed + "It is not loaded.", kModprobe);
  }

  const Machine& machine_;
  const bool needs_loopback_;
  std::vector<Finding> findings_;
};

}  // namespace

Machine ThisMachine() {
  utsname system = {};
  uname(&system);
  const char* runtime = std::getenv("XDG_RUNTIME_DIR");
  return {"", runtime == nullptr ? "" : runtime, system.release,
          [](const std::string& path) { return access(path.c_str(), R_OK | W_OK) == 0; }};
}

std::vector<Finding> Examine(const Machine& machine, const std::string& output) {
  return Doctor(machine, output.starts_with("/dev/")).Examine();
}

}  // namespace selfieseg::camera
