// The two filters that the module offers, and what they have in common.
#pragma once

#include <obs-module.h>
#include <util/profiler.hpp>

#include "obs/properties.h"
#include "obs/settings.h"
#include "obs/worker.h"

namespace selfieseg::obs {

// For sources that bring frames, such as cameras: works on them as they are.
obs_source_info AsyncFilter();

// For any source that draws: works on what it has drawn.
obs_source_info SyncFilter();

// What OBS's profiler, and so its log, calls the time that its thread spends on a filter.
inline constexpr char kProfile[] = "selfieseg";

struct Filter {
  explicit Filter(obs_source_t* filter) : source(filter), worker(filter) {}

  obs_source_t* source;
  Worker worker;
  Frames unused;
};

// What OBS is told of both alike. `Kind` is a Filter.
template <class Kind>
obs_source_info NewInfo(const char* id, uint32_t flags) {
  obs_source_info info = {};
  info.id = id;
  info.type = OBS_SOURCE_TYPE_FILTER;
  info.output_flags = flags;
  // Without memory this ends OBS, as OBS's own allocations do: without a filter, OBS shows the
  // room.
  info.create = [](obs_data_t* settings, obs_source_t* source) noexcept -> void* {
    auto* filter = new Kind(source);
    filter->worker.Set(ReadSettings(settings));
    return filter;
  };
  info.get_defaults = SetDefaults;
  info.get_properties = [](void*) { return MakeProperties(); };
  info.update = [](void* data, obs_data_t* settings) {
    static_cast<Kind*>(data)->worker.Set(ReadSettings(settings));
  };
  return info;
}

}  // namespace selfieseg::obs
