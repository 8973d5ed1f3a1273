// Modules of the tool: shared libraries that bring many others with them, loaded when a command
// needs them.
#pragma once

#include <string>

namespace selfieseg::cli {

// The address of the `table` that a module of this name exports; it stays loaded. Throws Failure:
// with the sentence `absent` when it is not installed.
const void* LoadModule(const std::string& module, const char* table, const std::string& absent);

}  // namespace selfieseg::cli
