#include "gst/renderer.h"

#include <cstring>

#include "gst/formats.h"

namespace selfieseg::gst {
namespace {

void CopyRows(const selfieseg_image& from, const selfieseg_image& to) {
  for (size_t y = 0; y < size_t(to.height); ++y) {
    std::memcpy(static_cast<uint8_t*>(to.data) + y * to.stride,
                static_cast<const uint8_t*>(from.data) + y * from.stride, size_t(to.width));
  }
}

}  // namespace

void Renderer::Prepare(const Settings& settings, Emit emit, int width, int height) {
  live::Finding finding = settings.finding;
  finding.ramp = settings.ramp.value_or(UsualRamp(emit));
  const bool late = !settings.delay_match;
  if (!late || !finder_.IsReady(finding, width, height)) thread_.reset();
  session_ = &finder_.Prepare(finding, width, height);
  if (late && !thread_) thread_.emplace(*session_);
  live::Backdrop backdrop = settings.backdrop;
  if (emit == Emit::kAlpha) {
    backdrop = {};
    backdrop.kind = SELFIESEG_TRANSPARENT;
  } else if (backdrop.kind == SELFIESEG_TRANSPARENT) {
    backdrop.kind = SELFIESEG_COLOR;  // black, until a format with alpha is agreed on
  }
  if (emit != Emit::kMatte && (!effect_ || backdrop != backdrop_)) {
    effect_.reset();
    effect_ = live::OpenEffect(backdrop);
    backdrop_ = backdrop;
  }
  emit_ = emit;
}

void Renderer::Reset() { thread_ ? thread_->Forget() : session_->Reset(); }

void Renderer::Close() {
  thread_.reset();
  finder_.Close();
  effect_.reset();
  late_mask_ = {};
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
