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

constexpr float kWrapShare = 1.0f / 48;  // of light wrap, the radius, of the shorter side

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
  overlay.Set(image, x, y);
  return {};
}

bool Effect::IsReady(const Image& picture, const Image& out) {
  return picture.format == out.format && picture.width == out.width &&
         picture.height == out.height && picture.coding == out.coding &&
         picture.siting == out.siting;
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
  if (picture_.format->yuv && !IsReady(picture_, out)) {
    return bad(std::string("the background's picture is ") + picture_.format->name + " of " +
               std::to_string(picture_.width) + "x" + std::to_string(picture_.height) +
               ": of Y'CbCr it must have the frame's size, format, matrix, range and siting");
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

void Effect::Prepare(const Image& out, const Shape& small) {
  const bool same = format_ == out.format && width_ == out.width && height_ == out.height &&
                    siting_ == out.siting && coding_ == out.coding;
  if (!same) {
    format_ = nullptr;  // in case that what follows throws
    for (Grid& grid : grids_) grid = {};
    const size_t room = RowRoom(size_t(out.width));
    for (auto& kinds : kinds_) kinds.assign(PartsRoom(size_t(out.width)), 0);
    parts_ = own_kinds_ = kinds_[0];
    for (auto& own : own_) own.assign(Wraps() ? room : 0, 0);
    for (auto* line : {&alpha_, &colour_, &person_, &background_, &drawn_}) {
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
  grid.picture_colours->Start(rgb, nullptr);
  grid.knows_picture = true;
}

void Effect::Start(const float* rgb, const float* matte) {
  Grid& grid = grids_[grid_];
  if (options_.background != SELFIESEG_KEEP || !behind_.empty()) grid.colours->Start(rgb, matte);
  if (grid.wrap) grid.wrap->Start(matte);
}

void Effect::Rows(const Image& frame, const Image& matte, int top, int bottom, const Image& out) {
  const PixelFormat& format = *out.format;
  const auto compose = [&](int plane, int line, const uint8_t* kinds) {
    ForParts(kinds, size_t(width_),
             [&](const Part& part) { Compose(frame, out, plane, line, part); });
    Draw(front_.OfLine(plane, line), 0, format.GroupBytes(plane), out.PlaneRow(plane, line));
  };
  Wrap* wrap = grids_[grid_].wrap ? &*grids_[grid_].wrap : nullptr;
  for (int y = top; y < bottom; ++y) {
    const uint8_t *row = matte.Row(y - top), *own = own_[y % 2].data();
    std::vector<uint8_t>& kinds = kinds_[y % 2];
    rows_->kinds(row, size_t(width_), kinds.data());
    if (wrap != nullptr) {
      wrap->Line(y, own_[y % 2].data());
      rows_->kinds(own, size_t(width_), own_kinds_.data());
      for (size_t i = 0; i < kinds.size(); ++i) {
        const bool person = kinds[i] == uint8_t(Kind::kPerson);
        if (person && own_kinds_[i] != uint8_t(Kind::kPerson)) kinds[i] = uint8_t(Kind::kSoft);
      }
    }
    matte_lines_ = {row, row};
    own_lines_ = {own, own};
    for (int plane = 0; plane < format.planes; ++plane) {
      if (format.plane[plane].y_shift == 0) compose(plane, y, kinds.data());
    }
    if (format.plane[format.planes - 1].y_shift == 0) continue;
    // A line of chroma when both its rows are known.
    const bool second = y % 2 == 1;
    if (!second && y + 1 < bottom) continue;
    const bool upper = siting_ == SELFIESEG_TOP_LEFT;
    if (second) {
      matte_lines_.above = matte.Row(y - 1 - top);
      own_lines_.above = own_[0].data();
    }
    if (upper) {
      matte_lines_.below = matte_lines_.above;
      own_lines_.below = own_lines_.above;
    }
    for (size_t i = 0; i < parts_.size(); ++i) {
      const bool same = !second || kinds_[0][i] == kinds_[1][i];
      parts_[i] = same ? kinds[i] : uint8_t(Kind::kSoft);
    }
    for (int plane = 1; plane < format.planes; ++plane) compose(plane, y / 2, parts_.data());
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

const uint8_t* Effect::Estimate(ColorGrid& grid, Layer layer, const Image& out, int plane, int y,
                                size_t begin, size_t end, std::vector<uint8_t>& line) {
  grid.Line(layer, plane, y, begin, end, line.data());
  if (out.format->plane[plane].channels != 3) return &line[out.format->GroupBytes(plane) * begin];
  // The grid has no planes of three; what is converted is shorter.
  uint8_t* pixels = &line[4 * begin];
  Convert(pixels, *FindPixelFormat(SELFIESEG_RGBA), end - begin, pixels, *out.format);
  return pixels;
}

void Effect::Background(const Image& out, int plane, int y, size_t begin, size_t end, uint8_t* to) {
  const size_t group_bytes = out.format->GroupBytes(plane);
  const size_t at = begin * group_bytes, bytes = (end - begin) * group_bytes;
  if (options_.background == SELFIESEG_COLOR) {
    std::memcpy(to, &constants_[plane][at], bytes);
  } else if (options_.background == SELFIESEG_BLUR) {
    ColorGrid& grid = *grids_[grid_].colours;
    std::memcpy(to, Estimate(grid, Layer::kBackground, out, plane, y, begin, end, drawn_), bytes);
  } else if (backdrop_ || out.format->yuv) {
    const uint8_t* line = backdrop_ ? backdrop_->Line(plane, y) : picture_.PlaneRow(plane, y);
    std::memcpy(to, line + at, bytes);
  } else {
    rows_->copy(picture_.Row(y) + at, *out.format, end - begin, to);
  }
  Draw(behind_.OfLine(plane, y).Within(begin, end), begin, group_bytes, to);
}

void Effect::Draw(const Overlay::Span& span, size_t begin, size_t group_bytes, uint8_t* to) {
  if (span.empty()) return;
  const size_t bytes = (span.end - span.begin) * group_bytes;
  to += (span.begin - begin) * group_bytes;
  uint8_t *drawn = drawn_.data(), *under = person_.data();
  std::memcpy(drawn, span.numbers, bytes);
  std::memcpy(under, to, bytes);
  Mix(drawn, span.alpha, under, bytes / size_t(format_->number_bytes));
  std::memcpy(to, drawn, bytes);
}

void Effect::Mix(uint8_t* colour, const uint8_t* alpha, const uint8_t* background, size_t count) {
  if (!format_->TenBits()) return rows_->mix(colour, alpha, background, count);
  rows_->mix_words(Words(colour), alpha, Words(background), format_->shift, count);
}

void Effect::ReadAlpha(const Image& out, int plane, const Rows2& rows, size_t begin, size_t end,
                       uint8_t* alpha) {
  const PlaneLayout& layout = out.format->plane[plane];
  const auto [above, below] = rows;
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

void Effect::Compose(const Image& frame, const Image& out, int plane, int y, const Part& part) {
  const PlaneLayout& layout = out.format->plane[plane];
  const size_t group = size_t(1) << layout.x_shift;
  const size_t begin = part.begin / group, end = (part.end + group - 1) / group;
  const size_t group_bytes = out.format->GroupBytes(plane), bytes = (end - begin) * group_bytes;
  const size_t frame_group_bytes = frame.format->GroupBytes(plane);
  const uint8_t* from = frame.PlaneRow(plane, y) + begin * frame_group_bytes;
  uint8_t* to = out.PlaneRow(plane, y) + begin * group_bytes;
  if (y + kRowsAhead < layout.Lines(height_)) {
    Prefetch(out.PlaneRow(plane, y + kRowsAhead) + begin * group_bytes, bytes);
  }
  const auto read = [&](size_t first, size_t last, uint8_t* pixels) {
    const uint8_t* wanted = from + (first - begin) * frame_group_bytes;
    if (!out.format->yuv) {
      return Convert(wanted, *frame.format, last - first, pixels, *out.format);
    }
    if (pixels != wanted) std::memcpy(pixels, wanted, (last - first) * group_bytes);
  };
  const bool keep = options_.background == SELFIESEG_KEEP;
  if (part.kind == Kind::kPerson) return read(begin, end, to);
  if (part.kind == Kind::kBackground) {
    if (options_.background == SELFIESEG_TRANSPARENT) {
      std::memset(to, 0, bytes);
    } else if (keep) {
      read(begin, end, to);
      Draw(behind_.OfLine(plane, y).Within(begin, end), begin, group_bytes, to);
    } else {
      Background(out, plane, y, begin, end, to);
    }
    return;
  }
  uint8_t* colour = colour_.data();
  if (!keep) {
    read(begin, end, colour);
    ComposeSoft(out, plane, y, begin, end, colour);
    std::memcpy(to, colour, bytes);
    return;
  }
  // Where something is drawn behind the person it is as if that were the background.
  Overlay::Span span = behind_.OfLine(plane, y).Within(begin, end);
  if (!span.empty()) read(span.begin, span.end, colour);
  read(begin, end, to);
  if (span.empty()) return;
  const size_t drawn = (span.end - span.begin) * group_bytes;
  ReadAlpha(out, plane, matte_lines_, span.begin, span.end, alpha_.data());
  Clean(out, plane, y, span.begin, span.end, colour);
  std::memcpy(background_.data(), span.numbers, drawn);
  Mix(colour, alpha_.data(), background_.data(), drawn / size_t(out.format->number_bytes));
  span.numbers = colour;
  Draw(span, begin, group_bytes, to);
}

// Takes out the old background's light.
void Effect::Clean(const Image& out, int plane, int y, size_t begin, size_t end, uint8_t* colour) {
  ColorGrid& grid = *grids_[grid_].colours;
  const uint8_t* person = Estimate(grid, Layer::kPerson, out, plane, y, begin, end, person_);
  const uint8_t* old = Estimate(grid, Layer::kBackground, out, plane, y, begin, end, background_);
  const size_t count = (end - begin) * size_t(out.format->plane[plane].channels);
  if (!out.format->TenBits()) return rows_->clean(colour, alpha_.data(), person, old, count);
  rows_->clean_words(Words(colour), alpha_.data(), Words(person), Words(old), out.format->shift,
                     count);
}

void Effect::ComposeSoft(const Image& out, int plane, int y, size_t begin, size_t end,
                         uint8_t* colour) {
  const size_t count = (end - begin) * size_t(out.format->plane[plane].channels);
  uint8_t *alpha = alpha_.data(), *background = background_.data();
  ReadAlpha(out, plane, matte_lines_, begin, end, alpha);
  if (options_.background != SELFIESEG_BLUR) Clean(out, plane, y, begin, end, colour);
  if (options_.background == SELFIESEG_TRANSPARENT) {
    for (size_t i = size_t(out.format->alpha); i < count; i += 4) colour[i] = alpha[i];
    return;
  }
  Grid& grid = grids_[grid_];
  if (grid.wrap) {
    const uint8_t* light = &constants_[plane][0];
    if (grid.picture_colours) {
      light = Estimate(*grid.picture_colours, Layer::kBackground, out, plane, y, begin, end,
                       background_);
    }
    ReadAlpha(out, plane, own_lines_, begin, end, person_.data());
    Mix(colour, person_.data(), light, count);
  }
  Background(out, plane, y, begin, end, background);
  Mix(colour, alpha, background, count);
  if (out.format->alpha >= 0) rows_->copy(colour, *out.format, end - begin, colour);  // opaque
}

}  // namespace selfieseg::core
