// Where a clip is written until it is whole, and how it then gets its name: a file, a folder of
// pictures, or a pipe.
#pragma once

#include <memory>
#include <string>

#include "cli/files.h"

namespace selfieseg::cli {

class ClipTarget {
 public:
  // OUT is a file; a folder, which exists or ends in '/', for pictures that are numbered; a name
  // with %d, or %05d, for the same; or kStandardStream. Throws Failure when it is in the way or
  // cannot be written, and Misuse.
  ClipTarget(const std::string& output, Existing existing);
  ~ClipTarget();  // removes what did not get its name
  ClipTarget(const ClipTarget&) = delete;
  ClipTarget& operator=(const ClipTarget&) = delete;

  const std::string& name() const { return name_; }  // with the extension that says what it is
  const std::string& path() const { return path_; }  // where it is written
  bool is_sequence() const { return is_sequence_; }
  void Commit();

 private:
  void PrepareSequence();
  void CommitSequence();

  std::string name_, path_;
  const Existing existing_;
  std::unique_ptr<PendingFile> file_;
  bool is_sequence_ = false;
  std::string folder_, temporary_;  // of a sequence
};

}  // namespace selfieseg::cli
