// Reading and writing whole files. A file is written beside its target and then gets that name: all
// of it or nothing.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "cli/failure.h"

namespace selfieseg::cli {

using Bytes = std::vector<uint8_t>;

inline constexpr size_t kMaxFileBytes = size_t{512} << 20;

// What stands for standard input or output in place of a name. A file of this name is "./-".
inline constexpr const char* kStandardStream = "-";

// What happens to a file that is at the target already.
enum class Existing { kReplace, kKeep };

// A Failure that says that a target exists already: nothing was tried.
class ExistsFailure : public FileFailure {
 public:
  explicit ExistsFailure(const std::string& path);
};

// Where a standard stream is closed, no file gets its number, to be written among what is printed;
// using it fails as before.
void ReserveStandardStreams();

// The whole file, or standard input. Throws Failure when it cannot be read, is empty, or is larger
// than `max_bytes`, and Interrupted.
Bytes ReadFile(const std::string& path, size_t max_bytes = kMaxFileBytes);

// The first bytes of a file, fewer when it is shorter; none when it cannot be read.
Bytes ReadBeginning(const std::string& path, size_t count);

// Throws Failure when WriteFile() with the same arguments is bound to fail. Changes nothing: call
// it before long work.
void CheckOutput(const std::string& path, Existing existing = Existing::kReplace);

// Writes a file at `path`, or to standard output; a device or pipe is written to directly. When it
// throws, Failure or Interrupted, an old file is untouched and nothing is left behind. However many
// programs write to one name: what is there is whole, and with kKeep only the first succeeds.
void WriteFile(const std::string& path, std::span<const uint8_t> bytes,
               Existing existing = Existing::kReplace);

// False of a device or pipe, which can only be written to as it is.
bool IsReplaceable(const std::string& path);

// A new file beside its target, which gets the target's name when all of it is written; until then
// it has no name in its folder, where the file system can do that, and is written to by its
// descriptor or under temporary(). As WriteFile() in everything else.
class PendingFile {
 public:
  PendingFile(const std::string& path, Existing existing);
  ~PendingFile();
  PendingFile(const PendingFile&) = delete;
  PendingFile& operator=(const PendingFile&) = delete;

  int descriptor() const { return descriptor_; }
  const std::string& temporary() const { return temporary_; }
  void Commit();

 private:
  void Remove();

  std::string path_, target_, temporary_;
  Existing existing_;
  int descriptor_ = -1;
  bool nameless_ = false;
};

// Which file a name leads to; equal for all its names. Nothing when there is no file, and for a
// standard stream.
using FileIdentity = std::pair<uint64_t, uint64_t>;  // device and inode
std::optional<FileIdentity> IdentityOf(const std::string& path);

// Also of "/dev/stdout".
bool IsStandardOutput(const std::string& path);

// True when both names lead to one existing file.
bool SameFile(const std::string& a, const std::string& b);

}  // namespace selfieseg::cli
