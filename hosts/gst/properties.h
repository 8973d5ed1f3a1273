// The element's properties: one table of what they are called, what they may be, and which setting
// each one is.
#pragma once

#include <glib-object.h>

#include "gst/settings.h"

namespace selfieseg::gst {

void InstallProperties(GObjectClass* object_class);

// Changes what the property stands for. Throws Refusal, and then changes nothing.
void SetProperty(guint id, const GValue* value, Settings* settings);
void GetProperty(guint id, const Settings& settings, GValue* value);

}  // namespace selfieseg::gst
