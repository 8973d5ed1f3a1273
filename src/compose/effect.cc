#include "compose/effect.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <string>

namespace selfieseg::core {
namespace {

// For the person's own colour at soft pixels: such a pixel is near enough to others that are surely
// person or surely background.
constexpr int kCleanSamples = 256;  // along the longer side: the network's own resolution
constexpr float kCleanRadius = 7;   // samples

constexpr float kWrapShare = 1.0f / 48;  // of light wrap, the radius, of the shorter side

constexpr float kBlurShare = 1.0f / 32;  // the default radius, of the shorter side
constexpr int kMostBlurSamples = 1024;   // along the longer side: bounds the memory
constexpr float kBlurSamples = 2;        // samples that a radius should span at least

}  // namespace

Result<Effect> Effect::Create(const selfieseg_effect_options& options, const RowKernels& rows) {
  const auto bad = [](const std::string& sentence) {
    return Status{SELFIESEG_BAD_ARGUMENT, sentence};
  };
  if (options.background < SELFIESEG_TRANSPARENT || options.background > SELFIESEG_KEEP) {
    return bad("no background " + std::to_string(options.background));
  }
  if (options.fit < SELFIESEG_FILL || options.fit > SELFIESEG_CENTER) {
    return bad("no fit " + std::to_string(options.fit));
  }
  if (!(options.blur_radius >= 0 && options.blur_radius <= kMaxSide)) {
    return bad("blur_radius is " + std::to_string(options.blur_radius) + ", need 0.." +
               std::to_string(kMaxSide) + " pixels");
  }
  if (!(options.light_wrap >= 0 && options.light_wrap <= 1)) {
    return bad("light_wrap is " + std::to_string(options.light_wrap) + ", need 0..1");
  }
  Effect effect(options, rows);
  if (options.background == SELFIESEG_PICTURE && options.picture.struct_size != 0) {
    TRY_ASSIGN(const Image picture, Image::Create(&options.picture, "picture"));
    if (!picture.format->frame || picture.format->yuv) {
      return bad(std::string("picture has format ") + picture.format->name +
                 ", need RGB, in any order, or gray");
    }
    const size_t row = picture.format->RowBytes(0, picture.width);
    effect.pixels_.resize(row * size_t(picture.height));
    for (int y = 0; y < picture.height; ++y) {
      std::memcpy(&effect.pixels_[row * size_t(y)], picture.Row(y), row);
    }
    effect.picture_ = picture;
    effect.picture_.data = effect.pixels_.data();
    effect.picture_.stride = row;
  }
  return effect;
}

Status Effect::SetPicture(const Image& picture) {
  if (options_.background != SELFIESEG_PICTURE) {
    return {SELFIESEG_BAD_ARGUMENT, "the effect's background is no picture"};
  }
  picture_ = picture;
  picture_changed_ = true;
  for (Grid& grid : grids_) grid.knows_picture = false;
  return {};
}

Status Effect::SetLayer(selfieseg_layer layer, const selfieseg_image* picture, int x, int y) {
  if (layer != SELFIESEG_BEHIND && layer != SELFIESEG_FRONT) {
    return {SELFIESEG_BAD_ARGUMENT, "no layer " + std::to_string(layer)};
  }
  Overlay& overlay = layer == SELFIESEG_BEHIND ? behind_ : front_;
  if (picture == nullptr) {
    overlay.Clear();
    return {};
  }
  TRY_ASSIGN(const Image image, Image::Create(picture, "layer"));
  if (!image.format->frame || image.format->yuv) {
    return {SELFIESEG_BAD_ARGUMENT, std::string("layer has format ") + image.format->name +
                                        ", need RGB, in any order, or gray"};
  }
  if (image.orientation != 1) return {SELFIESEG_BAD_ARGUMENT, "layer must be upright"};
  overlay.Set(image, x, y);
  return {};
}

bool Effect::IsReady(const Image& picture, const Image& out) {
  return picture.format == out.format && picture.width == out.width &&
         picture.height == out.height && picture.coding == out.coding &&
         picture.siting == out.siting && picture.orientation == out.orientation;
}

Status Effect::Check(const Image& out) const {
  const auto bad = [](const std::string& sentence) {
    return Status{SELFIESEG_BAD_ARGUMENT, sentence};
  };
  const bool clear = options_.background == SELFIESEG_TRANSPARENT;
  if (clear && out.format->alpha < 0) {
    return bad(std::string("a transparent background needs an output with alpha, not ") +
               out.format->name);
  }
  if (clear && !(behind_.empty() && front_.empty())) {
    return bad("layers need a background: nothing can be drawn where the result is transparent");
  }
  if (options_.background != SELFIESEG_PICTURE) return {};
  if (picture_.data == nullptr) return bad("there is no picture for the background yet");
  if (IsReady(picture_, out)) return {};
  if (picture_.orientation != 1) {
    return bad("the background's picture must be upright, or of the frame's size and orientation");
  }
  if (picture_.format->yuv) {
    return bad(
        std::string("the background's picture is ") + picture_.format->name + " of " +
        std::to_string(picture_.width) + "x" + std::to_string(picture_.height) +
        ": of Y'CbCr it must have the frame's size, format, matrix, range, siting and orientation");
  }
  return {};
}

float Effect::BlurRadius(int width, int height) const {
  if (options_.blur_radius > 0) return options_.blur_radius;
  return kBlurShare * float(std::min(width, height));
}

bool Effect::Suits(const Shape& small, int width, int height) const {
  if (options_.background != SELFIESEG_BLUR) return true;
  const float across = float(width) / float(small.width);
  const float down = float(height) / float(small.height);
  return BlurRadius(width, height) >= kBlurSamples * std::max(across, down);
}

// Twice as fine as need be, as the caller waits anyway.
Shape Effect::BestShape(int width, int height) const {
  const int longer = std::max(width, height);
  int samples = kCleanSamples;
  if (options_.background == SELFIESEG_BLUR) {
    const float most = 2 * kBlurSamples * float(longer) / BlurRadius(width, height);
    samples = int(std::clamp(most, 16.0f, float(kMostBlurSamples)));
  }
  const int step = std::max(1, (longer + samples - 1) / samples);
  return {(height + step - 1) / step, (width + step - 1) / step, 3};
}

void Effect::Prepare(const Image& out, const Shape& small, int painters) {
  const bool same = format_ == out.format && width_ == out.width && height_ == out.height &&
                    siting_ == out.siting && coding_ == out.coding &&
                    orientation_ == out.orientation;
  if (!same) {
    format_ = nullptr;  // in case that what follows throws
    for (Grid& grid : grids_) grid = {};
    if (options_.background == SELFIESEG_COLOR) {
      const float rgb[3] = {float(options_.red), float(options_.green), float(options_.blue)};
      const Numbers numbers(out, rgb);
      for (int plane = 0; plane < out.format->planes; ++plane) {
        const PlaneLayout& layout = out.format->plane[plane];
        const size_t count = 4 * RowRoom(size_t(out.width));
        paint_.constants[plane].resize(count * numbers.bytes);
        for (size_t i = 0; i < count; ++i) {
          numbers.Store(layout.component[i % size_t(layout.channels)],
                        &paint_.constants[plane][i * numbers.bytes]);
        }
      }
    }
    width_ = out.width, height_ = out.height, siting_ = out.siting, coding_ = out.coding;
    orientation_ = out.orientation;
  }
  if (options_.background == SELFIESEG_PICTURE && (!same || picture_changed_)) {
    backdrop_.reset();
    if (!IsReady(picture_, out)) {
      const uint8_t bytes[3] = {options_.red, options_.green, options_.blue};
      backdrop_.emplace(*rows_, picture_, options_.fit, bytes, out);
    }
    picture_changed_ = false;
  }
  behind_.Prepare(out);
  front_.Prepare(out);
  format_ = out.format;
  PrepareGrid(out, small);
  paint_.rows = rows_;
  paint_.background = options_.background;
  paint_.format = format_;
  paint_.width = width_, paint_.height = height_, paint_.siting = siting_;
  paint_.backdrop = backdrop_ ? &*backdrop_ : nullptr;
  paint_.picture = picture_;
  paint_.behind = &behind_, paint_.front = &front_;
  Grid& grid = grids_[grid_];
  grid.colours->MakeLanes(painters);
  paint_.colours = &*grid.colours;
  paint_.picture_colours = grid.picture_colours ? &*grid.picture_colours : nullptr;
  paint_.wrap = grid.wrap ? &*grid.wrap : nullptr;
  painters_.resize(std::max(painters_.size(), size_t(painters)));
  for (size_t i = 0; i < size_t(painters); ++i) painters_[i].Prepare(paint_);
}

void Effect::PrepareGrid(const Image& out, const Shape& small) {
  grid_ = small == BestShape(width_, height_) ? 1 : 0;
  Grid& grid = grids_[grid_];
  if (grid.colours && grid.shape == small) return;
  grid = {};
  const bool blur = options_.background == SELFIESEG_BLUR;
  const float sample = std::max(1.0f, float(std::max(width_, height_)) / kCleanSamples);
  const float radius = blur ? BlurRadius(width_, height_) : kCleanRadius * sample;
  if (Wraps()) {
    const float wrap = std::max(2.0f, kWrapShare * float(std::min(width_, height_)));
    grid.wrap.emplace(*rows_, small, width_, height_, options_.light_wrap, wrap);
    if (options_.background == SELFIESEG_PICTURE) {
      grid.picture_colours.emplace(*rows_, small, out, wrap, false);
    }
  }
  grid.colours.emplace(*rows_, small, out, radius, !blur);
  grid.shape = small;
}

bool Effect::Wraps() const {
  const bool replaced =
      options_.background == SELFIESEG_COLOR || options_.background == SELFIESEG_PICTURE;
  return replaced && options_.light_wrap > 0;
}

Image Effect::WantedColours() const {
  const Grid& grid = grids_[grid_];
  if (!grid.picture_colours || grid.knows_picture) return {};
  return backdrop_ ? backdrop_->View() : picture_;
}

void Effect::SetColours(const float* rgb) {
  Grid& grid = grids_[grid_];
  grid.picture_colours->Start(rgb, nullptr, nullptr);
  grid.knows_picture = true;
}

void Effect::Start(const float* rgb, const float* matte, Threads* threads) {
  Grid& grid = grids_[grid_];
  if (options_.background != SELFIESEG_KEEP || !behind_.empty()) {
    grid.colours->Start(rgb, matte, threads);
  }
  if (grid.wrap) grid.wrap->Start(matte);
}

}  // namespace selfieseg::core
