// Pictures made worse, seeded: what the networks' card only says in words ("degrading the
// environment light, adding noise, or fast motions, or including large occluders").
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>

namespace selfieseg::eval {

struct Degradation {
  const char* kind;
  const char* level;  // in words, with the strength
  double strength;
};

// Six kinds, three levels each:
//   low light       all light times the strength, of which sRGB shows the 2.2th root
//   noise           Gaussian, of this standard deviation in levels of 255, each channel by itself
//   motion blur     the mean over this share of the width, along the rows
//   occluder        a gray rectangle, its sides this share of the person's box, somewhere in it
//   low resolution  the longer side reduced to so many pixels, and enlarged again
//   JPEG            saved with this quality
std::span<const Degradation> Degradations();

// Rows of RGBA without padding.
struct Pixels {
  std::span<uint8_t> rgba;
  size_t width, height;
};

// Saves as JPEG and reads it again, in place.
using Compress = std::function<void(const Pixels& pixels, int quality)>;

// In place. `truth` is the mask: an occluder hides the person there, too.
void Degrade(const Degradation& degradation, uint64_t seed, const Compress& compress,
             const Pixels& pixels, std::span<uint8_t> truth);

}  // namespace selfieseg::eval
