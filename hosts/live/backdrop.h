// What stands around the person in live video, and what is shown instead where nobody was found.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "selfieseg/selfieseg.hpp"

namespace selfieseg::live {

struct Picture {
  std::vector<uint8_t> pixels;  // rows without padding
  selfieseg_format format;
  int width, height;
};

// Another value: another effect.
struct Backdrop {
  selfieseg_background kind = SELFIESEG_BLUR;
  uint8_t red = 0, green = 0, blue = 0;
  float blur_radius = 0;                   // 0: the library's
  std::shared_ptr<const Picture> picture;  // of SELFIESEG_PICTURE
  selfieseg_fit fit = SELFIESEG_FILL;
  float light_wrap = 0;
  bool operator==(const Backdrop&) const = default;
};

// Throws std::exception.
Effect OpenEffect(const Backdrop& backdrop);

// The backdrop without anybody: nothing of a frame is in it. Used by one thread at a time.
class Replacement {
 public:
  // Over all of `frame`: black, if the backdrop is made of the room. Real-time safe, but for
  // the first frame of a size or of a backdrop. Throws std::exception.
  void Show(const Backdrop& backdrop, const selfieseg_image& frame);

 private:
  Backdrop shown_;
  std::optional<Effect> effect_;
  std::vector<uint8_t> nobody_;
};

}  // namespace selfieseg::live
