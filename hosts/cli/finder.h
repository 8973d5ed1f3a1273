// Finds the person in pictures of any shape: the sessions of the networks that a command may use,
// and the rule that chooses among them.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "cli/dump.h"
#include "cli/network.h"
#include "cli/picture.h"
#include "selfieseg/selfieseg.hpp"

namespace selfieseg::cli {

// What all pictures of a command have in common. Shared by threads.
struct FinderOptions {
  NetworkOptions network;
  std::map<std::string, Model> models;  // one, or those among which a picture's shape chooses
  std::string quality = selfieseg_quality_name(0);
  float ramp_low = 0, ramp_high = 1;
  int grow = 0;  // pixels
  bool invert = false;
  bool tracking = false;  // what streams are opened with
};

// Adds --model, --quality, --grow, --invert, --backend, --threads and --dump.
void AddFinderOptions(CLI::App& command, FinderOptions* options);

// Adds --track and --no-track, for commands that have streams.
void AddTrackOption(CLI::App& command, std::optional<bool>* track);

// `standard` where neither was said, but never with quality best. Throws Misuse.
void SetTracking(std::optional<bool> track, bool standard, FinderOptions* options);

// Reads --model, where "auto" is general and landscape. Throws selfieseg::Error.
void OpenModels(FinderOptions* options);

// A mask is the network's confidence. Where people look at the result, a faint haze is no person
// and a faint hole no background: see docs/quality.md.
inline constexpr const char *kPlainThreshold = "0:1", *kShownThreshold = "0.2:0.8";

// Sets the ramp from LO:HI. Throws Misuse.
void SetThreshold(const std::string& text, FinderOptions* options);

struct Found {
  Picture mask;  // GRAY
  std::string model, instruction_set;
  selfieseg_timings timings;
};

// Used by one thread. `options` must outlive it.
class Finder {
 public:
  // Of frames of one stream: smoothing over time, 0..1, and whether the person is followed.
  explicit Finder(const FinderOptions& options, float smoothing = 0, bool tracking = false);
  Finder(const Finder&) = delete;  // its sessions report to its dump
  Finder& operator=(const Finder&) = delete;

  Found Find(const Picture& frame);

  // For those who have frames of one shape only: the network for it, and its session.
  std::string ModelFor(int width, int height) const;
  Session& SessionOf(const std::string& model);

 private:
  const FinderOptions* options_;
  float smoothing_;
  bool tracking_;
  StepDump dump_;
  std::map<std::string, Session> sessions_;
};

}  // namespace selfieseg::cli
