// A frame to its result: an effect, and what must be known of a frame before it.
#pragma once

#include <optional>
#include <vector>

#include "base/buffer.h"
#include "base/threads.h"
#include "compose/effect.h"
#include "input/sample.h"
#include "selfieseg_frame.h"

namespace selfieseg::core {

class Composer {
 public:
  explicit Composer(Effect effect) : effect_(std::move(effect)) {}

  Effect& effect() { return effect_; }

  // By a matte that is there already. All have one size; matte: GRAY. Real-time safe after the
  // first frame of a size and format, as is the other.
  void Compose(const Image& frame, const Image& matte, const Image& out);

  // Finds the person and composes. Prepares the path.
  void Process(FramePath& path, const Image& frame, const Image& out, Observer& observer,
               selfieseg_timings* timings);

 private:
  // Tells the effect the colours of its new picture, made small to this shape.
  void ReadPicture(const Shape& shape);

  Effect effect_;
  // Of Process: all of the matte, or some rows for each thread; and what it took them.
  std::vector<uint8_t> matte_;
  struct alignas(kApart) Lane {
    double mask_ms = 0, compose_ms = 0;
  };
  std::vector<Lane> lanes_;
  // Of Compose: frame and matte made small.
  Shape shape_ = {};
  std::optional<Sampler> frame_sampler_, matte_sampler_;
  Buffer small_frame_, small_matte_, unused_;
  // Of the picture behind the person.
  Shape picture_shape_ = {};
  std::optional<Sampler> picture_sampler_;
  Buffer small_picture_, picture_luma_;
};

}  // namespace selfieseg::core
