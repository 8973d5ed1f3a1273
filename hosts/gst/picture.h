// A picture file as pixels, decoded by whatever decoders GStreamer has.
#pragma once

#include <memory>
#include <stdexcept>
#include <string>

#include "live/backdrop.h"

namespace selfieseg::gst {

// What a user asked for and cannot have; what() is a sentence that says what to do.
class Refusal : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// Of a clip the first frame. Blocks until it is decoded, for some seconds at most. Throws Refusal.
std::shared_ptr<const live::Picture> ReadPicture(const std::string& path);

}  // namespace selfieseg::gst
