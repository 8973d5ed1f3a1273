// The library's model and session as owned by the tool, and the options that every command with a
// network has.
#pragma once

#include <memory>
#include <string>

#include "cli/dump.h"
#include "selfieseg/selfieseg.h"

namespace CLI {
class App;
}

namespace selfieseg::cli {

inline constexpr const char* kBuiltinNetworks[] = {"general", "landscape"};

struct NetworkOptions {
  std::string model;
  std::string backend = selfieseg_default_options().backend;
  int threads = selfieseg_default_options().threads;
  std::string dump_folder;
};

// Adds --backend, --threads and --dump; --model means something else in each command.
void AddNetworkOptions(CLI::App& command, NetworkOptions* options);

struct CloseModel {
  void operator()(selfieseg_model* model) const { selfieseg_model_close(model); }
};
struct CloseSession {
  void operator()(selfieseg_session* session) const { selfieseg_session_close(session); }
};
using Model = std::unique_ptr<selfieseg_model, CloseModel>;
using Session = std::unique_ptr<selfieseg_session, CloseSession>;

// A name with a dot or a slash is a file, any other a built-in network. These throw Failure.
Model OpenModel(const std::string& name_or_file);
selfieseg_model_info GetInfo(const Model& model);

// `dump` must outlive the session.
Session OpenSession(const Model& model, const NetworkOptions& options, StepDump* dump);
selfieseg_timings GetTimings(const Session& session);

// What the backend computes with: "AVX2" for "simd" on such a machine and for "simd:AVX2" on any.
std::string InstructionSet(const std::string& backend);

}  // namespace selfieseg::cli
