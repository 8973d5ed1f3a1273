#include "cli/clip_target.h"

#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <optional>
#include <utility>

namespace selfieseg::cli {
namespace {

namespace fs = std::filesystem;

constexpr const char* kNumbered = "%06d.png";
constexpr const char* kDigits = "0123456789";

// What stands before and after the number in the name of a file of a sequence; nothing when the
// name has no %d, or %05d.
std::optional<std::pair<std::string, std::string>> SplitAtNumber(const std::string& file) {
  for (size_t at = 0; (at = file.find('%', at)) != std::string::npos; ++at) {
    const size_t end = file.find_first_not_of(kDigits, at + 1);
    if (end != std::string::npos && file[end] == 'd') {
      return std::pair(file.substr(0, at), file.substr(end + 1));
    }
  }
  return std::nullopt;
}

bool IsFolder(const std::string& path) {
  std::error_code ignored;
  return path.ends_with('/') || (path != kStandardStream && fs::is_directory(path, ignored));
}

// A folder's name as part of a pattern.
std::string Escaped(const std::string& folder) {
  std::string escaped;
  for (const char c : folder) escaped += c == '%' ? "%%" : std::string(1, c);
  return escaped;
}

std::string MakeTemporaryFolder(const std::string& beside) {
  for (int i = 0;; ++i) {
    const std::string path =
        beside + "/.selfieseg-" + std::to_string(getpid()) + "-" + std::to_string(i) + ".tmp";
    std::error_code error;
    if (fs::create_directory(path, error)) return path;
    if (error) throw FileFailure(beside, "cannot be written: " + error.message());
  }
}

}  // namespace

ClipTarget::ClipTarget(const std::string& output, Existing existing)
    : name_(output), path_(output), existing_(existing) {
  if (IsStandardOutput(output)) {
    name_ = path_ = kStandardStream;
    return;
  }
  if (IsFolder(output)) name_ = (fs::path(output) / kNumbered).string();
  is_sequence_ = SplitAtNumber(fs::path(name_).filename()).has_value();
  if (is_sequence_) {
    PrepareSequence();
    return;
  }
  CheckOutput(output, existing);
  if (!IsReplaceable(output)) return;
  file_ = std::make_unique<PendingFile>(output, existing);
  path_ = file_->temporary();
}

ClipTarget::~ClipTarget() {
  std::error_code ignored;
  if (!temporary_.empty()) fs::remove_all(temporary_, ignored);
}

void ClipTarget::PrepareSequence() {
  const fs::path pattern = name_;
  folder_ = pattern.parent_path().empty() ? "." : pattern.parent_path().string();
  std::string beside = folder_;
  if (IdentityOf(folder_)) {
    const auto [before, after] = *SplitAtNumber(pattern.filename());
    for (const auto& entry : fs::directory_iterator(folder_)) {
      const std::string name = entry.path().filename();
      const bool fits = name.size() > before.size() + after.size() && name.starts_with(before) &&
                        name.ends_with(after);
      const std::string number =
          fits ? name.substr(before.size(), name.size() - before.size() - after.size()) : "x";
      const bool taken = number.find_first_not_of(kDigits) == std::string::npos;
      if (taken && existing_ == Existing::kKeep) throw ExistsFailure(entry.path());
    }
  } else {
    CheckOutput(folder_);
    beside = fs::path(folder_).parent_path();
    if (beside.empty()) beside = ".";
  }
  temporary_ = MakeTemporaryFolder(beside);
  path_ = Escaped(temporary_) + "/" + pattern.filename().string();
}

void ClipTarget::Commit() {
  if (file_ != nullptr) file_->Commit();
  if (is_sequence_) CommitSequence();
}

void ClipTarget::CommitSequence() {
  if (!IdentityOf(folder_)) {
    std::error_code error;
    fs::rename(temporary_, folder_, error);
    if (error) throw FileFailure(folder_, "cannot be written: " + error.message());
    return temporary_.clear();
  }
  for (const auto& entry : fs::directory_iterator(temporary_)) {
    const std::string target = (fs::path(folder_) / entry.path().filename()).string();
    if (existing_ == Existing::kKeep && IdentityOf(target)) throw ExistsFailure(target);
    std::error_code error;
    fs::rename(entry.path(), target, error);
    if (error) throw FileFailure(target, "cannot be written: " + error.message());
  }
}

}  // namespace selfieseg::cli
