// What stands behind the person: nothing, a colour, a picture, the background or a blur of it; and
// pictures that are drawn between both, or over all.
#pragma once

#include <optional>
#include <vector>

#include "base/image.h"
#include "compose/backdrop.h"
#include "compose/colors.h"
#include "compose/overlay.h"
#include "compose/painter.h"
#include "compose/wrap.h"

namespace selfieseg::core {

class Effect {
 public:
  // Takes a copy of the picture. `rows` outlives the effect.
  static Result<Effect> Create(const selfieseg_effect_options& options, const RowKernels& rows);

  // The next picture of SELFIESEG_PICTURE: not copied, and used until another is set. Real-time
  // safe, and so is the next frame's work if it has the frame's size and format.
  Status SetPicture(const Image& picture);
  // Null takes the layer away. Takes a copy. Real-time safe if it is not larger than any before.
  Status SetLayer(selfieseg_layer layer, const selfieseg_image* picture, int x, int y);

  // What speaks against results like `out`.
  Status Check(const Image& out) const;

  // Whether a frame of this size made small to this shape tells enough of its colours.
  bool Suits(const Shape& small, int width, int height) const;
  // The shape that a frame of this size should be made small to.
  Shape BestShape(int width, int height) const;

  // Makes room for results like `out`, of its size and format, and fits the picture to it. small:
  // the shape of what Start will get. painters: as many threads may paint rows.
  void Prepare(const Image& out, const Shape& small, int painters);

  // The picture whose colours must be known for light wrap, as it is prepared, or no data; they are
  // given before Start, made small to the shape as the frame is.
  Image WantedColours() const;
  void SetColours(const float* rgb);

  // The frame and the matte, made small to the shape that this was prepared for, in [0, 1], both
  // with room for a vector more. threads: not more than there are painters; null: the caller's
  // alone. Real-time safe, as is the other.
  void Start(const float* rgb, const float* matte, Threads* threads = nullptr);
  // The rows top..bottom-1, `top` being even. `matte` has these rows and no others. `out` may be
  // `frame`. A frame of Y'CbCr has the format of `out`.
  // A cut-out has clear pixels black: nothing of the room is hidden in the file. May be called by
  // several threads, each with a painter of its own.
  void Rows(int painter, const Image& frame, const Image& matte, int top, int bottom,
            const Image& out) {
    painters_[size_t(painter)].Rows(paint_, frame, matte, top, bottom, out);
  }

 private:
  Effect(const selfieseg_effect_options& options, const RowKernels& rows)
      : rows_(&rows), options_(options) {}

  // Whether the picture can be shown as it is.
  static bool IsReady(const Image& picture, const Image& out);
  float BlurRadius(int width, int height) const;
  bool Wraps() const;
  void PrepareGrid(const Image& out, const Shape& small);

  const RowKernels* rows_;
  selfieseg_effect_options options_;
  std::vector<uint8_t> pixels_;  // of the first picture, rows without padding
  Image picture_ = {};           // of `pixels_` or the caller's; no data: none yet
  Overlay behind_, front_;

  // What this is prepared for.
  const PixelFormat* format_ = nullptr;
  int width_ = 0, height_ = 0;
  YuvCoding coding_;
  selfieseg_siting siting_ = SELFIESEG_LEFT;
  int orientation_ = 1;
  bool picture_changed_ = false;
  std::optional<Backdrop> backdrop_;  // of the picture, if it does not suit as it is
  // One is of the network's shape, the other of the best; an effect may be used for both by turns.
  struct Grid {
    Shape shape = {};
    std::optional<ColorGrid> colours;
    std::optional<Wrap> wrap;
    std::optional<ColorGrid> picture_colours;  // for wrap
    bool knows_picture = false;
  };
  Grid grids_[2];
  int grid_ = 0;  // that in use

  Paint paint_;  // all of the above that rows are made of
  std::vector<Painter> painters_;
};

}  // namespace selfieseg::core
