// Files by POSIX calls: they say why something failed, and can create a temporary that surely is
// ours (O_EXCL).
#include "cli/files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <utility>

#include "cli/interrupt.h"

namespace selfieseg::cli {
namespace {

namespace fs = std::filesystem;

// An open file, closed at the end of its scope.
class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  ~Descriptor() { Close(); }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;

  int number() const { return number_; }
  // False, with errno, when the system could not keep what was written.
  bool Close() {
    const int number = std::exchange(number_, -1);
    return number < 0 || close(number) == 0;
  }

 private:
  int number_;
};

FileFailure SystemFailure(const std::string& path, const char* verb) {
  return FileFailure(path, std::string("cannot be ") + verb + ": " + std::strerror(errno));
}

std::optional<struct stat> Status(const std::string& path) {
  struct stat status;
  if (stat(path.c_str(), &status) != 0) return std::nullopt;
  return status;
}

std::string FolderOf(const std::string& path) {
  const std::string folder = fs::path(path).parent_path();
  return folder.empty() ? "." : folder;
}

bool WriteAll(int file, std::span<const uint8_t> bytes) {
  constexpr size_t kBlock = 1 << 20;
  while (!bytes.empty()) {
    CheckInterrupted();
    const ssize_t written = write(file, bytes.data(), std::min(bytes.size(), kBlock));
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    bytes = bytes.subspan(size_t(written));
  }
  return true;
}

std::string TemporaryName(const std::string& folder, int i) {
  return folder + "/.selfieseg-" + std::to_string(getpid()) + "-" + std::to_string(i) + ".tmp";
}

// Opens a new file in `folder`, with the permissions that any new file gets.
int OpenTemporary(const std::string& folder, std::string* path) {
  for (int i = 0;; ++i) {
    *path = TemporaryName(folder, i);
    const int file = open(path->c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (file >= 0 || errno != EEXIST) return file;
  }
}

// The same without a name: however the process ends, nothing is left. Not every file system can.
int OpenNameless(const std::string& folder, std::string* path) {
  const int file = open(folder.c_str(), O_WRONLY | O_TMPFILE | O_CLOEXEC, 0666);
  *path = "/proc/self/fd/" + std::to_string(file);
  if (file < 0 || access(path->c_str(), F_OK) == 0) return file;
  close(file);
  return -1;
}

// Gives a nameless file its name. False, with errno, as GiveName().
bool GiveFirstName(const std::string& nameless, const std::string& target, Existing existing) {
  const auto link_as = [&](const std::string& name) {
    return linkat(AT_FDCWD, nameless.c_str(), AT_FDCWD, name.c_str(), AT_SYMLINK_FOLLOW) == 0;
  };
  if (link_as(target)) return true;
  if (errno != EEXIST || existing == Existing::kKeep) return false;
  // Only a name replaces a name.
  std::string name;
  for (int i = 0; !link_as(name = TemporaryName(FolderOf(target), i)); ++i) {
    if (errno != EEXIST) return false;
  }
  if (rename(name.c_str(), target.c_str()) == 0) return true;
  const int why = errno;
  unlink(name.c_str());
  errno = why;
  return false;
}

// Gives a temporary its final name. False, with errno; EEXIST when a file is to be kept.
bool GiveName(const std::string& temporary, const std::string& target, Existing existing) {
  if (existing == Existing::kReplace) return rename(temporary.c_str(), target.c_str()) == 0;
  constexpr unsigned kNoReplace = 1;  // RENAME_NOREPLACE
  if (renameat2(AT_FDCWD, temporary.c_str(), AT_FDCWD, target.c_str(), kNoReplace) == 0)
    return true;
  if (errno != EINVAL && errno != ENOSYS) return false;
  // A file system that cannot do this may know hard links, which do not replace either.
  return link(temporary.c_str(), target.c_str()) == 0 && unlink(temporary.c_str()) == 0;
}

// A pipe, /dev/null: cannot be replaced, only written to.
void WriteDirectly(const std::string& path, std::span<const uint8_t> bytes) {
  Descriptor file(open(path.c_str(), O_WRONLY | O_CLOEXEC));
  if (file.number() < 0 || !WriteAll(file.number(), bytes) || !file.Close()) {
    throw SystemFailure(path, "written");
  }
}

}  // namespace

ExistsFailure::ExistsFailure(const std::string& path)
    : FileFailure(path, "exists already; --overwrite replaces it") {}

void ReserveStandardStreams() {
  for (const int number : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    if (fcntl(number, F_GETFD) >= 0) continue;
    // It gets the lowest number that is free.
    if (open("/dev/null", number == STDIN_FILENO ? O_WRONLY : O_RDONLY) < 0) return;
  }
}

Bytes ReadFile(const std::string& path, size_t max_bytes) {
  const Descriptor file(path == kStandardStream ? dup(STDIN_FILENO)
                                                : open(path.c_str(), O_RDONLY | O_CLOEXEC));
  struct stat status;
  if (file.number() < 0 || fstat(file.number(), &status) != 0) {
    struct stat link;
    if (errno == ENOENT && lstat(path.c_str(), &link) == 0) {
      throw FileFailure(path, "is a link to a file that does not exist");
    }
    throw SystemFailure(path, "read");
  }
  if (S_ISDIR(status.st_mode)) throw FileFailure(path, "is a folder");

  const auto too_large = [&] {
    return FileFailure(path, "is larger than " + std::to_string(max_bytes >> 20) + " MiB");
  };
  if (status.st_size > 0 && size_t(status.st_size) > max_bytes) throw too_large();
  // One byte more than the size, so that the end shows without growing. A pipe has no size: grow as
  // it comes.
  Bytes bytes(size_t(std::max<off_t>(status.st_size, 1 << 16)) + 1);
  size_t filled = 0;
  for (;;) {
    CheckInterrupted();
    const ssize_t got = read(file.number(), bytes.data() + filled, bytes.size() - filled);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) throw SystemFailure(path, "read");
    if (got == 0) break;
    filled += size_t(got);
    if (filled > max_bytes) throw too_large();
    if (filled == bytes.size()) bytes.resize(2 * bytes.size());
  }
  if (filled == 0) throw FileFailure(path, "is empty");
  bytes.resize(filled);
  return bytes;
}

