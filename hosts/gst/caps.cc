#include "gst/caps.h"

#include "gst/formats.h"

namespace selfieseg::gst {
namespace {

bool IsAny(const Format&) { return true; }
bool IsGray(const Format& format) { return format.theirs == GST_VIDEO_FORMAT_GRAY8; }
bool CanBecomeAlpha(const Format& format) { return format.can_become_alpha; }
bool HasAlpha(const Format& format) { return format.has_alpha; }

using Wanted = bool (*)(const Format&);
struct Sides {
  Wanted in, out;
};
Sides SidesOf(Emit emit) {
  return emit == Emit::kMatte ? Sides{IsAny, IsGray} : Sides{CanBecomeAlpha, HasAlpha};
}

// What is said of RGB or of Y'CbCr does not hold for the other side.
GstCaps* WithoutColours(GstCaps* caps) {
  GstCaps* rest = gst_caps_make_writable(caps);
  for (guint i = 0; i < gst_caps_get_size(rest); ++i) {
    gst_structure_remove_fields(gst_caps_get_structure(rest, i), "format", "colorimetry",
                                "chroma-site", nullptr);
  }
  return rest;
}

GstCaps* IntersectAndUnref(GstCaps* first, GstCaps* second) {
  GstCaps* both = gst_caps_intersect_full(first, second, GST_CAPS_INTERSECT_FIRST);
  gst_caps_unref(first);
  gst_caps_unref(second);
  return both;
}

}  // namespace

GstCaps* OtherCaps(Emit emit, GstPadDirection direction, GstCaps* caps, GstCaps* filter) {
  GstCaps* other = gst_caps_ref(caps);
  if (emit != Emit::kComposite) {
    const Sides sides = SidesOf(emit);
    const bool is_input = direction == GST_PAD_SINK;
    other = IntersectAndUnref(other, CapsOf(is_input ? sides.in : sides.out));
    other = IntersectAndUnref(WithoutColours(other), CapsOf(is_input ? sides.out : sides.in));
  }
  return filter == nullptr ? other : IntersectAndUnref(gst_caps_ref(filter), other);
}

Emit AgreedEmit(Emit wanted, GstVideoFormat in, GstVideoFormat out) {
  const Format *from = FindFormat(in), *to = FindFormat(out);
  const bool alpha = CanBecomeAlpha(*from) && HasAlpha(*to);
  const bool can = wanted == Emit::kComposite ? in == out
                   : wanted == Emit::kMatte   ? IsGray(*to)
                                              : alpha;
  if (can) return wanted;
  if (in == out) return Emit::kComposite;
  return IsGray(*to) ? Emit::kMatte : Emit::kAlpha;
}

}  // namespace selfieseg::gst
