// How a running camera is told things: one line of JSON each way, through a socket that only its
// user can open.
#pragma once

#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <thread>

namespace selfieseg::camera {

constexpr size_t kLongestLine = 16384;  // bytes

// Of this user, for one camera. Throws std::runtime_error if the session has no such place.
std::string ControlFolder();

// Answers requests on a thread of its own, one after the other. While it lives, a second one in the
// same folder is refused.
class ControlServer {
 public:
  // What std::exception says becomes the answer.
  using Answer = std::function<nlohmann::json(const nlohmann::json& request)>;

  // Throws std::runtime_error.
  ControlServer(const std::string& folder, Answer answer);
  ~ControlServer();
  ControlServer(const ControlServer&) = delete;
  ControlServer& operator=(const ControlServer&) = delete;

 private:
  void Run();
  void Serve(int connection);

  std::string path_;
  Answer answer_;
  int lock_ = -1, socket_ = -1, wake_ = -1;
  std::thread thread_;
};

// Sends a request and gives what was answered. Throws std::runtime_error: no camera runs, or it
// says no.
nlohmann::json Ask(const std::string& folder, const nlohmann::json& request);

}  // namespace selfieseg::camera
