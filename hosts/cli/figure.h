// A drawn person that the networks take for one: for benchmarks and tests, which can ship no photo.
#pragma once

#include "cli/picture.h"

namespace selfieseg::cli {

// Head and shoulders in the middle of the lower edge, before a soft pattern. RGBA, opaque.
Picture DrawPerson(int width, int height);

}  // namespace selfieseg::cli
