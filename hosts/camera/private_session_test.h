// For tests: a session with PipeWire of its own, the tool running in it, and whoever looks.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "camera/pipeline.h"
#include "cli/sandbox.h"

namespace selfieseg::camera {

struct Pixel {
  int red, green, blue;
  bool IsNear(const Pixel& other) const;
};

struct Picture {
  std::vector<uint8_t> rgb;
  int width = 0, height = 0;
  Pixel At(double x, double y) const;  // 0..1
};

// A bus, PipeWire and WirePlumber in a folder of their own; and what is started ends with it.
class Session {
 public:
  Session();
  ~Session();
  // What is missing for that on this machine, or "".
  static std::string Missing();

  pid_t Start(std::vector<std::string> words);
  // Kills and waits.
  void End(pid_t process);
  cli::Outcome Tool(std::vector<std::string> words) const { return box_.Run(words); }
  // Starts `selfieseg camera` with these options and waits until it answers.
  pid_t StartCamera(std::vector<std::string> options);
  nlohmann::json Status() const;
  cli::Outcome WaitFor(pid_t process);
  std::string Path(const std::string& name) const { return box_.Path(name); }

 private:
  cli::Sandbox box_;
  std::vector<cli::Sandbox::Child> children_;
};

// Reads from the camera, or from another node, as other programs do.
class Reader {
 public:
  explicit Reader(const std::string& node = "selfieseg");
  // The next frame. Without pixels: none came in two seconds.
  Picture Next();
  // Looks at frames until one is as wanted; `each` is told all of them. False: not in time.
  bool WaitUntil(const std::function<bool(const Picture&)>& wanted, double seconds,
                 const std::function<void(const Picture&)>& each);

 private:
  void Open();

  const std::string node_;
  std::optional<Pipeline> pipeline_;
  OwnedElement sink_;
  bool begun_ = false;
  int in_vain_ = 0;
};

// Drawn by tests/somebody.h, and moved to the left: RGB without padding.
std::vector<uint8_t> Somebody(int width, int height, int moved = 0);
// 320x240.
void WriteSomebody(const std::string& jpeg);
void WriteClipOfSomebody(const std::string& avi);

bool WaitUntil(const std::function<bool()>& wanted, double seconds);

}  // namespace selfieseg::camera
