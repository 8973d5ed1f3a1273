// Pixels on their way from the graphics card.
#pragma once

#include <obs.h>

#include <memory>

namespace selfieseg::obs {

// Freed by whoever lets go of it last, in any thread that is not inside another's graphics lock.
using Surface = std::shared_ptr<gs_stagesurf_t>;

// For BGRA. Null if there can be none. With OBS's graphics lock.
Surface NewSurface(uint32_t width, uint32_t height);

// Copies the pixels into a frame of the surface's size, which is black and transparent if they
// cannot be had. Waits for the graphics card, with OBS's graphics lock.
void Fetch(const Surface& surface, const obs_source_frame& frame);

}  // namespace selfieseg::obs
