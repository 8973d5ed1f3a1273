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

constexpr int kRowsAhead = 4;  // that pixels are asked for before they are written

constexpr float kBlurShare = 1.0f / 32;  // the default radius, of the shorter side
constexpr int kMostBlurSamples = 1024;   // along the longer side: bounds the memory
constexpr float kBlurSamples = 2;        // samples that a radius should span at least

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
Shape Effect::OwnShape(int width, int height) const {
  const int longer = std::max(width, height);
  int samples = kCleanSamples;
  if (options_.background == SELFIESEG_BLUR) {
    const float most = 2 * kBlurSamples * float(longer) / BlurRadius(width, height);
    samples = int(std::clamp(most, 16.0f, float(kMostBlurSamples)));
  }
  const int step = std::max(1, (longer + samples - 1) / samples);
  return {(height + step - 1) / step, (width + step - 1) / step, 3};
}

void Effect::Prepare(int width, int height, const std::optional<Shape>& small) {
  if (width != width_ || height != height_) PrepareRows(width, height);
  const bool blur = options_.background == SELFIESEG_BLUR;
  const float sample = std::max(1.0f, float(std::max(width, height)) / kCleanSamples);
  const float radius = blur ? BlurRadius(width, height) : kCleanRadius * sample;
  own_ = !small;
  if (small) {
    if (!given_grid_ || given_shape_ != *small) {
      given_grid_.emplace(*rows_, *small, width, height, radius, !blur);
      given_shape_ = *small;
    }
  } else {
    const Shape shape = OwnShape(width, height);
    if (!own_grid_) {
      resampler_.emplace(*rows_, Filter::kArea, width, height, shape);
      small_frame_.resize(shape.size() + 1);
      small_matte_.resize(shape.size());
      own_grid_.emplace(*rows_, shape, width, height, radius, !blur);
    }
  }
}

void Effect::PrepareRows(int width, int height) {
  width_ = height_ = 0;  // in case that what follows throws
  backdrop_.reset();
  given_grid_.reset();
  own_grid_.reset();
  const uint8_t rgb[3] = {options_.red, options_.green, options_.blue};
  if (options_.background == SELFIESEG_PICTURE) {
    selfieseg_image view = options_.picture;
    view.data = picture_.data();
    backdrop_.emplace(*rows_, Image::Create(&view, "picture").value(), options_.fit, rgb, width,
                      height);
  }
  planes_.assign((kSets * 3 + 1) * RowRoom(size_t(width)), 0);
  pixels_.assign(4 * RowRoom(size_t(width)), 0);
  estimate_ = pixels_;
  kinds_.assign(PartsRoom(size_t(width)), 0);
  width_ = width;
  height_ = height;
}

Planes Effect::PlanesOf(int set) {
  const size_t room = RowRoom(size_t(width_));
  uint8_t* first = &planes_[size_t(set) * 3 * room];
  return {first, first + room, first + 2 * room, &planes_[kSets * 3 * room]};
}

void Effect::Start(const float* rgb, const float* matte, const PixelFormat& out) {
  order_ = out.alpha >= 0 ? &out : FindPixelFormat(SELFIESEG_RGBA);
  Grid().Start(rgb, matte, *order_);
  if (options_.background == SELFIESEG_COLOR) {  // the same row for all
    for (size_t i = 0; i < pixels_.size(); i += 4) {
      pixels_[i + size_t(order_->red)] = options_.red;
      pixels_[i + size_t(order_->green)] = options_.green;
      pixels_[i + size_t(order_->blue)] = options_.blue;
      pixels_[i + size_t(order_->alpha)] = 255;
    }
  }
}

void Effect::Run(const Image& frame, const Image& matte, const Image& out) {
  resampler_->Run(frame, 1.0f / 255.0f, small_frame_.data());
  resampler_->Run(matte, 1.0f / 255.0f, small_matte_.data());
  for (size_t i = 0; 3 * i < small_matte_.size(); ++i) small_matte_[i] = small_matte_[3 * i];
  Start(small_frame_.data(), small_matte_.data(), *out.format);
  for (int y = 0; y < height_; ++y) Row(frame, matte.Row(y), y, out);
}

