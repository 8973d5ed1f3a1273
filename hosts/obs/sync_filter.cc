// The filter for any source that draws: what it has drawn is fetched from the graphics card by the
// worker, or here one tick later, so that OBS's thread waits for neither the card nor the network,
// and the result is brought back as a texture.
#include <atomic>
#include <utility>

#include "obs/filters.h"

namespace selfieseg::obs {
namespace {

constexpr size_t kMostKept = 3;
constexpr uint64_t kLongestGap = 500'000'000;  // ns; what was drawn before that is of no use

struct PixelFilter : Filter {
  using Filter::Filter;

  uint32_t width = 0, height = 0;  // of all that follows
  gs_texrender_t* drawn = nullptr;
  Surface drawing;  // what this tick has drawn
  Surface here;     // what the tick before has drawn
  bool is_here = false;
  gs_texture_t* result = nullptr;
  bool has_result = false;
  std::atomic<bool> done = false;  // for this tick; ticks come without OBS's graphics lock
  uint64_t time = 0;               // of the last tick that it was drawn in
};

// All frames here are our own.
void Free(Frames* frames) {
  for (obs_source_frame* frame : *frames) obs_source_frame_destroy(frame);
  frames->clear();
}

void FreeTextures(PixelFilter* filter) {
  gs_texrender_destroy(filter->drawn);
  filter->drawing = filter->here = nullptr;
  gs_texture_destroy(filter->result);
  filter->drawn = nullptr;
  filter->result = nullptr;
  filter->has_result = filter->is_here = false;
}

void Destroy(void* data) {
  auto* filter = static_cast<PixelFilter*>(data);
  filter->worker.Clear(&filter->unused);
  Free(&filter->unused);
  obs_enter_graphics();
  FreeTextures(filter);
  obs_leave_graphics();
  delete filter;
}

bool MakeTextures(PixelFilter* filter, uint32_t width, uint32_t height) {
  if (filter->drawn != nullptr && width == filter->width && height == filter->height) return true;
  FreeTextures(filter);
  filter->width = width, filter->height = height;
  filter->drawn = gs_texrender_create(GS_BGRA, GS_ZS_NONE);
  filter->drawing = NewSurface(width, height);
  filter->here = NewSurface(width, height);
  filter->result = gs_texture_create(width, height, GS_BGRA, 1, nullptr, GS_DYNAMIC);
  const bool all =
      filter->drawing != nullptr && filter->here != nullptr && filter->result != nullptr;
  if (!all) FreeTextures(filter);
  return all;
}

void DrawTarget(PixelFilter* filter, obs_source_t* target, obs_source_t* parent) {
  gs_texrender_reset(filter->drawn);
  gs_blend_state_push();
  gs_blend_function_separate(GS_BLEND_SRCALPHA, GS_BLEND_INVSRCALPHA, GS_BLEND_ONE,
                             GS_BLEND_INVSRCALPHA);
  if (gs_texrender_begin(filter->drawn, filter->width, filter->height)) {
    const vec4 clear = {};
    gs_clear(GS_CLEAR_COLOR, &clear, 0, 0);
    gs_ortho(0, float(filter->width), 0, float(filter->height), -100, 100);
    const uint32_t flags = obs_source_get_output_flags(target);
    const bool simple =
        target == parent && (flags & (OBS_SOURCE_CUSTOM_DRAW | OBS_SOURCE_ASYNC)) == 0;
    simple ? obs_source_default_render(target) : obs_source_video_render(target);
    gs_texrender_end(filter->drawn);
  }
  gs_blend_state_pop();
}

// One that is unused, if it is of this size. Of the others only a few are kept.
obs_source_frame* NewFrame(PixelFilter* filter) {
  obs_source_frame* found = nullptr;
  size_t kept = 0;
  for (obs_source_frame* frame : filter->unused) {
    const bool fits = frame->width == filter->width && frame->height == filter->height;
    if (fits && found == nullptr) {
      found = frame;
    } else if (fits && kept < kMostKept) {
      filter->unused[kept++] = frame;
    } else {
      obs_source_frame_destroy(frame);
    }
  }
  filter->unused.resize(kept);
  return found != nullptr
             ? found
             : obs_source_frame_create(VIDEO_FORMAT_BGRA, filter->width, filter->height);
}

// Brings what was drawn to the worker, and what that gives to the result.
void Work(PixelFilter* filter) {
  const bool has_delay_match = filter->worker.HasDelayMatch();
  if (!has_delay_match && !filter->is_here) return;
  obs_source_frame* const frame = NewFrame(filter);
  frame->timestamp = obs_get_video_frame_time();
  if (!has_delay_match) Fetch(filter->here, *frame);
  obs_source_frame* const shown =
      filter->worker.Exchange(frame, &filter->unused, has_delay_match ? filter->drawing : nullptr);
  if (shown == nullptr) return;
  gs_texture_set_image(filter->result, shown->data[0], shown->linesize[0], false);
  filter->has_result = true;
  filter->unused.push_back(shown);
}

void DrawResult(PixelFilter* filter) {
  gs_effect_t* effect = obs_get_base_effect(OBS_EFFECT_DEFAULT);
  gs_effect_set_texture(gs_effect_get_param_by_name(effect, "image"), filter->result);
  const bool srgb = gs_framebuffer_srgb_enabled();
  gs_enable_framebuffer_srgb(false);
  gs_blend_state_push();
  gs_blend_function_separate(GS_BLEND_SRCALPHA, GS_BLEND_INVSRCALPHA, GS_BLEND_ONE,
                             GS_BLEND_INVSRCALPHA);
  while (gs_effect_loop(effect, "Draw")) {
    gs_draw_sprite(filter->result, 0, filter->width, filter->height);
  }
  gs_blend_state_pop();
  gs_enable_framebuffer_srgb(srgb);
}

void Tick(void* data, float) { static_cast<PixelFilter*>(data)->done = false; }

// Whatever is missing, nothing is drawn: never the source as it is.
void Render(void* data, gs_effect_t*) {
  const ScopeProfiler profile(kProfile);
  auto* filter = static_cast<PixelFilter*>(data);
  obs_source_t* const target = obs_filter_get_target(filter->source);
  obs_source_t* const parent = obs_filter_get_parent(filter->source);
  if (target == nullptr || parent == nullptr) return;
  const uint32_t width = obs_source_get_base_width(target);
  const uint32_t height = obs_source_get_base_height(target);
  if (width == 0 || height == 0) return;
  if (!filter->done) {
    filter->done = true;
    const uint64_t before = std::exchange(filter->time, obs_get_video_frame_time());
    if (filter->time - before > kLongestGap) {
      filter->worker.Forget(&filter->unused);
      filter->has_result = filter->is_here = false;
    }
    if (!MakeTextures(filter, width, height)) return;
    DrawTarget(filter, target, parent);
    gs_texture_t* const drawn = gs_texrender_get_texture(filter->drawn);
    if (drawn == nullptr) return;
    gs_stage_texture(filter->drawing.get(), drawn);
    Work(filter);
    filter->drawing.swap(filter->here);
    filter->is_here = true;
  }
  if (filter->has_result) DrawResult(filter);
}

}  // namespace

obs_source_info SyncFilter() {
  obs_source_info info = NewInfo<PixelFilter>("selfieseg_filter_of_pixels", OBS_SOURCE_VIDEO);
  info.get_name = [](void*) { return obs_module_text("FilterOfPixels"); };
  info.destroy = Destroy;
  info.video_tick = Tick;
  info.video_render = Render;
  return info;
}

}  // namespace selfieseg::obs
