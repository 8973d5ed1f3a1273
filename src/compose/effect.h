// What stands behind the person: nothing, a colour, a picture, or the blurred background.
#pragma once

#include <optional>
#include <vector>

#include "base/image.h"
#include "base/resample.h"
#include "compose/backdrop.h"
#include "compose/colors.h"
#include "compose/parts.h"

namespace selfieseg::core {

class Effect {
 public:
  // Takes a copy of the picture. `rows` outlives the effect.
  static Result<Effect> Create(const selfieseg_effect_options& options, const RowKernels& rows);

  // Makes room for frames of this size, and fits the picture to it. small: the shape of what Start
  // will get; none: for Run.
  void Prepare(int width, int height, const std::optional<Shape>& small = {});

  // Whether a frame of this size made small to this shape tells enough of its colours.
  bool Suits(const Shape& small, int width, int height) const;

  // The frame and the matte made small, in [0, 1], to the shape that this was prepared for; out:
  // the format of the result. Real-time safe, as are the others.
  void Start(const float* rgb, const float* matte, const PixelFormat& out);
  // Row y, of the frame's width. `matte` is one row. `out` may be `frame`.
  // A cut-out has clear pixels black: nothing of the room is hidden in the file.
  void Row(const Image& frame, const uint8_t* matte, int y, const Image& out);

  // A frame and a matte (GRAY) of the size that this was prepared for: makes them small by itself.
  void Run(const Image& frame, const Image& matte, const Image& out);

  bool NeedsAlpha() const { return options_.background == SELFIESEG_TRANSPARENT; }

 private:
  Effect(const selfieseg_effect_options& options, const RowKernels& rows)
      : rows_(&rows), options_(options) {}

  ColorGrid& Grid() { return own_ ? *own_grid_ : *given_grid_; }
  void PrepareRows(int width, int height);
  float BlurRadius(int width, int height) const;
  Shape OwnShape(int width, int height) const;

  // Sets of three planes of one part of a row: the frame's, the person's own colours, the old
  // background's, the new background's. All share one alpha.
  enum Set { kFrame, kPerson, kOld, kNew, kSets };
  Planes PlanesOf(int set);

  // Of a part of row y, in order_.
  const uint8_t* Background(int y, const Part& part);
  void Convert(const uint8_t* from, const PixelFormat& format, size_t width, uint8_t* to,
               const PixelFormat& wanted);
  void Clean(int y, const Part& part);
  void Mix(int y, const Part& part);
  void Compose(const Image& frame, const uint8_t* matte, int y, const Part& part, const Image& out);

  const RowKernels* rows_;
  selfieseg_effect_options options_;
  std::vector<uint8_t> picture_;  // rows without padding
  int width_ = 0, height_ = 0;
  std::optional<Backdrop> backdrop_;
  // From what Start gets, or from what Run makes; an effect may be used for both by turns.
  Shape given_shape_ = {};
  std::optional<ColorGrid> given_grid_, own_grid_;
  bool own_ = false;  // is in use
  std::optional<Resampler> resampler_;
  std::vector<float> small_frame_, small_matte_;
  const PixelFormat* order_ = nullptr;      // of four bytes a pixel: the result's, if it has that
  std::vector<uint8_t> planes_;             // of one row: the sets, and alpha
  std::vector<uint8_t> kinds_;              // of the parts of one row
  std::vector<uint8_t> pixels_, estimate_;  // of one row: the background's, and any of the grid's
};

}  // namespace selfieseg::core
