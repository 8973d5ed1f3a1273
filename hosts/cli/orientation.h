// Cameras store pictures as the sensor lay, and say in EXIF how to turn them.
#pragma once

#include "cli/picture.h"

namespace selfieseg::cli {

// 1..8 as EXIF defines; 1, upright, when it is not said or not legal.
int OrientationOf(const Bytes& exif);

// Turns and mirrors the pixels of a picture stored with this orientation.
void TurnUpright(Picture* picture, int orientation);

}  // namespace selfieseg::cli
