// A small picture that shows where a mask is wrong.
#pragma once

#include "cli/picture.h"

namespace selfieseg::cli {

// Red where person was found and there is none, blue where it was missed. All have one size; the
// result's longer side has at most 480 pixels.
Picture PaintMistakes(const Picture& frame, const Picture& mask, const Picture& truth);

}  // namespace selfieseg::cli
