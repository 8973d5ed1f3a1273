// Which files `selfieseg image` reads, and what each result is called.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/worker.h"

namespace selfieseg::cli {

struct PlanOptions {
  std::vector<std::string> inputs;        // files and folders, or "-" alone
  std::vector<std::string> also_read;     // files that are no inputs; "" for none
  std::string output;                     // a file, a folder, or "-"
  bool recursive = false;                 // folders in folders, too
  const PictureFormat* format = nullptr;  // of all results; null: by the output's name, or...
  bool as_input = false;                  // in a folder: the input's own format, else PNG
};

struct Plan {
  std::vector<Task> tasks;  // in the order of the inputs, a folder's sorted by name
  bool into_folder = false;
  size_t ignored = 0;  // files in folders that are no pictures
};

// No two tasks write to one name, and none writes to a file that is read: such a task has a fault,
// as has a folder that cannot be read. Throws Misuse and Failure when nothing can be done.
Plan MakePlan(const PlanOptions& options);

}  // namespace selfieseg::cli
