// For tests: a folder that vanishes with the test, and runs of the built tool.
#pragma once

#include <string>
#include <vector>

namespace selfieseg::cli {

struct Outcome {
  int exit_code = -1;  // 128 and more: killed by a signal
  std::string out, err;
};

class Sandbox {
 public:
  Sandbox();
  ~Sandbox();
  Sandbox(const Sandbox&) = delete;
  Sandbox& operator=(const Sandbox&) = delete;

  // The path of a file or folder of this name, which need not exist.
  std::string Path(const std::string& name) const { return folder_ + "/" + name; }

  // Names of all files and folders in it, sorted.
  std::vector<std::string> Names() const;

  // Runs the tool in this folder, without a shell, and waits for it.
  Outcome Run(const std::vector<std::string>& arguments) const;

 private:
  std::string folder_;
};

}  // namespace selfieseg::cli
