// The options that every command with a network has.
#pragma once

#include <string>

#include "cli/dump.h"
#include "selfieseg/selfieseg.hpp"

namespace CLI {
class App;
}

namespace selfieseg::cli {

struct NetworkOptions {
  std::string model;
  std::string backend = selfieseg_default_options().backend;
  int threads = selfieseg_default_options().threads;
  std::string dump_folder;
};

// Adds --backend and --threads; --model means something else in each command.
void AddNetworkOptions(CLI::App& command, NetworkOptions* options);

// Adds --dump, of commands that run the network once.
void AddDumpOption(CLI::App& command, NetworkOptions* options);

// A name with a dot or a slash is a file, any other a built-in network.
Model OpenModel(const std::string& name_or_file);

// The library's options with these in them; they and `dump` must outlive the session.
selfieseg_options SessionOptions(const NetworkOptions& options, StepDump* dump);

// "AVX2" of a session's "simd:AVX2"; the machine's best for the reference, which has none.
std::string InstructionSet(const Session& session);

}  // namespace selfieseg::cli
