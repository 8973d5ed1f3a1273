// A picture file as pixels, decoded by OBS.
#pragma once

#include <memory>
#include <string>

#include "live/backdrop.h"

namespace selfieseg::obs {

// Blocks until it is decoded. Throws std::runtime_error.
std::shared_ptr<const live::Picture> ReadPicture(const std::string& path);

}  // namespace selfieseg::obs
