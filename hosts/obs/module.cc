// What OBS sees of the module.
#include <obs-module.h>

#include "obs/filters.h"
#include "selfieseg/selfieseg.h"

OBS_DECLARE_MODULE()
OBS_MODULE_USE_DEFAULT_LOCALE("selfieseg", "en-US")

MODULE_EXPORT const char* obs_module_name(void) { return "selfieseg"; }
MODULE_EXPORT const char* obs_module_description(void) {
  return "Another background for the person in the picture";
}

bool obs_module_load(void) {
  const obs_source_info filters[] = {selfieseg::obs::AsyncFilter(), selfieseg::obs::SyncFilter()};
  for (const obs_source_info& info : filters) obs_register_source(&info);
  blog(LOG_INFO, "[selfieseg] version %s, %s", selfieseg_version(), selfieseg_instruction_set());
  return true;
}
