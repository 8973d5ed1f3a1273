// Steps are named by the model file, which may come from anyone: a name never leads out of the
// folder.
#include "cli/dump.h"

#include <cstddef>
#include <filesystem>

#include "cli/failure.h"
#include "cli/files.h"
#include "cli/npy.h"

namespace selfieseg::cli {
namespace {

constexpr size_t kMaxNameLength = 200;

bool IsPlainName(const std::string& name) {
  if (name.empty() || name.size() > kMaxNameLength || name.front() == '.') return false;
  for (const unsigned char c : name) {
    if (c == '/' || c < 0x20 || c > 0x7E) return false;
  }
  return true;
}

}  // namespace

void StepDump::Attach(selfieseg_options* options) {
  if (folder_.empty()) return;
  options->observer = Observe;
  options->observer_context = this;
}

void StepDump::Check() const {
  if (!failure_.empty()) throw Failure(failure_);
}

void StepDump::Observe(void* self, const selfieseg_step* step) {
  StepDump* dump = static_cast<StepDump*>(self);
  if (step->data == nullptr || !dump->failure_.empty()) return;
  try {
    dump->Write(*step);
  } catch (const std::exception& exception) {
    dump->failure_ = exception.what();
  }
}

void StepDump::Write(const selfieseg_step& step) {
  if (!IsPlainName(step.name)) {
    throw Failure("the model names a step '" + std::string(step.name) + "', which is no file name");
  }
  std::error_code error;
  std::filesystem::create_directories(folder_, error);
  if (error) throw FileFailure(folder_, "cannot be created: " + error.message());
  const int64_t shape[] = {step.shape[0], step.shape[1], step.shape[2], step.shape[3]};
  size_t count = 1;
  for (const int64_t size : shape) count *= size_t(size);
  WriteFile(folder_ + "/" + step.name + ".npy", EncodeNpy(shape, {step.data, count}));
}

}  // namespace selfieseg::cli
