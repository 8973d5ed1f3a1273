// Children are started by posix_spawn with their output in files outside the folder that the test
// looks at.
#include "cli/sandbox.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <utility>

extern char** environ;

namespace selfieseg::cli {
namespace {

namespace fs = std::filesystem;

std::string TakeText(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(file), {}};
  fs::remove(path);
  return text;
}

}  // namespace

Sandbox::Sandbox() {
  std::string pattern = fs::temp_directory_path() / "selfieseg-test-XXXXXX";
  if (mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("cannot create " + pattern);
  folder_ = pattern;
}

Sandbox::~Sandbox() {
  std::error_code ignored;
  fs::remove_all(folder_, ignored);
}

std::vector<std::string> Sandbox::Names(const std::string& folder) const {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(Path(folder)))
    names.push_back(entry.path().filename());
  std::sort(names.begin(), names.end());
  return names;
}

bool Sandbox::HoldsNamelessFiles() const {
  const int file = open(folder_.c_str(), O_WRONLY | O_TMPFILE, 0600);
  return file >= 0 && close(file) == 0;
}

Outcome Sandbox::Run(const std::vector<std::string>& arguments, const std::string& in) const {
  std::vector<std::string> words = {SELFIESEG_TOOL};
  words.insert(words.end(), arguments.begin(), arguments.end());
  return Wait(Start(std::move(words), in));
}

Sandbox::Child Sandbox::Start(std::vector<std::string> words, const std::string& in) const {
  static std::atomic<int> count = 0;
  const std::string stem = folder_ + "." + std::to_string(count++);
  Child child = {0, stem + ".out", stem + ".err"};
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);

  constexpr int kNewFile = O_WRONLY | O_CREAT | O_TRUNC;
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addchdir_np(&actions, folder_.c_str());
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, in.c_str(), O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, child.out.c_str(), kNewFile, 0600);
  posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, child.err.c_str(), kNewFile, 0600);
  const int failed = posix_spawnp(&child.process, argv[0], &actions, nullptr, argv.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  if (failed != 0) throw std::runtime_error("cannot start " + words[0]);
  return child;
}

Outcome Sandbox::Wait(const Child& child) {
  int status = 0;
  rusage used = {};
  wait4(child.process, &status, 0, &used);
  const int code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return {code, TakeText(child.out), TakeText(child.err), used.ru_maxrss};
}

}  // namespace selfieseg::cli
