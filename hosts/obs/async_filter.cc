// The filter for sources that bring frames. OBS calls filter_video on the thread that draws, so
// the frame itself is handed to a worker, and comes back at the next call: nothing is copied.
#include <atomic>

#include "obs/filters.h"

namespace selfieseg::obs {
namespace {

struct FrameFilter : Filter {
  explicit FrameFilter(obs_source_t* filter) : Filter(filter) {
    signal_handler_connect(obs_source_get_signal_handler(filter), "enable", OnEnable, this);
  }
  ~FrameFilter() {
    signal_handler_disconnect(obs_source_get_signal_handler(source), "enable", OnEnable, this);
  }
  static void OnEnable(void* filter, calldata_t*) {
    static_cast<FrameFilter*>(filter)->is_new = true;
  }

  // Switched on, or shown again: OBS still has what it showed before, which may be the room, and
  // the worker has a picture of then.
  std::atomic<bool> is_new = false;
};

void GiveBack(Frames* frames, obs_source_t* parent) {
  for (obs_source_frame* frame : *frames) obs_source_release_frame(parent, frame);
  frames->clear();
}

// The frames belong to the parent's store, so it must not be gone.
void Remove(void* data, obs_source_t* parent) {
  auto* filter = static_cast<FrameFilter*>(data);
  filter->worker.Clear(&filter->unused);
  GiveBack(&filter->unused, parent);
}

void Destroy(void* data) {
  auto* filter = static_cast<FrameFilter*>(data);
  filter->worker.Clear(&filter->unused);
  GiveBack(&filter->unused, nullptr);
  delete filter;
}

obs_source_frame* FilterVideo(void* data, obs_source_frame* frame) {
  const ScopeProfiler profile(kProfile);
  auto* filter = static_cast<FrameFilter*>(data);
  if (filter->is_new.exchange(false)) filter->worker.Forget(&filter->unused);
  obs_source_frame* const shown = filter->worker.Exchange(frame, &filter->unused);
  GiveBack(&filter->unused, obs_filter_get_parent(filter->source));
  return shown;
}

}  // namespace

obs_source_info AsyncFilter() {
  obs_source_info info = NewInfo<FrameFilter>("selfieseg_filter", OBS_SOURCE_ASYNC_VIDEO);
  info.get_name = [](void*) { return obs_module_text("Filter"); };
  info.destroy = Destroy;
  info.show = [](void* data) { static_cast<FrameFilter*>(data)->is_new = true; };
  info.filter_video = FilterVideo;
  info.filter_remove = Remove;
  return info;
}

}  // namespace selfieseg::obs
