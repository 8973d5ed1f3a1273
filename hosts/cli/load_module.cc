#include "cli/load_module.h"

#include <dlfcn.h>

#include <filesystem>

#include "cli/failure.h"

namespace selfieseg::cli {

// Beside the tool, where it was built, or in the library folder, where it was installed.
const void* LoadModule(const std::string& module, const char* table, const ModuleAdvice& advice) {
  std::error_code ignored;
  const auto folder = std::filesystem::read_symlink("/proc/self/exe", ignored).parent_path();
  for (const auto& path : {folder / module, folder / SELFIESEG_MODULE_FOLDER / module}) {
    if (!std::filesystem::exists(path, ignored)) continue;
    void* library = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
    if (library == nullptr) {
      throw FileFailure(path,
                        std::string("cannot be loaded: ") + dlerror() + "; " + advice.not_loaded);
    }
    const void* found = dlsym(library, table);
    if (found == nullptr) throw FileFailure(path, "belongs to another version of this tool");
    return found;
  }
  throw Failure(advice.absent);
}

}  // namespace selfieseg::cli
