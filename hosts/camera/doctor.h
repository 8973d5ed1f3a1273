// Says in plain words what keeps a camera from being seen, and the command that mends it. Only
// reads files, below a root that tests choose.
#pragma once

#include <functional>
#include <string>
#include <vector>

namespace selfieseg::camera {

struct Machine {
  std::string root;                                      // "" is the machine itself
  std::string runtime_folder;                            // XDG_RUNTIME_DIR; "": not set
  std::string kernel;                                    // as uname -r says
  std::function<bool(const std::string& path)> may_use;  // read and write
};
Machine ThisMachine();

struct Finding {
  enum class Kind { kGood, kNote, kWrong };  // a note: something only some programs need
  Kind kind;
  std::string what;
  std::string command;  // that mends it; "" where none does
};

// `output` as in Wishes: what is only a note for PipeWire is wrong for a device.
std::vector<Finding> Examine(const Machine& machine, const std::string& output);

}  // namespace selfieseg::camera
