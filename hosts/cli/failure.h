// How the tool reports what went wrong: a Failure carries one sentence up to main(), which prints
// it and exits.
#pragma once

#include <stdexcept>
#include <string>

namespace selfieseg::cli {

// Exit code 1. The sentence starts with the thing.
class Failure : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// Arguments that contradict each other: exit code 2 and a pointer to --help.
class Misuse : public Failure {
 public:
  using Failure::Failure;
};

// A Failure about a file: "'x.jpg': is a folder".
class FileFailure : public Failure {
 public:
  FileFailure(const std::string& path, const std::string& what)
      : Failure("'" + path + "': " + what) {}
};

}  // namespace selfieseg::cli
