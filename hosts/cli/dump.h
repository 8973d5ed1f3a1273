// Writes what the library's observer sees: every step of the network as FOLDER/NAME.npy.
#pragma once

#include <string>

#include "selfieseg/selfieseg.h"

namespace selfieseg::cli {

class StepDump {
 public:
  // An empty folder means: no dump. The folder is created with the first step.
  explicit StepDump(std::string folder) : folder_(std::move(folder)) {}

  // Makes `options` report to this object, which must outlive the session.
  void Attach(selfieseg_options* options);

  // Throws the first Failure that happened during a call of the library, through which it could not
  // be thrown.
  void Check() const;

 private:
  static void Observe(void* self, const selfieseg_step* step);
  void Write(const selfieseg_step& step);

  std::string folder_;
  std::string failure_;
};

}  // namespace selfieseg::cli
