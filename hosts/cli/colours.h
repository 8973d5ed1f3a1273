// Colours of files as colours of sRGB, which is what the networks were trained on and what we
// write.
#pragma once

#include "cli/picture.h"

namespace selfieseg::cli {

// Converts the pixels by the file's ICC profile; inks without one by plain arithmetic. A profile
// that is damaged, or speaks of other colours than the file has, is ignored, with a warning.
void ConvertToSrgb(Decoded* decoded);

// An ICC profile of sRGB, to be written into files that have no other way to say so.
const Bytes& SrgbProfile();

}  // namespace selfieseg::cli
