#include "live/backdrop.h"

namespace selfieseg::live {

Effect OpenEffect(const Backdrop& backdrop) {
  selfieseg_effect_options options = selfieseg_default_effect_options();
  options.background = backdrop.kind;
  options.red = backdrop.red, options.green = backdrop.green, options.blue = backdrop.blue;
  options.fit = backdrop.fit;
  options.blur_radius = backdrop.blur_radius;
  options.light_wrap = backdrop.light_wrap;
  if (const Picture* picture = backdrop.picture.get()) {
    options.picture = selfieseg_wrap(picture->format, picture->width, picture->height,
                                     const_cast<uint8_t*>(picture->pixels.data()), 0);
  }
  return Effect(options);
}

void Replacement::Show(const Backdrop& backdrop, const selfieseg_image& frame) {
  Backdrop wanted = backdrop;
  if (wanted.kind == SELFIESEG_BLUR || wanted.kind == SELFIESEG_KEEP) {
    wanted = {};
    wanted.kind = SELFIESEG_COLOR;
  }
  if (!effect_ || wanted != shown_) {
    effect_.reset();
    effect_ = OpenEffect(wanted);
    shown_ = wanted;
  }
  nobody_.resize(size_t(frame.width) * size_t(frame.height), 0);
  effect_->Compose(
      frame, selfieseg_wrap(SELFIESEG_GRAY, frame.width, frame.height, nobody_.data(), 0), frame);
}

}  // namespace selfieseg::live
