// For tests: a folder that vanishes with the test, and runs of the built tool.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

namespace selfieseg::cli {

struct Outcome {
  int exit_code = -1;  // 128 and more: killed by a signal
  std::string out, err;
  long peak_kilobytes = 0;  // of memory
};

class Sandbox {
 public:
  Sandbox();
  ~Sandbox();
  Sandbox(const Sandbox&) = delete;
  Sandbox& operator=(const Sandbox&) = delete;

  // The path of a file or folder of this name, which need not exist.
  std::string Path(const std::string& name) const { return folder_ + "/" + name; }

  // Names of all files and folders in it, or in a folder of it, sorted.
  std::vector<std::string> Names(const std::string& folder = ".") const;

  // What the file system that it is on can do.
  bool HoldsNamelessFiles() const;

  // Runs the tool in this folder, without a shell, and waits for it. It reads the file of the name
  // `in` from standard input. Any number of threads.
  Outcome Run(const std::vector<std::string>& arguments, const std::string& in = "/dev/null") const;

  // The same in two steps, for any program.
  struct Child {
    pid_t process;
    std::string out, err;  // the files it prints to
  };
  Child Start(std::vector<std::string> words, const std::string& in = "/dev/null") const;
  static Outcome Wait(const Child& child);

 private:
  std::string folder_;
};

}  // namespace selfieseg::cli
