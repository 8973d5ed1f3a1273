// What stands behind the person: nothing, a colour, a picture, or the blurred background.
#pragma once

#include <optional>
#include <vector>

#include "base/image.h"
#include "base/rows.h"
#include "compose/backdrop.h"
#include "compose/colors.h"
#include "compose/parts.h"

namespace selfieseg::core {

class Effect {
 public:
  // Takes a copy of the picture. `rows` outlives the effect.
  static Result<Effect> Create(const selfieseg_effect_options& options, const RowKernels& rows);

  // Makes room for frames of this size, and fits the picture to it.
  void Prepare(int width, int height);

  // All have one size, for which this was prepared. matte: GRAY. `out` may be `frame`.
  // A cut-out has clear pixels black: nothing of the room is hidden in the file. Real-time safe.
  void Run(const Image& frame, const Image& matte, const Image& out);

  bool NeedsAlpha() const { return options_.background == SELFIESEG_TRANSPARENT; }

 private:
  Effect(const selfieseg_effect_options& options, const RowKernels& rows)
      : rows_(&rows), options_(options) {}

  // Sets of three planes of one part of a row: the frame's, the person's own colours, the old
  // background's, the new background's. All share one alpha.
  enum Set { kFrame, kPerson, kOld, kNew, kSets };
  Planes PlanesOf(int set);

  void Read(const Image& frame, const Image& matte, int y, const Part& part);
  void ReadBackground(int y, const Part& part);
  void Clean(int y, const Part& part);
  void Mix(int y, const Part& part);
  void Compose(const Image& frame, const Image& matte, const Image& out, int y, const Part& part);

  const RowKernels* rows_;
  selfieseg_effect_options options_;
  std::vector<uint8_t> picture_;  // rows without padding
  int width_ = 0, height_ = 0;
  std::optional<Backdrop> backdrop_;
  std::optional<ColorGrid> grid_;
  std::vector<uint8_t> planes_;  // of one row: the sets, and alpha
};

}  // namespace selfieseg::core
