#include "gst/renderer.h"

#include <cstring>
#include <string_view>

#include "gst/formats.h"

namespace selfieseg::gst {
namespace {

constexpr double kLandscapeAspect = 1.5;  // the landscape network from here on
                                          // (docs/evaluation.md)

Session Open(const Model& model, const Finding& finding) {
  selfieseg_options options = selfieseg_default_options();
  options.quality = selfieseg_quality_name(size_t(finding.quality));
  options.threads = finding.threads;
  const bool best = std::string_view(options.quality) == "best";  // looks at each picture afresh
  options.smoothing = best ? 0 : finding.smoothing;
  options.tracking = !best && finding.tracking ? 1 : 0;
  options.grow = finding.grow;
  options.invert = finding.invert ? 1 : 0;
  options.ramp_low = finding.ramp->low;
  options.ramp_high = finding.ramp->high;
  return Session(model, options);
}

void CopyRows(const selfieseg_image& from, const selfieseg_image& to) {
  for (size_t y = 0; y < size_t(to.height); ++y) {
    std::memcpy(static_cast<uint8_t*>(to.data) + y * to.stride,
                static_cast<const uint8_t*>(from.data) + y * from.stride, size_t(to.width));
  }
}

}  // namespace

Effect OpenEffect(const Backdrop& backdrop) {
  selfieseg_effect_options options = selfieseg_default_effect_options();
  options.background = backdrop.kind;
  options.red = backdrop.red, options.green = backdrop.green, options.blue = backdrop.blue;
  options.fit = backdrop.fit;
  options.blur_radius = backdrop.blur_radius;
  options.light_wrap = backdrop.light_wrap;
  if (backdrop.picture != nullptr) options.picture = backdrop.picture->View();
  return Effect(options);
}

const Model& Renderer::ModelFor(Network network, int width, int height) {
  const bool wide = width >= kLandscapeAspect * height;
  const bool landscape = network == Network::kLandscape || (network == Network::kAuto && wide);
  const std::string name = landscape ? "landscape" : "general";
  const auto open = models_.find(name);
  return open != models_.end() ? open->second
                               : models_.emplace(name, Model::Open(name)).first->second;
}

void Renderer::Prepare(const Settings& settings, Emit emit, int width, int height) {
  Finding finding = settings.finding;
  if (!finding.ramp) finding.ramp = UsualRamp(emit);
  const Model* model = &ModelFor(finding.network, width, height);
  const bool open = session_ || thread_;
  if (!open || model != model_ || finding != finding_) {
    session_.reset();  // in case that what follows throws
    thread_.reset();
    if (finding.delay_match) {
      session_ = Open(*model, finding);
    } else {
      thread_.emplace(Open(*model, finding));
    }
    model_ = model;
    finding_ = finding;
  }
  Backdrop backdrop = settings.backdrop;
  if (emit == Emit::kAlpha) {
    backdrop = {};
    backdrop.kind = SELFIESEG_TRANSPARENT;
  } else if (backdrop.kind == SELFIESEG_TRANSPARENT) {
    backdrop.kind = SELFIESEG_COLOR;  // black, until a format with alpha is agreed on
  }
  if (emit != Emit::kMatte && (!effect_ || backdrop != backdrop_)) {
    effect_.reset();
    effect_ = OpenEffect(backdrop);
    backdrop_ = backdrop;
  }
  emit_ = emit;
}

void Renderer::Reset() {
  if (session_) session_->Reset();
  if (thread_) thread_->Forget();
}

void Renderer::Close() {
  session_.reset();
  thread_.reset();
  effect_.reset();
  late_mask_ = {};
  model_ = nullptr;
  models_.clear();
}

void Renderer::RenderWithLateMask(const GstVideoFrame& frame, const selfieseg_image& out,
                                  const selfieseg_image* matte) {
  late_mask_.resize(size_t(out.width) * size_t(out.height));
  const selfieseg_image mask = matte != nullptr ? *matte
                                                : selfieseg_wrap(SELFIESEG_GRAY, out.width,
                                                                 out.height, late_mask_.data(), 0);
  thread_->Newest(frame, mask);
  if (emit_ == Emit::kMatte) {
    CopyRows(mask, out);
  } else {
    effect_->Compose(ViewOf(frame), mask, out);
  }
}

void Renderer::Render(const GstVideoFrame& mapped, const selfieseg_image& out,
                      const selfieseg_image* matte) {
  if (thread_) return RenderWithLateMask(mapped, out, matte);
  const selfieseg_image frame = ViewOf(mapped);
  if (emit_ == Emit::kMatte) {
    session_->Segment(frame, out);
    if (matte != nullptr) CopyRows(out, *matte);
  } else if (matte != nullptr) {
    session_->Segment(frame, *matte);
    effect_->Compose(frame, *matte, out);
  } else {
    session_->Process(*effect_, frame, out);
  }
}

}  // namespace selfieseg::gst
