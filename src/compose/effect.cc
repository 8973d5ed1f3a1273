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

// The share of the person in the chroma of groups of two columns, by the weights of its siting.
void ChromaAlpha(const uint8_t* above, const uint8_t* below, size_t begin, size_t end, int width,
                 selfieseg_siting siting, uint8_t* chroma) {
  const size_t edge = siting == SELFIESEG_MIDDLE ? 0 : 1;  // the weights: edge, 2, 2 - edge
  const auto share = [&](size_t left, size_t x, size_t right) {
    const int middle = 2 * (above[x] + below[x]);
    const int sides = edge == 0 ? 2 * (above[right] + below[right])
                                : above[left] + below[left] + above[right] + below[right];
    return uint8_t((middle + sides + 4) / 8);
  };
  const size_t last = size_t(width) - 1;
  for (size_t group = begin; group < end; ++group) {
    const size_t x = 2 * group;
    const bool inside = x > 0 && x < last;
    *chroma++ =
        inside ? share(x - 1, x, x + 1) : share(x > 0 ? x - 1 : 0, x, std::min(x + 1, last));
  }
}

uint16_t* Words(uint8_t* line) { return reinterpret_cast<uint16_t*>(line); }
const uint16_t* Words(const uint8_t* line) { return reinterpret_cast<const uint16_t*>(line); }

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
    if (!picture.format->frame || picture.format->yuv) {
      return bad(std::string("picture has format ") + picture.format->name +
                 ", need RGB, in any order, or gray");
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

void Effect::Prepare(const Image& out, const Shape& small) {
  const bool same = format_ == out.format && width_ == out.width && height_ == out.height &&
                    siting_ == out.siting && coding_ == out.coding;
  if (!same) {
    format_ = nullptr;  // in case that what follows throws
    for (Grid& grid : grids_) grid.colours.reset();
    backdrop_.reset();
    if (options_.background == SELFIESEG_PICTURE) {
      selfieseg_image view = options_.picture;
      view.data = picture_.data();
      const uint8_t bytes[3] = {options_.red, options_.green, options_.blue};
      backdrop_.emplace(*rows_, Image::Create(&view, "picture").value(), options_.fit, bytes, out);
    }
    const size_t room = RowRoom(size_t(out.width));
    for (auto& kinds : kinds_) kinds.assign(PartsRoom(size_t(out.width)), 0);
    parts_ = kinds_[0];
    for (auto* line : {&alpha_, &colour_, &person_, &background_}) {
      line->assign(4 * room * size_t(out.format->number_bytes), 0);
    }
    planes_.assign(3 * room, 0);
    if (options_.background == SELFIESEG_COLOR) {
      const float rgb[3] = {float(options_.red), float(options_.green), float(options_.blue)};
      const Numbers numbers(out, rgb);
      for (int plane = 0; plane < out.format->planes; ++plane) {
        const PlaneLayout& layout = out.format->plane[plane];
        constants_[plane].resize(4 * room * numbers.bytes);
        for (size_t i = 0; i < 4 * room; ++i) {
          numbers.Store(layout.component[i % size_t(layout.channels)],
                        &constants_[plane][i * numbers.bytes]);
        }
      }
    }
    width_ = out.width, height_ = out.height, siting_ = out.siting, coding_ = out.coding;
    format_ = out.format;
  }
  grid_ = small == BestShape(width_, height_) ? 1 : 0;
  Grid& grid = grids_[grid_];
  if (grid.colours && grid.shape == small) return;
  const bool blur = options_.background == SELFIESEG_BLUR;
  const float sample = std::max(1.0f, float(std::max(width_, height_)) / kCleanSamples);
  const float radius = blur ? BlurRadius(width_, height_) : kCleanRadius * sample;
  grid.colours.emplace(*rows_, small, out, radius, !blur);
  grid.shape = small;
}

void Effect::Start(const float* rgb, const float* matte) {
  grids_[grid_].colours->Start(rgb, matte);
}

void Effect::Rows(const Image& frame, const Image& matte, int top, int bottom, const Image& out) {
  const PixelFormat& format = *out.format;
  const auto compose = [&](int plane, int line, const uint8_t* above, const uint8_t* below,
                           const uint8_t* kinds) {
    ForParts(kinds, size_t(width_),
             [&](const Part& part) { Compose(frame, out, plane, line, above, below, part); });
  };
  for (int y = top; y < bottom; ++y) {
    const uint8_t* row = matte.Row(y - top);
    std::vector<uint8_t>& kinds = kinds_[y % 2];
    rows_->kinds(row, size_t(width_), kinds.data());
    for (int plane = 0; plane < format.planes; ++plane) {
      if (format.plane[plane].y_shift == 0) compose(plane, y, row, row, kinds.data());
    }
    if (format.plane[format.planes - 1].y_shift == 0) continue;
    // A line of chroma when both its rows are known.
    const bool second = y % 2 == 1;
    if (!second && y + 1 < bottom) continue;
    const uint8_t* above = second ? matte.Row(y - 1 - top) : row;
    const uint8_t* below = siting_ == SELFIESEG_TOP_LEFT ? above : row;
    for (size_t i = 0; i < parts_.size(); ++i) {
      const bool same = !second || kinds_[0][i] == kinds_[1][i];
      parts_[i] = same ? kinds[i] : uint8_t(Kind::kSoft);
    }
    for (int plane = 1; plane < format.planes; ++plane) {
      compose(plane, y / 2, above, below, parts_.data());
    }
  }
}

void Effect::Convert(const uint8_t* from, const PixelFormat& format, size_t width, uint8_t* to,
                     const PixelFormat& wanted) {
  if (&format == &wanted) return rows_->copy(from, format, width, to);
  const size_t room = RowRoom(size_t(width_));
  const Planes planes = {&planes_[0], &planes_[room], &planes_[2 * room]};
  rows_->split(from, format, width, planes);
  rows_->join(planes, wanted, width, to);
}

const uint8_t* Effect::Estimate(Layer layer, const Image& out, int plane, int y, size_t begin,
                                size_t end, std::vector<uint8_t>& line) {
  grids_[grid_].colours->Line(layer, plane, y, begin, end, line.data());
  if (out.format->plane[plane].channels != 3) return &line[out.format->GroupBytes(plane) * begin];
  // The grid has no planes of three; what is converted is shorter.
  uint8_t* pixels = &line[4 * begin];
  Convert(pixels, *FindPixelFormat(SELFIESEG_RGBA), end - begin, pixels, *out.format);
  return pixels;
}

const uint8_t* Effect::Background(const Image& out, int plane, int y, size_t begin, size_t end) {
  const size_t at = begin * out.format->GroupBytes(plane);
  if (backdrop_) return backdrop_->Line(plane, y) + at;
  if (options_.background == SELFIESEG_COLOR) return &constants_[plane][at];
  return Estimate(Layer::kBackground, out, plane, y, begin, end, background_);
}

void Effect::Clean(const uint8_t* person, const uint8_t* background, size_t count) {
  if (!format_->TenBits()) {
    return rows_->clean(colour_.data(), alpha_.data(), person, background, count);
  }
  rows_->clean_words(Words(colour_.data()), alpha_.data(), Words(person), Words(background),
                     format_->shift, count);
}

void Effect::Mix(const uint8_t* background, size_t count) {
  if (!format_->TenBits()) {
    return rows_->mix(colour_.data(), alpha_.data(), background, count);
  }
  rows_->mix_words(Words(colour_.data()), alpha_.data(), Words(background), format_->shift, count);
}

void Effect::ReadAlpha(const Image& out, int plane, const uint8_t* above, const uint8_t* below,
                       size_t begin, size_t end) {
  const PlaneLayout& layout = out.format->plane[plane];
  uint8_t* alpha = alpha_.data();
  if (layout.channels == 1 && layout.x_shift == 0) {
    std::copy(above + begin, above + end, alpha);
    return;
  }
  if (!out.format->yuv) {
    uint8_t* row = planes_.data();
    std::copy(above + begin, above + end, row);
    return rows_->join({row, row, row, row}, *out.format, end - begin, alpha);
  }
  uint8_t* chroma = layout.channels == 1 ? alpha : planes_.data();
  ChromaAlpha(above, below, begin, end, width_, siting_, chroma);
  if (layout.channels == 1) return;
  for (size_t group = begin; group < end; ++group, ++chroma) {
    if (layout.channels == 2) {
      *alpha++ = *chroma;
      *alpha++ = *chroma;
      continue;
    }
    for (int c = 0, x = 2 * int(group); c < 4; ++c) {
      *alpha++ = layout.component[c] == 0 ? above[std::min(x++, width_ - 1)] : *chroma;
    }
  }
}

void Effect::Compose(const Image& frame, const Image& out, int plane, int y, const uint8_t* above,
                     const uint8_t* below, const Part& part) {
  const PlaneLayout& layout = out.format->plane[plane];
  const size_t group = size_t(1) << layout.x_shift;
  const size_t begin = part.begin / group, end = (part.end + group - 1) / group;
  const size_t group_bytes = out.format->GroupBytes(plane), bytes = (end - begin) * group_bytes;
  const bool clear = options_.background == SELFIESEG_TRANSPARENT;
  const uint8_t* from = frame.PlaneRow(plane, y) + begin * frame.format->GroupBytes(plane);
  uint8_t* to = out.PlaneRow(plane, y) + begin * group_bytes;
  if (y + kRowsAhead < layout.Lines(height_)) {
    Prefetch(out.PlaneRow(plane, y + kRowsAhead) + begin * group_bytes, bytes);
  }
  const auto read = [&](uint8_t* pixels) {
    if (!out.format->yuv) return Convert(from, *frame.format, end - begin, pixels, *out.format);
    if (pixels != from) std::memcpy(pixels, from, bytes);
  };
  switch (part.kind) {
    case Kind::kPerson:
      return read(to);
    case Kind::kBackground:
      if (clear) {
        std::memset(to, 0, bytes);
      } else {
        std::memcpy(to, Background(out, plane, y, begin, end), bytes);
      }
      return;
    case Kind::kSoft:
      break;
  }
  uint8_t* colour = colour_.data();
  const size_t count = (end - begin) * size_t(layout.channels);
  read(colour);
  ReadAlpha(out, plane, above, below, begin, end);
  if (options_.background != SELFIESEG_BLUR) {  // the old background's light is taken out
    const uint8_t* person = Estimate(Layer::kPerson, out, plane, y, begin, end, person_);
    const uint8_t* old = Estimate(Layer::kBackground, out, plane, y, begin, end, background_);
    Clean(person, old, count);
  }
  if (!clear) {
    Mix(Background(out, plane, y, begin, end), count);
    if (out.format->alpha >= 0) rows_->copy(colour, *out.format, end - begin, colour);  // opaque
  } else {
    for (size_t i = size_t(out.format->alpha); i < bytes; i += 4) colour[i] = alpha_[i];
  }
  std::memcpy(to, colour, bytes);
}

}  // namespace selfieseg::core
