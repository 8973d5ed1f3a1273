// The library's side of the element: makes a frame of a frame, with sessions and effects that are
// opened when other settings ask for others.
#pragma once

#include <gst/video/video.h>

#include <cstdint>
#include <optional>
#include <vector>

#include "gst/finder_thread.h"
#include "gst/settings.h"
#include "selfieseg/selfieseg.hpp"

namespace selfieseg::gst {

// Used by one thread at a time. Everything throws std::exception; then `out` must not be shown.
class Renderer {
 public:
  // Opens what these settings need for frames of this size, if it is not what is open.
  void Prepare(const Settings& settings, Emit emit, int width, int height);

  // Forgets the frames before.
  void Reset();

  // Gives all memory back; Prepare() opens anew.
  void Close();

  // As Prepare() was told last. `out` may be `frame`, but for a matte. `matte`, GRAY, may be null.
  // Real-time safe, but for the first frame of a size, if masks are not to be late.
  void Render(const GstVideoFrame& frame, const selfieseg_image& out, const selfieseg_image* matte);

 private:
  void RenderWithLateMask(const GstVideoFrame& frame, const selfieseg_image& out,
                          const selfieseg_image* matte);

  live::Finder finder_;
  Session* session_ = nullptr;
  std::optional<FinderThread> thread_;  // uses the session, if masks may be late
  std::vector<uint8_t> late_mask_;
  live::Backdrop backdrop_;
  std::optional<Effect> effect_;
  Emit emit_ = Emit::kComposite;
};

}  // namespace selfieseg::gst
