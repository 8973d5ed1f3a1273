// The rows of a result, from all that stands around the person.
#pragma once

#include <vector>

#include "base/image.h"
#include "base/threads.h"
#include "compose/backdrop.h"
#include "compose/colors.h"
#include "compose/overlay.h"
#include "compose/parts.h"
#include "compose/wrap.h"

namespace selfieseg::core {

// What rows are made of; pointers are null for what is not there. Shared by painters.
struct Paint {
  const RowKernels* rows = nullptr;
  selfieseg_background background = SELFIESEG_TRANSPARENT;
  const PixelFormat* format = nullptr;  // of results
  int width = 0, height = 0;
  selfieseg_siting siting = SELFIESEG_LEFT;
  std::vector<uint8_t> constants[3];  // of each plane a line of the new colour
  const Backdrop* backdrop = nullptr;
  Image picture = {};  // where there is no backdrop: as it is shown
  const Overlay *behind = nullptr, *front = nullptr;
  const ColorGrid *colours = nullptr, *picture_colours = nullptr;
  const Wrap* wrap = nullptr;
};

// Has room for the work on one line. Used by one thread at a time.
class alignas(kApart) Painter {
 public:
  // Before each frame.
  void Prepare(const Paint& paint);

  // The rows top..bottom-1, `top` being even. `matte` has these rows and no others. `out` may be
  // `frame`. Real-time safe.
  void Rows(const Paint& paint, const Image& frame, const Image& matte, int top, int bottom,
            const Image& out);

 private:
  // The rows of a matte, or of what is like one, that a line of a plane belongs to.
  struct TwoRows {
    const uint8_t *above, *below;
  };

  struct GridLines {
    const ColorGrid* grid;
    WideLines wide[2][3];  // of each layer and plane
  };

  void Convert(const uint8_t* from, const PixelFormat& format, size_t width, uint8_t* to,
               const PixelFormat& wanted);
  // An estimate of the grid's for some groups of a line.
  void Estimate(GridLines& lines, Layer layer, int plane, int y, size_t begin, size_t end,
                uint8_t* to);
  void Background(const Image& out, int plane, int y, size_t begin, size_t end, uint8_t* to);
  // Draws a picture on groups from `begin` on.
  void Draw(const Overlay::Span& span, size_t begin, size_t group_bytes, uint8_t* to);
  // As RowKernels::mix, for the format's numbers.
  void Mix(uint8_t* colour, const uint8_t* alpha, const uint8_t* background, size_t count);
  // For each number of some groups of a line, how much of it is the person's, or its own; padded.
  void ReadAlpha(const Image& out, int plane, const TwoRows& rows, size_t begin, size_t end,
                 uint8_t* alpha);
  // Some groups of a line.
  void Compose(const Image& frame, const Image& out, int plane, int y, const Part& part);
  void Clean(const Image& out, int plane, int y, size_t begin, size_t end, uint8_t* colour);
  void ComposeSoft(const Image& out, int plane, int y, size_t begin, size_t end, uint8_t* colour);

  const Paint* paint_ = nullptr;
  GridLines colours_ = {}, picture_colours_ = {};
  WideLines wrap_;
  std::vector<uint8_t> kinds_[2], parts_, own_kinds_;
  std::vector<uint8_t> own_[2];
  TwoRows matte_lines_ = {}, own_lines_ = {};
  std::vector<uint8_t> alpha_, colour_, person_, background_, drawn_;
  std::vector<uint8_t> planes_;  // three, for conversions
};

}  // namespace selfieseg::core
