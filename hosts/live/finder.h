// Who is found, and how, in live video: sessions are opened when other settings ask for others.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "selfieseg/selfieseg.hpp"

namespace selfieseg::live {

enum class Network { kAuto, kGeneral, kLandscape };

struct Ramp {
  float low, high;
  bool operator==(const Ramp&) const = default;
};

// How the person is found. Another value: another session.
struct Finding {
  Network network = Network::kAuto;
  int quality = 0;  // index of selfieseg_quality_name()
  int threads = 1;
  float smoothing = 1;
  bool tracking = true;
  int grow = 0;
  bool invert = false;
  Ramp ramp = {0.2f, 0.8f};  // for pictures that are composed: see docs/quality.md
  bool operator==(const Finding&) const = default;
};

// Used by one thread at a time. Throws std::exception.
class Finder {
 public:
  // Whether Prepare() would only return what is open.
  bool IsReady(const Finding& finding, int width, int height) const;

  // Opens what is needed for frames of this size. Valid until the next call with other values.
  Session& Prepare(const Finding& finding, int width, int height);

  // Gives all memory back; Prepare() opens anew.
  void Close();

 private:
  std::map<std::string, Model> models_;  // those that were needed
  std::string name_;                     // of the session's model
  Finding finding_;
  std::optional<Session> session_;
};

}  // namespace selfieseg::live
