#include "cli/network.h"

#include <CLI/CLI.hpp>

namespace selfieseg::cli {

void AddNetworkOptions(CLI::App& command, NetworkOptions* options) {
  command.add_option("--backend", options->backend, "What computes: a name from 'selfieseg info'")
      ->type_name("NAME")
      ->capture_default_str();
  command.add_option("--threads", options->threads, "Threads for the network")
      ->check(CLI::Range(1, 64))
      ->type_name("N")
      ->capture_default_str();
}

void AddDumpOption(CLI::App& command, NetworkOptions* options) {
  command
      .add_option("--dump", options->dump_folder, "Write every step of the network to DIR as .npy")
      ->type_name("DIR");
}

Model OpenModel(const std::string& name_or_file) {
  const bool is_file = name_or_file.find_first_of("./") != std::string::npos;
  return is_file ? Model::OpenFile(name_or_file) : Model::Open(name_or_file);
}

selfieseg_options SessionOptions(const NetworkOptions& options, StepDump* dump) {
  selfieseg_options given = selfieseg_default_options();
  given.threads = options.threads;
  given.backend = options.backend.c_str();
  dump->Attach(&given);
  return given;
}

std::string InstructionSet(const Session& session) {
  const std::string backend = session.backend();
  const size_t colon = backend.find(':');
  return colon == std::string::npos ? selfieseg_instruction_set() : backend.substr(colon + 1);
}

}  // namespace selfieseg::cli
