// In a folder a picture is known by its content; by its name only if that tells of damage.
#include "cli/plan.h"

#include <algorithm>
#include <filesystem>
#include <map>
#include <set>
#include <utility>

#include "cli/failure.h"

namespace selfieseg::cli {
namespace {

namespace fs = std::filesystem;

bool IsFolder(const fs::path& path) {
  std::error_code ignored;
  return path != kStandardStream && fs::is_directory(path, ignored);
}

class Planner {
 public:
  explicit Planner(const PlanOptions& options)
      : options_(options), output_folder_(IdentityOf(options.output)) {
    plan_.into_folder = true;
  }

  Plan Run() {
    for (const std::string& input : options_.inputs) {
      const fs::path path = input;
      if (IsFolder(path)) {
        const size_t before = plan_.tasks.size();
        AddFolder(path, "");
        if (plan_.tasks.size() == before) AddFault(path, "there is no picture in it");
      } else {
        AddFile(path, path.filename());
      }
    }
    KeepInputsSafe();
    return std::move(plan_);
  }

 private:
  // `inside`: the path from the folder that was named on the command line.
  void AddFolder(const fs::path& folder, const fs::path& inside) {
    if (!inside.empty() && output_folder_ && IdentityOf(folder) == output_folder_) {
      ++plan_.ignored;  // earlier results
      return;
    }
    std::vector<fs::directory_entry> entries;
    std::error_code error;
    fs::directory_iterator entry(folder, error);
    for (; !error && entry != fs::directory_iterator(); entry.increment(error)) {
      if (!entry->path().filename().string().starts_with(".")) entries.push_back(*entry);
    }
    if (error) AddFault(folder, "cannot be read: " + error.message());
    std::sort(entries.begin(), entries.end());
    for (const fs::directory_entry& each : entries) {
      std::error_code ignored;
      const fs::path name = each.path().filename();
      if (each.is_directory(ignored)) {
        const bool link = each.is_symlink(ignored);  // may lead in circles
        if (options_.recursive && !link) AddFolder(each.path(), inside / name);
        if (options_.recursive && link) ++plan_.ignored;
      } else if (LooksLikePicture(each)) {
        AddFile(each.path(), inside / name);
      } else {
        ++plan_.ignored;
      }
    }
  }

  static bool LooksLikePicture(const fs::directory_entry& entry) {
    std::error_code ignored;
    const bool dangling = entry.is_symlink(ignored) && !entry.exists(ignored);
    if (!dangling && !entry.is_regular_file(ignored)) return false;
    const auto counts = [](const PictureFormat* format) {
      return format != nullptr && std::string_view(format->name) != "MP4";
    };
    return counts(FindFormatByContent(ReadBeginning(entry.path(), kSignatureBytes))) ||
           counts(FindFormatByExtension(entry.path()));
  }

  void AddFault(const fs::path& input, const std::string& fault) {
    Task task;
    task.input = input;
    task.fault = fault;
    plan_.tasks.push_back(std::move(task));
  }

  // `name`: of the result in the output folder, but for its extension.
  void AddFile(const fs::path& input, fs::path name) {
    const PictureFormat* format = options_.format;
    if (format == nullptr && options_.as_input) {
      format = FindFormatByContent(ReadBeginning(input, kSignatureBytes));
    }
    if (format == nullptr || format->encode == nullptr) format = FindFormatByExtension("x.png");
    name.replace_extension(format->extension());
    Task task;
    task.input = input;
    task.output = fs::path(options_.output) / name;
    task.format = format;
    task.make_folder = true;
    const auto [first, fresh] = taken_.emplace(task.output, plan_.tasks.size());
    if (!fresh) {
      task.fault = "its result would be '" + task.output + "', as that of '" +
                   plan_.tasks[first->second].input + "'";
    }
    plan_.tasks.push_back(std::move(task));
  }

  void KeepInputsSafe() {
    std::set<FileIdentity> read;
    for (const std::string& path : options_.also_read) {
      if (const auto identity = IdentityOf(path)) read.insert(*identity);
    }
    for (const Task& task : plan_.tasks) {
      if (const auto identity = IdentityOf(task.input)) read.insert(*identity);
    }
    for (Task& task : plan_.tasks) {
      const auto identity = IdentityOf(task.output);
      if (task.fault.empty() && identity && read.contains(*identity)) {
        task.fault = "its result would be '" + task.output + "', which is an input";
      }
    }
  }

  const PlanOptions& options_;
  const std::optional<FileIdentity> output_folder_;
  Plan plan_;
  std::map<std::string, size_t> taken_;  // outputs, and which task's
};

Plan OneFile(const PlanOptions& options) {
  Task task;
  task.input = options.inputs[0];
  task.output = options.output;
  task.format = options.format;
  const bool has_extension = fs::path(task.output).has_extension();
  if (task.format == nullptr && has_extension) {
    task.format = FindFormatByExtension(task.output);
    if (task.format == nullptr || task.format->encode == nullptr) {
      throw Misuse("'" + task.output + "': cannot write such a file; need " + FormatNames() +
                   " by its extension or by --format");
    }
  }
  if (task.format == nullptr) task.format = FindFormatByExtension("x.png");
  const bool read = std::any_of(options.also_read.begin(), options.also_read.end(),
                                [&](const std::string& p) { return SameFile(p, task.output); });
  if (read || SameFile(task.input, task.output)) {
    throw FileFailure(task.output, "is the input itself");
  }
  if (IsStandardOutput(task.output)) task.output = kStandardStream;
  Plan plan;
  plan.tasks.push_back(std::move(task));
  return plan;
}

}  // namespace

Plan MakePlan(const PlanOptions& options) {
  const bool has_stream =
      std::count(options.inputs.begin(), options.inputs.end(), kStandardStream) > 0;
  const bool folder_in = std::any_of(options.inputs.begin(), options.inputs.end(),
                                     [](const std::string& path) { return IsFolder(path); });
  const bool many = options.inputs.size() > 1 || folder_in;
  const bool folder_out = options.output.ends_with('/') || IsFolder(options.output);
  if (has_stream && (many || folder_out)) {
    throw Misuse("standard input is one picture, and needs a file as OUT");
  }
  if (!many && !folder_out) return OneFile(options);
  if (options.output == kStandardStream) throw Misuse("standard output holds only one picture");
  if (IdentityOf(options.output) && !folder_out) {
    throw FileFailure(options.output, "is a file; the results of several pictures need a folder");
  }
  return Planner(options).Run();
}

}  // namespace selfieseg::cli
