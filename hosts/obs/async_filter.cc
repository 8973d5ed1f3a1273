// The filter for sources that bring frames. OBS calls filter_video on the thread that draws, so
// the frame itself is handed to a worker, and comes back at the next call: nothing is copied.
#include <obs-module.h>

#include <exception>

#include "obs/filters.h"
#include "obs/properties.h"
#include "obs/settings.h"
#include "obs/worker.h"

namespace selfieseg::obs {
namespace {

struct Filter {
  explicit Filter(obs_source_t* filter) : source(filter), worker(filter) {}

  obs_source_t* source;
  Worker worker;
  Frames unused;
};

const char* Name(void*) { return obs_module_text("Filter"); }

void Update(void* data, obs_data_t* settings) {
  static_cast<Filter*>(data)->worker.Set(ReadSettings(settings));
}

void* Create(obs_data_t* settings, obs_source_t* source) try {
  auto* filter = new Filter(source);
  Update(filter, settings);
  return filter;
} catch (const std::exception& error) {
  blog(LOG_ERROR, "[selfieseg] there is no filter: %s", error.what());
  return nullptr;
}

void GiveBack(Frames* frames, obs_source_t* parent) {
  for (obs_source_frame* frame : *frames) obs_source_release_frame(parent, frame);
  frames->clear();
}

// The frames belong to the parent's store, so it must not be gone.
void Remove(void* data, obs_source_t* parent) {
  auto* filter = static_cast<Filter*>(data);
  filter->worker.Clear(&filter->unused);
  GiveBack(&filter->unused, parent);
}

void Destroy(void* data) {
  auto* filter = static_cast<Filter*>(data);
  filter->worker.Clear(&filter->unused);
  GiveBack(&filter->unused, nullptr);
  delete filter;
}

obs_source_frame* FilterVideo(void* data, obs_source_frame* frame) {
  auto* filter = static_cast<Filter*>(data);
  obs_source_frame* const shown = filter->worker.Exchange(frame, &filter->unused);
  GiveBack(&filter->unused, obs_filter_get_parent(filter->source));
  return shown;
}

obs_properties_t* Properties(void*) { return MakeProperties(); }

}  // namespace

obs_source_info AsyncFilter() {
  obs_source_info info = {};
  info.id = "selfieseg_filter";
  info.type = OBS_SOURCE_TYPE_FILTER;
  info.output_flags = OBS_SOURCE_ASYNC_VIDEO;
  info.get_name = Name;
  info.create = Create;
  info.destroy = Destroy;
  info.get_defaults = SetDefaults;
  info.get_properties = Properties;
  info.update = Update;
  info.filter_video = FilterVideo;
  info.filter_remove = Remove;
  return info;
}

}  // namespace selfieseg::obs
