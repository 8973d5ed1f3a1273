#include "obs/renderer.h"

#include "obs/formats.h"
#include "obs/picture.h"

namespace selfieseg::obs {
namespace {

constexpr double kLandscapeAspect = 1.5;  // the landscape network from here on
                                          // (docs/evaluation.md)

Session OpenSession(const Model& model, const Finding& finding) {
  selfieseg_options options = selfieseg_default_options();
  options.quality = finding.quality.c_str();
  options.threads = finding.threads;
  const bool best = finding.quality == "best";  // looks at each picture afresh
  options.smoothing = best ? 0 : finding.smoothing;
  options.tracking = !best && finding.tracking ? 1 : 0;
  options.grow = finding.grow;
  options.ramp_low = finding.ramp_low;
  options.ramp_high = finding.ramp_high;
  return Session(model, options);
}

}  // namespace

const Model& Finder::ModelFor(const std::string& wanted, int width, int height) {
  const bool wide = width >= kLandscapeAspect * height;
  const std::string name = wanted != "auto" ? wanted : wide ? "landscape" : "general";
  const auto open = models_.find(name);
  return open != models_.end() ? open->second
                               : models_.emplace(name, Model::Open(name)).first->second;
}

Session& Finder::Prepare(const Finding& finding, int width, int height) {
  const Model* model = &ModelFor(finding.model, width, height);
  if (!session_ || model != model_ || finding != finding_) {
    session_.reset();  // in case that what follows throws
    session_ = OpenSession(*model, finding);
    model_ = model;
    finding_ = finding;
  }
  return *session_;
}

Effect OpenEffect(const Backdrop& backdrop) {
  selfieseg_effect_options options = selfieseg_default_effect_options();
  options.background = backdrop.kind;
  options.red = backdrop.red, options.green = backdrop.green, options.blue = backdrop.blue;
  options.fit = backdrop.fit;
  options.blur_radius = backdrop.blur_radius;
  options.light_wrap = backdrop.light_wrap;
  Picture picture;  // the effect copies it
  if (backdrop.kind == SELFIESEG_PICTURE) {
    picture = ReadPicture(backdrop.picture);
    options.picture = picture.view;
  }
  return Effect(options);
}

void Replacement::Show(const Backdrop& backdrop, const obs_source_frame& frame) noexcept {
  try {
    Backdrop wanted;  // without a picture: that may be what is wrong
    const bool clear = backdrop.kind == SELFIESEG_TRANSPARENT;
    if (clear && FindFormat(frame.format)->has_alpha) wanted.kind = SELFIESEG_TRANSPARENT;
    wanted.red = backdrop.red, wanted.green = backdrop.green, wanted.blue = backdrop.blue;
    if (!effect_ || wanted != shown_) {
      effect_.reset();
      effect_ = OpenEffect(wanted);
      shown_ = wanted;
    }
    const selfieseg_image view = ViewOf(frame);
    nobody_.resize(size_t(frame.width) * frame.height, 0);
    effect_->Compose(
        view, selfieseg_wrap(SELFIESEG_GRAY, view.width, view.height, nobody_.data(), 0), view);
  } catch (...) {
    Blank(frame);
  }
}

}  // namespace selfieseg::obs
