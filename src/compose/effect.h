// What stands behind the person: nothing, a colour, a picture, or the blurred background.
#pragma once

#include <optional>
#include <vector>

#include "base/image.h"
#include "compose/backdrop.h"
#include "compose/colors.h"
#include "compose/parts.h"

namespace selfieseg::core {

class Effect {
 public:
  // Takes a copy of the picture. `rows` outlives the effect.
  static Result<Effect> Create(const selfieseg_effect_options& options, const RowKernels& rows);

  // Whether a frame of this size made small to this shape tells enough of its colours.
  bool Suits(const Shape& small, int width, int height) const;
  // The shape that a frame of this size should be made small to.
  Shape BestShape(int width, int height) const;

  // Makes room for results like `out`, of its size and format, and fits the picture to it. small:
  // the shape of what Start will get.
  void Prepare(const Image& out, const Shape& small);

  // The frame, with room for a float more, and the matte, made small, in [0, 1], to the shape that
  // this was prepared for. Real-time safe, as is the other.
  void Start(const float* rgb, const float* matte);
  // The rows top..bottom-1, `top` being even. `matte` has these rows and no others. `out` may be
  // `frame`. A frame of Y'CbCr has the format of `out`.
  // A cut-out has clear pixels black: nothing of the room is hidden in the file.
  void Rows(const Image& frame, const Image& matte, int top, int bottom, const Image& out);

  bool NeedsAlpha() const { return options_.background == SELFIESEG_TRANSPARENT; }

 private:
  Effect(const selfieseg_effect_options& options, const RowKernels& rows)
      : rows_(&rows), options_(options) {}

  float BlurRadius(int width, int height) const;
  void Convert(const uint8_t* from, const PixelFormat& format, size_t width, uint8_t* to,
               const PixelFormat& wanted);
  // An estimate of the grid's for some groups of a line, in the format of `out`; padded.
  const uint8_t* Estimate(Layer layer, const Image& out, int plane, int y, size_t begin, size_t end,
                          std::vector<uint8_t>& line);
  const uint8_t* Background(const Image& out, int plane, int y, size_t begin, size_t end);
  // The row functions of the format's numbers, on lines as the others give them.
  void Clean(const uint8_t* person, const uint8_t* background, size_t count);
  void Mix(const uint8_t* background, size_t count);
  // For each number of some groups of a line, how much of it is the person's; padded.
  void ReadAlpha(const Image& out, int plane, const uint8_t* above, const uint8_t* below,
                 size_t begin, size_t end);
  // The rows of the matte are those of the line.
  void Compose(const Image& frame, const Image& out, int plane, int y, const uint8_t* above,
               const uint8_t* below, const Part& part);

  const RowKernels* rows_;
  selfieseg_effect_options options_;
  std::vector<uint8_t> picture_;  // rows without padding

  // What this is prepared for.
  const PixelFormat* format_ = nullptr;
  int width_ = 0, height_ = 0;
  YuvCoding coding_;
  selfieseg_siting siting_ = SELFIESEG_LEFT;
  std::optional<Backdrop> backdrop_;
  std::vector<uint8_t> constants_[3];  // of each plane a line of the new colour
  // One is of the network's shape, the other of the best; an effect may be used for both by turns.
  struct Grid {
    Shape shape = {};
    std::optional<ColorGrid> colours;
  };
  Grid grids_[2];
  int grid_ = 0;  // that in use

  // Of one line.
  std::vector<uint8_t> kinds_[2], parts_;
  std::vector<uint8_t> alpha_, colour_, person_, background_;
  std::vector<uint8_t> planes_;  // three, for conversions
};

}  // namespace selfieseg::core
