// Whoever holds the lock on the file beside the socket is the camera: what a crash leaves behind
// locks nothing.
#include "camera/control.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <stdexcept>
#include <system_error>
#include <utility>

namespace selfieseg::camera {
namespace {

using nlohmann::json;
using Clock = std::chrono::steady_clock;

constexpr auto kTimeForLine = std::chrono::seconds(1);
constexpr auto kTimeForAnswer = std::chrono::seconds(30);  // a large picture is read meanwhile

std::runtime_error SystemError(const std::string& what) {
  return std::runtime_error(what + ": " + std::generic_category().message(errno));
}

sockaddr_un AddressOf(const std::string& path) {
  sockaddr_un address = {};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof(address.sun_path)) {
    throw std::runtime_error("'" + path + "' is too long for the name of a socket");
  }
  std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
  return address;
}

// A line without its end. Throws std::runtime_error.
std::string ReadLine(int connection, Clock::duration time) {
  const auto end = Clock::now() + time;
  std::string line;
  char bytes[1024];
  while (true) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(end - Clock::now()).count();
    pollfd wait = {connection, POLLIN, 0};
    if (left <= 0 || poll(&wait, 1, int(left)) == 0) throw std::runtime_error("no line came");
    const ssize_t count = recv(connection, bytes, sizeof(bytes), MSG_DONTWAIT);
    if (count < 0 && (errno == EAGAIN || errno == EINTR)) continue;
    if (count <= 0) throw std::runtime_error("the line has no end");
    line.append(bytes, size_t(count));
    if (const size_t at = line.find('\n'); at != std::string::npos) return line.substr(0, at);
    if (line.size() > kLongestLine) throw std::runtime_error("the line is too long");
  }
}

// As much as the other side takes at once; it always has room for one line.
void WriteLine(int connection, const json& object) {
  const std::string line =
      object.dump(-1, ' ', false, nlohmann::detail::error_handler_t::replace) + "\n";
  (void)!send(connection, line.data(), line.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
}

}  // namespace

std::string ControlFolder() {
  const char* runtime = std::getenv("XDG_RUNTIME_DIR");
  if (runtime == nullptr || runtime[0] != '/') {
    throw std::runtime_error(
        "XDG_RUNTIME_DIR is not set: start this from your desktop's session, not as another user");
  }
  return std::string(runtime) + "/selfieseg";
}

ControlServer::ControlServer(const std::string& folder, Answer answer)
    : path_(folder + "/camera.sock"), answer_(std::move(answer)) {
  const sockaddr_un address = AddressOf(path_);
  if (mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST) {
    throw SystemError("'" + folder + "' cannot be made");
  }
  const std::string lock = folder + "/camera.lock";
  lock_ = open(lock.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (lock_ < 0) throw SystemError("'" + lock + "' cannot be opened");
  if (flock(lock_, LOCK_EX | LOCK_NB) != 0) {
    close(lock_);
    throw std::runtime_error(
        "a camera runs already; see 'selfieseg camera status', or end it: 'selfieseg camera stop'");
  }
  unlink(path_.c_str());
  socket_ = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  // The mode of a socket is that of its file before anyone can connect.
  const bool made =
      socket_ >= 0 && fchmod(socket_, 0600) == 0 &&
      bind(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0 &&
      chmod(path_.c_str(), 0600) == 0 && listen(socket_, 8) == 0;
  if (!made) {
    const auto error = SystemError("'" + path_ + "' cannot be made");
    if (socket_ >= 0) close(socket_);
    close(lock_);
    throw error;
  }
  wake_ = eventfd(0, EFD_CLOEXEC);
  thread_ = std::thread([this] { Run(); });
}

ControlServer::~ControlServer() {
  eventfd_write(wake_, 1);
  thread_.join();
  unlink(path_.c_str());
  for (const int file : {socket_, wake_, lock_}) close(file);
}

void ControlServer::Run() {
  while (true) {
    pollfd wait[] = {{wake_, POLLIN, 0}, {socket_, POLLIN, 0}};
    poll(wait, 2, -1);
    if (wait[0].revents != 0) return;
    const int connection = accept4(socket_, nullptr, nullptr, SOCK_CLOEXEC);
    if (connection < 0) continue;
    Serve(connection);
    close(connection);
  }
}

void ControlServer::Serve(int connection) {
  json answer;
  try {
    answer = answer_(json::parse(ReadLine(connection, kTimeForLine)));
    answer["ok"] = true;
  } catch (const json::exception&) {
    answer = {{"ok", false}, {"error", "the request is not what a camera understands"}};
  } catch (const std::exception& exception) {
    answer = {{"ok", false}, {"error", exception.what()}};
  }
  WriteLine(connection, answer);
}

json Ask(const std::string& folder, const json& request) {
  const sockaddr_un address = AddressOf(folder + "/camera.sock");
  const int connection = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  struct Close {
    int file;
    ~Close() { close(file); }
  } const closing = {connection};
  if (connect(connection, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0) {
    throw std::runtime_error("no camera runs; start one: 'selfieseg camera'");
  }
  WriteLine(connection, request);
  const json answer = json::parse(ReadLine(connection, kTimeForAnswer), nullptr, false);
  if (!answer.is_object()) throw std::runtime_error("the camera's answer makes no sense");
  if (!answer.value("ok", false)) {
    throw std::runtime_error(answer.value("error", "the camera says no, and not why"));
  }
  return answer;
}

}  // namespace selfieseg::camera