void Effect::Row(const Image& frame, const uint8_t* matte, int y, const Image& out) {
  ForParts(*rows_, matte, size_t(width_), kinds_.data(),
           [&](const Part& part) { Compose(frame, matte, y, part, out); });
}

void Effect::Convert(const uint8_t* from, const PixelFormat& format, size_t width, uint8_t* to,
                     const PixelFormat& wanted) {
  if (&format == &wanted) return rows_->copy(from, format, width, to);
  Planes planes = PlanesOf(kFrame);
  planes.alpha = nullptr;
  rows_->split(from, format, width, planes);
  rows_->join(planes, wanted, width, to);
}

void Effect::Compose(const Image& frame, const uint8_t* matte, int y, const Part& part,
                     const Image& out) {
  const uint8_t* from = frame.Row(y) + part.begin * size_t(frame.format->bytes_per_pixel);
  uint8_t* to = out.Row(y) + part.begin * size_t(out.format->bytes_per_pixel);
  if (y + kRowsAhead < height_) {
    Prefetch(to + kRowsAhead * out.stride, part.width() * size_t(out.format->bytes_per_pixel));
  }
  const bool clear = options_.background == SELFIESEG_TRANSPARENT;
  switch (part.kind) {
    case Kind::kPerson:
      return Convert(from, *frame.format, part.width(), to, *out.format);
    case Kind::kBackground:
      if (!clear) return Convert(Background(y, part), *order_, part.width(), to, *out.format);
      std::memset(to, 0, part.width() * size_t(out.format->bytes_per_pixel));
      return;
    case Kind::kSoft:
      Planes colour = PlanesOf(kFrame);
      rows_->split(from, *frame.format, part.width(), colour);
      std::memcpy(&planes_[kSets * 3 * RowRoom(size_t(width_))], matte + part.begin, part.width());
      if (options_.background != SELFIESEG_BLUR) Clean(y, part);
      if (!clear) {
        Mix(y, part);
        colour.alpha = nullptr;
      }
      rows_->join(colour, *out.format, part.width(), to);
  }
}

// The old background's light is taken out of soft pixels.
void Effect::Clean(int y, const Part& part) {
  const Planes colour = PlanesOf(kFrame), person = PlanesOf(kPerson), old = PlanesOf(kOld);
  uint8_t* estimate = &estimate_[0];
  Grid().Row(Layer::kPerson, y, part, estimate);
  rows_->split(estimate + 4 * part.begin, *order_, part.width(), person);
  Grid().Row(Layer::kBackground, y, part, estimate);
  rows_->split(estimate + 4 * part.begin, *order_, part.width(), old);
  rows_->clean(colour.red, colour.alpha, person.red, old.red, part.width());
  rows_->clean(colour.green, colour.alpha, person.green, old.green, part.width());
  rows_->clean(colour.blue, colour.alpha, person.blue, old.blue, part.width());
}

const uint8_t* Effect::Background(int y, const Part& part) {
  uint8_t* pixels = &pixels_[4 * part.begin];
  if (options_.background == SELFIESEG_BLUR) {
    Grid().Row(Layer::kBackground, y, part, pixels_.data());
  } else if (options_.background == SELFIESEG_PICTURE) {
    Convert(backdrop_->Row(y) + 4 * part.begin, *FindPixelFormat(SELFIESEG_RGBA), part.width(),
            pixels, *order_);
  }
  return pixels;
}

void Effect::Mix(int y, const Part& part) {
  const Planes colour = PlanesOf(kFrame), background = PlanesOf(kNew);
  rows_->split(Background(y, part), *order_, part.width(), background);
  rows_->mix(colour.red, colour.alpha, background.red, part.width());
  rows_->mix(colour.green, colour.alpha, background.green, part.width());
  rows_->mix(colour.blue, colour.alpha, background.blue, part.width());
}

}  // namespace selfieseg::core
