// Modules of the tool: shared libraries that bring many others with them, loaded when a command
// needs them.
#pragma once

#include <string>

namespace selfieseg::cli {

// What is said when there is no module.
struct ModuleAdvice {
  std::string absent;      // a sentence: it is not installed
  std::string not_loaded;  // what to do when its libraries are not
};

// The address of the `table` that a module of this name exports; it stays loaded. Throws Failure.
const void* LoadModule(const std::string& module, const char* table, const ModuleAdvice& advice);

}  // namespace selfieseg::cli
