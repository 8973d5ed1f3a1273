// Thin wrappers that turn the C API's codes into Failures and its handles into owners.
#include "cli/network.h"

#include <CLI/CLI.hpp>

#include "cli/failure.h"

namespace selfieseg::cli {

void AddNetworkOptions(CLI::App& command, NetworkOptions* options) {
  command.add_option("--backend", options->backend, "What computes: a name from 'selfieseg info'")
      ->type_name("NAME")
      ->capture_default_str();
  command.add_option("--threads", options->threads, "Threads for the network")
      ->check(CLI::Range(1, 64))
      ->type_name("N")
      ->capture_default_str();
  command
      .add_option("--dump", options->dump_folder, "Write every step of the network to DIR as .npy")
      ->type_name("DIR");
}

Model OpenModel(const std::string& name_or_file) {
  selfieseg_model* model = nullptr;
  const bool is_file = name_or_file.find_first_of("./") != std::string::npos;
  Check(is_file ? selfieseg_model_open_file(name_or_file.c_str(), &model)
                : selfieseg_model_open(name_or_file.c_str(), &model));
  return Model(model);
}

selfieseg_model_info GetInfo(const Model& model) {
  selfieseg_model_info info = {};
  info.struct_size = sizeof(info);
  Check(selfieseg_model_get_info(model.get(), &info));
  return info;
}

Session OpenSession(const Model& model, const NetworkOptions& options, StepDump* dump) {
  selfieseg_options given = selfieseg_default_options();
  given.threads = options.threads;
  given.backend = options.backend.c_str();
  dump->Attach(&given);
  selfieseg_session* session = nullptr;
  Check(selfieseg_session_open(model.get(), &given, &session));
  return Session(session);
}

selfieseg_timings GetTimings(const Session& session) {
  selfieseg_timings timings = {};
  timings.struct_size = sizeof(timings);
  Check(selfieseg_session_get_timings(session.get(), &timings));
  return timings;
}

std::string InstructionSet(const std::string& backend) {
  const size_t colon = backend.find(':');
  return colon == std::string::npos ? selfieseg_instruction_set() : backend.substr(colon + 1);
}

}  // namespace selfieseg::cli
