// What a stream says beside its pictures: how a player must turn them, and about their light.
#pragma once

#include "cli/io/ffmpeg.h"

namespace selfieseg::cli {

// The 9 numbers of a player's matrix; null: there is none.
const int32_t* DisplayMatrixOf(const AVStream& stream);

// Room for them. The owner is the stream.
int32_t* AddDisplayMatrix(AVStream* stream);

// Which of EXIF's orientations, 1..8, pictures are stored in that are shown by this matrix; 1 for
// null, and for a matrix that does more than to turn by quarters and mirror.
int OrientationOf(const int32_t* display_matrix);

// Clockwise, 0..359.
int RotationOf(const int32_t* display_matrix);

// Copies what there is, the matrix only `with_matrix`.
void CopySideData(const AVStream& from, bool with_matrix, AVStream* to);

}  // namespace selfieseg::cli
