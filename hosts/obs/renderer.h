// The library's side of a filter: sessions and effects, opened when other settings ask for others.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "obs/settings.h"
#include "selfieseg/selfieseg.hpp"

namespace selfieseg::obs {

// Finds the person. Used by one thread at a time. Throws std::exception.
class Finder {
 public:
  // Opens what is needed for frames of this size, if it is not what is open.
  Session& Prepare(const Finding& finding, int width, int height);

 private:
  const Model& ModelFor(const std::string& name, int width, int height);

  std::map<std::string, Model> models_;  // those that were needed
  const Model* model_ = nullptr;         // of the session
  Finding finding_;
  std::optional<Session> session_;
};

// Reads the picture, if there is one. Throws std::exception.
Effect OpenEffect(const Backdrop& backdrop);

// What is shown where nobody can be found: the colour, or nothing, or black. Never a part of the
// frame. Used by one thread at a time.
class Replacement {
 public:
  // The frame's format must be in the table. Real-time safe, but for the first frame of a size.
  void Show(const Backdrop& backdrop, const obs_source_frame& frame) noexcept;

 private:
  Backdrop shown_;
  std::optional<Effect> effect_;
  std::vector<uint8_t> nobody_;
};

}  // namespace selfieseg::obs
