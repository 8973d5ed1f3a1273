// The widgets of a filter's settings.
#pragma once

#include <obs.h>

namespace selfieseg::obs {

// The caller owns them.
obs_properties_t* MakeProperties();

}  // namespace selfieseg::obs
