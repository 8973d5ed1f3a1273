// The socket: who may speak through it, and what it makes of bad requests.
#include "camera/control.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <optional>

#include "cli/sandbox.h"

namespace selfieseg::camera {
namespace {

using nlohmann::json;

class CameraControl : public testing::Test {
 protected:
  // Sends bytes as they are, and gives the answer's sentence.
  std::string Say(const std::string& bytes) {
    sockaddr_un address = {};
    address.sun_family = AF_UNIX;
    (folder_ + "/camera.sock").copy(address.sun_path, sizeof(address.sun_path) - 1);
    const int connection = socket(AF_UNIX, SOCK_STREAM, 0);
    EXPECT_EQ(connect(connection, reinterpret_cast<sockaddr*>(&address), sizeof(address)), 0);
    send(connection, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    shutdown(connection, SHUT_WR);
    std::string answer(4096, '\0');
    const ssize_t count = recv(connection, answer.data(), answer.size(), MSG_WAITALL);
    close(connection);
    answer.resize(size_t(std::max<ssize_t>(0, count)));
    const json object = json::parse(answer, nullptr, false);
    return object.is_object() ? object.value("error", "none") : "no answer";
  }
  void Start() {
    server_.emplace(folder_, [](const json& request) {
      if (request.at("do") == "fail") throw std::runtime_error("that does not work");
      return json{{"heard", request.at("do")}};
    });
  }

  cli::Sandbox sandbox_;
  const std::string folder_ = sandbox_.Path("selfieseg");
  std::optional<ControlServer> server_;
};

std::string Refused(const std::function<void()>& what) {
  try {
    what();
  } catch (const std::runtime_error& error) {
    return error.what();
  }
  return "";
}

TEST_F(CameraControl, AnswersAndHandsOnWhatIsRefused) {
  Start();
  EXPECT_EQ(Ask(folder_, {{"do", "hop"}}).at("heard"), "hop");
  EXPECT_EQ(Refused([&] { Ask(folder_, {{"do", "fail"}}); }), "that does not work");
}

TEST_F(CameraControl, SurvivesBadRequests) {
  Start();
  const std::string nonsense = "not what a camera understands";
  for (const std::string bytes :
       {"\n", "hop\n", "[]\n", "{}\n", "{\"do\":7}x\n", "\xff\xfe\n", "null\n"}) {
    EXPECT_NE(Say(bytes).find(nonsense), std::string::npos) << bytes;
  }
  EXPECT_EQ(Say("{\"do\":\"hop\"}"), "the line has no end");
  EXPECT_EQ(Say(std::string(kLongestLine + 2000, 'a')), "the line is too long");
  EXPECT_NE(Say(std::string(10000, '[') + "\n").find(nonsense), std::string::npos);
  EXPECT_EQ(Ask(folder_, {{"do", "hop"}}).at("heard"), "hop");
}

TEST_F(CameraControl, OnlyItsUserMayOpenIt) {
  Start();
  struct stat status = {};
  ASSERT_EQ(stat((folder_ + "/camera.sock").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600u);
  ASSERT_EQ(stat(folder_.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0700u);
}

TEST_F(CameraControl, ASecondOneIsRefusedAndTheFirstGoesOn) {
  Start();
  EXPECT_NE(Refused([&] { ControlServer second(folder_, nullptr); }).find("runs already"),
            std::string::npos);
  EXPECT_EQ(Ask(folder_, {{"do", "hop"}}).at("heard"), "hop");
}

TEST_F(CameraControl, WhatACrashLeftIsReplaced) {
  std::filesystem::create_directory(folder_);
  std::ofstream(folder_ + "/camera.sock") << "left";
  std::ofstream(folder_ + "/camera.lock") << "left";
  Start();
  EXPECT_EQ(Ask(folder_, {{"do", "hop"}}).at("heard"), "hop");
  server_.reset();
  EXPECT_FALSE(std::filesystem::exists(folder_ + "/camera.sock"));
  EXPECT_NE(Refused([&] {
              Ask(folder_, {{"do", "hop"}});
            }).find("no camera runs"),
            std::string::npos);
}

}  // namespace
}  // namespace selfieseg::camera
