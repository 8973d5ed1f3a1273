#include "obs/surface.h"

#include <cstring>

#include "obs/formats.h"

namespace selfieseg::obs {
namespace {

struct GraphicsLock {
  GraphicsLock() { obs_enter_graphics(); }
  ~GraphicsLock() { obs_leave_graphics(); }
};

void Free(gs_stagesurf_t* surface) {
  const GraphicsLock lock;
  gs_stagesurface_destroy(surface);
}

}  // namespace

Surface NewSurface(uint32_t width, uint32_t height) {
  return {gs_stagesurface_create(width, height, GS_BGRA), Free};
}

void Fetch(const Surface& surface, const obs_source_frame& frame) {
  const GraphicsLock lock;
  uint8_t* pixels = nullptr;
  uint32_t stride = 0;
  if (!gs_stagesurface_map(surface.get(), &pixels, &stride)) return Blank(frame);
  for (size_t y = 0; y < frame.height; ++y) {
    std::memcpy(frame.data[0] + y * frame.linesize[0], pixels + y * stride,
                size_t(frame.width) * 4);
  }
  gs_stagesurface_unmap(surface.get());
}

}  // namespace selfieseg::obs
