// A picture file as pixels, decoded by whatever decoders GStreamer has.
#pragma once

#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "selfieseg/selfieseg.h"

namespace selfieseg::gst {

// What a user asked for and cannot have; what() is a sentence that says what to do.
class Refusal : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

struct Picture {
  std::vector<uint8_t> rgb;  // rows without padding
  int width, height;

  selfieseg_image View() const {
    return selfieseg_wrap(SELFIESEG_RGB, width, height, const_cast<uint8_t*>(rgb.data()), 0);
  }
};

// Of a clip the first frame. Blocks until it is decoded, for some seconds at most. Throws Refusal.
std::shared_ptr<const Picture> ReadPicture(const std::string& path);

}  // namespace selfieseg::gst
