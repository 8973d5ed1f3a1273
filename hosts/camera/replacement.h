// What is shown when there is no finished frame: the background without anybody, and never a frame
// of the camera.
#pragma once

#include <cstdint>
#include <vector>

#include "live/backdrop.h"

namespace selfieseg::camera {

// YUY2 without padding. Black, if the background is made of the room. Throws std::exception.
std::vector<uint8_t> MakeReplacement(const live::Backdrop& backdrop, int width, int height);

}  // namespace selfieseg::camera
