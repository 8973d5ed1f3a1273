// How the tool reports what went wrong: a Failure carries one sentence up to main(), which prints
// it and exits.
#pragma once

#include <stdexcept>
#include <string>

#include "selfieseg/selfieseg.h"

namespace selfieseg::cli {

// Exit code 1. The sentence starts with the thing: "'x.jpg': is a folder".
class Failure : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// Arguments that contradict each other: exit code 2 and a pointer to --help.
class Misuse : public Failure {
 public:
  using Failure::Failure;
};

// A Failure about a file.
inline Failure FileFailure(const std::string& path, const std::string& what) {
  return Failure("'" + path + "': " + what);
}

// Turns a failed call of the library into a Failure with the library's sentence.
inline void Check(selfieseg_status status) {
  if (status != SELFIESEG_OK) throw Failure(selfieseg_last_error());
}

}  // namespace selfieseg::cli
