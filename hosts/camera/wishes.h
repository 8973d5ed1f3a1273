// What the camera is asked for, as plain values: by options at the start, by `camera set` later.
#pragma once

#include <map>
#include <stdexcept>
#include <string>
#include <vector>

namespace selfieseg::camera {

// A value that cannot be used. The sentence says which, and what could be.
class Refusal : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

struct Wishes {
  std::string input;                // "": the first camera; test, a device or a file
  std::string output = "pipewire";  // or /dev/videoN, or window
  int width = 1280, height = 720;   // of what comes out
  int rate = 30;                    // frames a second
  bool mirror = false;
  int cpu_budget_percent = 0;  // of one core; 0: no limit
  // Properties of the element `selfiesegment`, by their names. Those of them that open files are
  // checked by whoever opens them.
  std::map<std::string, std::string> element = {{"background", "blur"}};
};

struct Wish {
  const char* key;
  const char* value;  // what it may be, for --help
  const char* what;
  bool while_running;
};

// All keys, in the order of the options.
const std::vector<Wish>& AllWishes();

// Takes one value. Throws Refusal, and then changes nothing.
void Take(const std::string& key, const std::string& value, Wishes* wishes);

// As it was said, or the value that holds without.
std::string ValueOf(const Wishes& wishes, const std::string& key);

}  // namespace selfieseg::camera
