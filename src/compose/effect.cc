#include "compose/effect.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <string>

namespace selfieseg::core {
namespace {

// For the person's own colour at soft pixels: such a pixel is near enough to others that are surely
// person or surely background.
constexpr int kCleanCells = 256;   // along the longer side: the network's own resolution
constexpr float kCleanRadius = 7;  // cells

constexpr float kBlurShare = 1.0f / 32;  // the default radius, of the shorter side
constexpr int kMostBlurCells = 1024;     // along the longer side: bounds the memory
constexpr float kBlurCells = 4;          // cells that a radius should span

int CellOf(int width, int height, int cells) {
  return std::max(1, (std::max(width, height) + cells - 1) / cells);
}

}  // namespace

Result<Effect> Effect::Create(const selfieseg_effect_options& options, const RowKernels& rows) {
  const auto bad = [](const std::string& sentence) {
    return Status{SELFIESEG_BAD_ARGUMENT, sentence};
  };
  if (options.background < SELFIESEG_TRANSPARENT || options.background > SELFIESEG_BLUR) {
    return bad("no background " + std::to_string(options.background));
  }
  if (options.fit < SELFIESEG_FILL || options.fit > SELFIESEG_CENTER) {
    return bad("no fit " + std::to_string(options.fit));
  }
  if (!(options.blur_radius >= 0 && options.blur_radius <= kMaxSide)) {
    return bad("blur_radius is " + std::to_string(options.blur_radius) + ", need 0.." +
               std::to_string(kMaxSide) + " pixels");
  }
  Effect effect(options, rows);
  if (options.background == SELFIESEG_PICTURE) {
    TRY_ASSIGN(const Image picture, Image::Create(&options.picture, "picture"));
    if (!picture.format->frame) {
      return bad(std::string("picture has format ") + picture.format->name + ", a matte's");
    }
    const size_t row = size_t(picture.width) * picture.format->bytes_per_pixel;
    effect.picture_.resize(row * picture.height);
    for (int y = 0; y < picture.height; ++y) {
      std::memcpy(&effect.picture_[row * y], picture.Row(y), row);
    }
    effect.options_.picture.stride = row;
  }
  return effect;
}

void Effect::Prepare(int width, int height) {
  if (width == width_ && height == height_) return;
  width_ = height_ = 0;  // in case that what follows throws
  backdrop_.reset();
  grid_.reset();
  int cell = CellOf(width, height, kCleanCells);
  float radius = kCleanRadius * float(cell);
  if (options_.background == SELFIESEG_BLUR) {
    radius = options_.blur_radius;
    if (radius == 0) radius = kBlurShare * float(std::min(width, height));
    cell = std::max(CellOf(width, height, kMostBlurCells), int(radius / kBlurCells));
    cell = std::min(cell, CellOf(width, height, 16));
  }
  grid_.emplace(*rows_, width, height, cell, radius, options_.background != SELFIESEG_BLUR);
  if (options_.background == SELFIESEG_PICTURE) {
    selfieseg_image view = options_.picture;
    view.data = picture_.data();
    const uint8_t rgb[3] = {options_.red, options_.green, options_.blue};
    backdrop_.emplace(*rows_, Image::Create(&view, "picture").value(), options_.fit, rgb, width,
                      height);
  }
  planes_.assign((kSets * 3 + 1) * RowRoom(size_t(width)), 0);
  width_ = width;
  height_ = height;
  const Planes background = PlanesOf(kNew);  // of SELFIESEG_COLOR it stays as it is
  std::memset(background.red, options_.red, size_t(width));
  std::memset(background.green, options_.green, size_t(width));
  std::memset(background.blue, options_.blue, size_t(width));
}

Planes Effect::PlanesOf(int set) {
  const size_t room = RowRoom(size_t(width_));
  uint8_t* first = &planes_[size_t(set) * 3 * room];
  return {first, first + room, first + 2 * room, &planes_[kSets * 3 * room]};
}

void Effect::Read(const Image& frame, const Image& matte, int y, const Part& part) {
  rows_->split(frame.Row(y) + part.begin * frame.format->bytes_per_pixel, *frame.format,
               part.width(), PlanesOf(kFrame));
  std::memcpy(&planes_[kSets * 3 * RowRoom(size_t(width_))], matte.Row(y) + part.begin,
              part.width());
}

void Effect::Run(const Image& frame, const Image& matte, const Image& out) {
  grid_->Start();
  for (int y = 0; y < height_; ++y) {
    if (!grid_->Wants(y)) continue;
    grid_->StartRow(y);
    ForParts(matte.Row(y), size_t(width_), [&](const Part& part) {
      if (!grid_->Wants(part)) return;
      Read(frame, matte, y, part);
      grid_->AddPart(part, PlanesOf(kFrame));
    });
  }
  grid_->Finish();
  for (int y = 0; y < height_; ++y) {
    ForParts(matte.Row(y), size_t(width_),
             [&](const Part& part) { Compose(frame, matte, out, y, part); });
  }
}

void Effect::Compose(const Image& frame, const Image& matte, const Image& out, int y,
                     const Part& part) {
  uint8_t* to = out.Row(y) + part.begin * out.format->bytes_per_pixel;
  Planes written = PlanesOf(kFrame);
  if (part.kind == Kind::kBackground) {
    if (options_.background == SELFIESEG_TRANSPARENT) {
      std::memset(to, 0, part.width() * out.format->bytes_per_pixel);
      return;
    }
    ReadBackground(y, part);
    written = PlanesOf(kNew);
  } else {
    Read(frame, matte, y, part);
    if (part.kind == Kind::kSoft) {
      if (options_.background != SELFIESEG_BLUR) Clean(y, part);
      if (options_.background != SELFIESEG_TRANSPARENT) Mix(y, part);
    }
  }
  if (options_.background != SELFIESEG_TRANSPARENT) written.alpha = nullptr;
  rows_->join(written, *out.format, part.width(), to);
}

// The old background's light is taken out of soft pixels.
void Effect::Clean(int y, const Part& part) {
  const Planes colour = PlanesOf(kFrame), person = PlanesOf(kPerson), old = PlanesOf(kOld);
  grid_->PersonRow(y, part, person);
  grid_->BackgroundRow(y, part, old);
  rows_->clean(colour.red, colour.alpha, person.red, old.red, part.width());
  rows_->clean(colour.green, colour.alpha, person.green, old.green, part.width());
  rows_->clean(colour.blue, colour.alpha, person.blue, old.blue, part.width());
}

// Of SELFIESEG_COLOR it is there already.
void Effect::ReadBackground(int y, const Part& part) {
  const Planes background = PlanesOf(kNew);
  if (options_.background == SELFIESEG_BLUR) grid_->BackgroundRow(y, part, background);
  if (options_.background == SELFIESEG_PICTURE) backdrop_->Row(y, part, background);
}

void Effect::Mix(int y, const Part& part) {
  ReadBackground(y, part);
  const Planes colour = PlanesOf(kFrame), background = PlanesOf(kNew);
  rows_->mix(colour.red, colour.alpha, background.red, part.width());
  rows_->mix(colour.green, colour.alpha, background.green, part.width());
  rows_->mix(colour.blue, colour.alpha, background.blue, part.width());
}

}  // namespace selfieseg::core