Bytes ReadBeginning(const std::string& path, size_t count) {
  if (path == kStandardStream) return {};
  Bytes bytes(count);
  const auto status = Status(path);
  if (!status || !S_ISREG(status->st_mode)) return {};  // a pipe would lose what is read
  const Descriptor file(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  const ssize_t got = file.number() < 0 ? -1 : read(file.number(), bytes.data(), count);
  bytes.resize(size_t(std::max<ssize_t>(got, 0)));
  return bytes;
}

void CheckOutput(const std::string& path, Existing existing) {
  if (path == kStandardStream) return;
  const std::string folder = FolderOf(path);
  const auto folder_status = Status(folder);
  if (!folder_status) throw FileFailure(path, "its folder '" + folder + "' does not exist");
  if (!S_ISDIR(folder_status->st_mode)) throw FileFailure(path, "'" + folder + "' is not a folder");
  if (const auto status = Status(path)) {
    if (S_ISDIR(status->st_mode)) throw FileFailure(path, "is a folder");
    if (S_ISREG(status->st_mode) && existing == Existing::kKeep) throw ExistsFailure(path);
    if (access(path.c_str(), W_OK) != 0) throw SystemFailure(path, "written");
    if (!S_ISREG(status->st_mode)) return;
  } else if (std::error_code ignored;
             existing == Existing::kKeep && fs::is_symlink(path, ignored)) {
    throw ExistsFailure(path);  // a link that leads nowhere
  }
  if (access(folder.c_str(), W_OK | X_OK) != 0) throw SystemFailure(path, "written");
}

void WriteFile(const std::string& path, std::span<const uint8_t> bytes, Existing existing) {
  if (path == kStandardStream) {
    if (!WriteAll(STDOUT_FILENO, bytes)) throw SystemFailure(path, "written");
    return;
  }
  CheckOutput(path, existing);
  if (!IsReplaceable(path)) return WriteDirectly(path, bytes);
  PendingFile file(path, existing);
  if (!WriteAll(file.descriptor(), bytes)) throw SystemFailure(path, "written");
  file.Commit();
}

bool IsReplaceable(const std::string& path) {
  const auto status = Status(path);
  return !status || S_ISREG(status->st_mode);
}

PendingFile::PendingFile(const std::string& path, Existing existing)
    : path_(path), existing_(existing) {
  const auto old = Status(path);
  // A link stays a link: the file behind it is replaced.
  target_ = old ? fs::canonical(path).string() : path;
  descriptor_ = OpenNameless(FolderOf(target_), &temporary_);
  nameless_ = descriptor_ >= 0;
  if (!nameless_) descriptor_ = OpenTemporary(FolderOf(target_), &temporary_);
  if (descriptor_ < 0) throw SystemFailure(path, "written");
  if (old && fchmod(descriptor_, old->st_mode & 0777) != 0) {
    const FileFailure failure = SystemFailure(path, "written");
    Remove();
    throw failure;
  }
}

PendingFile::~PendingFile() { Remove(); }

void PendingFile::Remove() {
  if (descriptor_ >= 0) close(descriptor_);
  if (!nameless_ && !temporary_.empty()) unlink(temporary_.c_str());
}

void PendingFile::Commit() {
  // Closing, also a copy, tells when the system could not keep what was written.
  const int closed = nameless_ ? dup(descriptor_) : std::exchange(descriptor_, -1);
  const auto give_name = nameless_ ? GiveFirstName : GiveName;
  if (closed < 0 || close(closed) != 0 || !give_name(temporary_, target_, existing_)) {
    if (errno == EEXIST) throw ExistsFailure(path_);
    throw SystemFailure(path_, "written");
  }
  temporary_.clear();
  if (nameless_) close(std::exchange(descriptor_, -1));
}

std::optional<FileIdentity> IdentityOf(const std::string& path) {
  if (path == kStandardStream) return std::nullopt;
  const auto status = Status(path);
  if (!status) return std::nullopt;
  return FileIdentity(status->st_dev, status->st_ino);
}

bool IsStandardOutput(const std::string& path) {
  struct stat status;
  return path == kStandardStream ||
         (fstat(STDOUT_FILENO, &status) == 0 &&
          IdentityOf(path) == FileIdentity(status.st_dev, status.st_ino) &&
          path.starts_with("/dev/"));
}

bool SameFile(const std::string& a, const std::string& b) {
  const auto identity = IdentityOf(a);
  return identity && identity == IdentityOf(b);
}

}  // namespace selfieseg::cli
