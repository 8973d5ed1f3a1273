// Reads a camera of 640x360 for some minutes and watches its memory: selfieseg_camera_soak MINUTES.
#include <gst/gst.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>

#include "camera/private_session_test.h"

namespace selfieseg::camera {
namespace {

long ResidentKilobytes(pid_t process) {
  std::ifstream file("/proc/" + std::to_string(process) + "/status");
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("VmRSS:")) return std::atol(line.c_str() + 6);
  }
  return 0;
}

int Soak(double minutes) {
  Session session;
  const pid_t camera = session.StartCamera({"--input", "test", "--size", "640x360"});
  Reader reader;
  const auto begin = std::chrono::steady_clock::now();
  const auto passed = [&] {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  };
  long after_first_minute = 0, most = 0, frames = 0;
  double told = 0;
  while (passed() < 60 * minutes) {
    frames += reader.Next().rgb.empty() ? 0 : 1;
    if (passed() < told) continue;
    told += 15;
    const long now = ResidentKilobytes(camera);
    if (passed() >= 60) {
      if (after_first_minute == 0) after_first_minute = now;
      most = std::max(most, now);
    }
    std::printf("%.0f s, %ld frames: %ld kB\n", passed(), frames, now);
    std::fflush(stdout);
  }
  const long growth = most - after_first_minute;
  std::printf("grown after the first minute by %ld kB\n", growth);
  return growth <= 1024 && double(frames) > passed() * 20 ? 0 : 1;
}

}  // namespace
}  // namespace selfieseg::camera

int main(int argc, char** argv) {
  gst_init(nullptr, nullptr);
  return selfieseg::camera::Soak(argc > 1 ? std::atof(argv[1]) : 20);
}
