#include "compose/painter.h"

#include <algorithm>
#include <cstring>

namespace selfieseg::core {
namespace {

uint16_t* Words(uint8_t* line) { return reinterpret_cast<uint16_t*>(line); }
const uint16_t* Words(const uint8_t* line) { return reinterpret_cast<const uint16_t*>(line); }

}  // namespace

void Painter::Prepare(const Paint& paint) {
  const size_t width = size_t(paint.width), room = RowRoom(width);
  for (auto* kinds : {&kinds_[0], &kinds_[1], &parts_, &own_kinds_}) {
    kinds->resize(PartsRoom(width));
  }
  for (auto& own : own_) own.resize(paint.wrap != nullptr ? room : 0);
  for (auto* line : {&alpha_, &colour_, &person_, &background_, &drawn_}) {
    line->resize(4 * room * size_t(paint.format->number_bytes));
  }
  planes_.resize(3 * room);
  if (paint.wrap != nullptr) paint.wrap->Prepare(&wrap_);
  const auto prepare = [](const ColorGrid* grid, GridLines* lines) {
    lines->grid = grid;
    if (grid == nullptr) return;
    for (auto& of_layer : lines->wide) grid->Prepare(of_layer);
  };
  prepare(paint.colours, &colours_);
  prepare(paint.picture_colours, &picture_colours_);
}

void Painter::Rows(const Paint& paint, const Image& frame, const Image& matte, int top, int bottom,
                   const Image& out) {
  paint_ = &paint;
  const PixelFormat& format = *out.format;
  // Then the person is there as she is; where there is alpha she becomes opaque.
  const bool in_place = frame.data == out.data && frame.format == &format && format.alpha < 0;
  const auto compose = [&](int plane, int line, const uint8_t* kinds) {
    ForParts(kinds, size_t(paint_->width), [&](const Part& part) {
      const bool is_done = in_place && part.kind == Kind::kPerson;
      if (!is_done) Compose(frame, out, plane, line, part);
    });
    Draw(paint_->front->OfLine(plane, line), 0, format.GroupBytes(plane),
         out.PlaneRow(plane, line));
  };
  const Wrap* wrap = paint_->wrap;
  for (int y = top; y < bottom; ++y) {
    const uint8_t *row = matte.Row(y - top), *own = own_[y % 2].data();
    std::vector<uint8_t>& kinds = kinds_[y % 2];
    paint_->rows->kinds(row, size_t(paint_->width), kinds.data());
    if (wrap != nullptr) {
      wrap->Line(y, &wrap_, own_[y % 2].data());
      paint_->rows->kinds(own, size_t(paint_->width), own_kinds_.data());
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
    const bool upper = paint_->siting == SELFIESEG_TOP_LEFT;
    if (second) {
      matte_lines_.above = matte.Row(y - 1 - top);
      own_lines_.above = own_[0].data();
    }
    if (upper) {
      matte_lines_.below = matte_lines_.above;
      own_lines_.below = own_lines_.above;
    }
    const uint8_t *kinds0 = second ? kinds_[0].data() : kinds.data(), *kinds1 = kinds.data();
    uint8_t* parts = parts_.data();
    for (size_t i = 0, count = parts_.size(); i < count; ++i) {
      parts[i] = kinds0[i] == kinds1[i] ? kinds1[i] : uint8_t(Kind::kSoft);
    }
    for (int plane = 1; plane < format.planes; ++plane) compose(plane, y / 2, parts_.data());
  }
}

void Painter::Convert(const uint8_t* from, const PixelFormat& format, size_t width, uint8_t* to,
                      const PixelFormat& wanted) {
  if (&format == &wanted) return paint_->rows->copy(from, format, width, to);
  const size_t room = RowRoom(size_t(paint_->width));
  const Planes planes = {&planes_[0], &planes_[room], &planes_[2 * room]};
  paint_->rows->split(from, format, width, planes);
  paint_->rows->join(planes, wanted, width, to);
}

void Painter::Estimate(GridLines& lines, Layer layer, int plane, int y, size_t begin, size_t end,
                       uint8_t* to) {
  lines.grid->Line(layer, plane, y, begin, end, &lines.wide[size_t(layer)][plane], to);
}

void Painter::Background(const Image& out, int plane, int y, size_t begin, size_t end,
                         uint8_t* to) {
  const size_t group_bytes = out.format->GroupBytes(plane);
  const size_t at = begin * group_bytes, bytes = (end - begin) * group_bytes;
  if (paint_->background == SELFIESEG_COLOR) {
    std::memcpy(to, &paint_->constants[plane][at], bytes);
  } else if (paint_->background == SELFIESEG_BLUR) {
    Estimate(colours_, Layer::kBackground, plane, y, begin, end, to);
  } else if (paint_->backdrop != nullptr || out.format->yuv) {
    const uint8_t* line = paint_->backdrop != nullptr ? paint_->backdrop->Line(plane, y)
                                                      : paint_->picture.PlaneRow(plane, y);
    std::memcpy(to, line + at, bytes);
  } else {
    paint_->rows->copy(paint_->picture.Row(y) + at, *out.format, end - begin, to);
  }
  Draw(paint_->behind->OfLine(plane, y).Within(begin, end), begin, group_bytes, to);
}

void Painter::Draw(const Overlay::Span& span, size_t begin, size_t group_bytes, uint8_t* to) {
  if (span.empty()) return;
  const size_t bytes = (span.end - span.begin) * group_bytes;
  to += (span.begin - begin) * group_bytes;
  uint8_t *drawn = drawn_.data(), *under = person_.data();
  std::memcpy(drawn, span.numbers, bytes);
  std::memcpy(under, to, bytes);
  Mix(drawn, span.alpha, under, bytes / size_t(paint_->format->number_bytes));
  std::memcpy(to, drawn, bytes);
}

void Painter::Mix(uint8_t* colour, const uint8_t* alpha, const uint8_t* background, size_t count) {
  if (!paint_->format->TenBits()) return paint_->rows->mix(colour, alpha, background, count);
  paint_->rows->mix_words(Words(colour), alpha, Words(background), paint_->format->shift, count);
}

void Painter::ReadAlpha(const Image& out, int plane, const TwoRows& rows, size_t begin, size_t end,
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
    return paint_->rows->join({row, row, row, row}, *out.format, end - begin, alpha);
  }
  uint8_t* chroma = layout.channels == 1 ? alpha : planes_.data();
  paint_->rows->chroma_alpha(above, below, begin, end, size_t(paint_->width),
                             paint_->siting == SELFIESEG_MIDDLE, chroma);
  if (layout.channels == 1) return;
  if (layout.channels == 2) {
    for (size_t i = 0; i < end - begin; ++i) alpha[2 * i] = alpha[2 * i + 1] = chroma[i];
    return;
  }
  for (size_t group = begin; group < end; ++group, ++chroma) {
    for (int c = 0, x = 2 * int(group); c < 4; ++c) {
      *alpha++ = layout.component[c] == 0 ? above[std::min(x++, paint_->width - 1)] : *chroma;
    }
  }
}

void Painter::Compose(const Image& frame, const Image& out, int plane, int y, const Part& part) {
  const PlaneLayout& layout = out.format->plane[plane];
  const size_t group = size_t(1) << layout.x_shift;
  const size_t begin = part.begin / group, end = (part.end + group - 1) / group;
  const size_t group_bytes = out.format->GroupBytes(plane), bytes = (end - begin) * group_bytes;
  const size_t frame_group_bytes = frame.format->GroupBytes(plane);
  const uint8_t* from = frame.PlaneRow(plane, y) + begin * frame_group_bytes;
  uint8_t* to = out.PlaneRow(plane, y) + begin * group_bytes;
  const auto read = [&](size_t first, size_t last, uint8_t* pixels) {
    const uint8_t* wanted = from + (first - begin) * frame_group_bytes;
    if (!out.format->yuv) {
      return Convert(wanted, *frame.format, last - first, pixels, *out.format);
    }
    if (pixels != wanted) std::memcpy(pixels, wanted, (last - first) * group_bytes);
  };
  const bool keep = paint_->background == SELFIESEG_KEEP;
  if (part.kind == Kind::kPerson) return read(begin, end, to);
  if (part.kind == Kind::kBackground) {
    if (paint_->background == SELFIESEG_TRANSPARENT) {
      std::memset(to, 0, bytes);
    } else if (keep) {
      read(begin, end, to);
      Draw(paint_->behind->OfLine(plane, y).Within(begin, end), begin, group_bytes, to);
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
  Overlay::Span span = paint_->behind->OfLine(plane, y).Within(begin, end);
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
void Painter::Clean(const Image& out, int plane, int y, size_t begin, size_t end, uint8_t* colour) {
  uint8_t *person = person_.data(), *old = background_.data();
  Estimate(colours_, Layer::kPerson, plane, y, begin, end, person);
  Estimate(colours_, Layer::kBackground, plane, y, begin, end, old);
  const size_t count = (end - begin) * size_t(out.format->plane[plane].channels);
  if (!out.format->TenBits()) return paint_->rows->clean(colour, alpha_.data(), person, old, count);
  paint_->rows->clean_words(Words(colour), alpha_.data(), Words(person), Words(old),
                            out.format->shift, count);
}

void Painter::ComposeSoft(const Image& out, int plane, int y, size_t begin, size_t end,
                          uint8_t* colour) {
  const size_t count = (end - begin) * size_t(out.format->plane[plane].channels);
  uint8_t *alpha = alpha_.data(), *background = background_.data();
  ReadAlpha(out, plane, matte_lines_, begin, end, alpha);
  if (paint_->background != SELFIESEG_BLUR) Clean(out, plane, y, begin, end, colour);
  if (paint_->background == SELFIESEG_TRANSPARENT) {
    for (size_t i = size_t(out.format->alpha); i < count; i += 4) colour[i] = alpha[i];
    return;
  }
  if (paint_->wrap != nullptr) {
    const uint8_t* light = paint_->constants[plane].data();
    if (paint_->picture_colours != nullptr) {
      Estimate(picture_colours_, Layer::kBackground, plane, y, begin, end, background);
      light = background;
    }
    ReadAlpha(out, plane, own_lines_, begin, end, person_.data());
    Mix(colour, person_.data(), light, count);
  }
  Background(out, plane, y, begin, end, background);
  Mix(colour, alpha, background, count);
  if (out.format->alpha >= 0)
    paint_->rows->copy(colour, *out.format, end - begin, colour);  // opaque
}

}  // namespace selfieseg::core
