// The two filters that the module offers.
#pragma once

#include <obs.h>

namespace selfieseg::obs {

// For sources that bring frames, such as cameras: works on them as they are.
obs_source_info AsyncFilter();

// For any source that draws: works on what it has drawn.
obs_source_info SyncFilter();

}  // namespace selfieseg::obs
