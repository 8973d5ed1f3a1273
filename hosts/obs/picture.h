// A picture file as pixels, decoded by OBS.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "selfieseg/selfieseg.h"

namespace selfieseg::obs {

struct Picture {
  struct Free {
    void operator()(uint8_t* pixels) const;
  };
  std::unique_ptr<uint8_t, Free> pixels;
  selfieseg_image view;  // of them
};

// Blocks until it is decoded. Throws std::runtime_error.
Picture ReadPicture(const std::string& path);

}  // namespace selfieseg::obs
