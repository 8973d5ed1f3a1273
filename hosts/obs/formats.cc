#include "obs/formats.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <iterator>

namespace selfieseg::obs {
namespace {

constexpr Format kFormats[] = {
    {VIDEO_FORMAT_I420, SELFIESEG_I420},       {VIDEO_FORMAT_NV12, SELFIESEG_NV12},
    {VIDEO_FORMAT_YUY2, SELFIESEG_YUY2},       {VIDEO_FORMAT_UYVY, SELFIESEG_UYVY},
    {VIDEO_FORMAT_RGBA, SELFIESEG_RGBA, true}, {VIDEO_FORMAT_BGRA, SELFIESEG_BGRA, true},
    {VIDEO_FORMAT_BGRX, SELFIESEG_BGRA},       {VIDEO_FORMAT_BGR3, SELFIESEG_BGR},
    {VIDEO_FORMAT_Y800, SELFIESEG_GRAY},       {VIDEO_FORMAT_I010, SELFIESEG_I010},
    {VIDEO_FORMAT_P010, SELFIESEG_P010},       {VIDEO_FORMAT_YVYU, SELFIESEG_YVYU},
    {VIDEO_FORMAT_I422, SELFIESEG_I422},       {VIDEO_FORMAT_I210, SELFIESEG_I210},
};

// OBS's frames come with the numbers of a matrix, and not with its name: red's share of Cr tells.
selfieseg_matrix MatrixOf(const obs_source_frame& frame) {
  const float red_of_cr = frame.color_matrix[2] * (frame.full_range ? 1.0f : 224.0f / 255);
  constexpr struct {
    float red_of_cr;
    selfieseg_matrix matrix;
  } kMatrices[] = {
      {1.402f, SELFIESEG_BT601}, {1.5748f, SELFIESEG_BT709}, {1.4746f, SELFIESEG_BT2020}};
  for (const auto& row : kMatrices) {
    if (std::abs(red_of_cr - row.red_of_cr) < 0.02f) return row.matrix;
  }
  return SELFIESEG_MATRIX_AUTO;
}

// Rows of a plane, where OBS's frames keep as many as this format has.
uint32_t RowsOf(const obs_source_frame& frame, int plane) {
  switch (frame.format) {
    case VIDEO_FORMAT_I420:
    case VIDEO_FORMAT_NV12:
    case VIDEO_FORMAT_I010:
    case VIDEO_FORMAT_P010:
      return plane == 0 ? frame.height : (frame.height + 1) / 2;
    case VIDEO_FORMAT_I40A:
      return plane == 0 || plane == 3 ? frame.height : (frame.height + 1) / 2;
    default:
      return frame.height;
  }
}

}  // namespace

const Format* FindFormat(video_format format) {
  const auto* const row = std::find_if(std::begin(kFormats), std::end(kFormats),
                                       [&](const Format& f) { return f.theirs == format; });
  return row == std::end(kFormats) ? nullptr : row;
}

selfieseg_image ViewOf(const obs_source_frame& frame) {
  selfieseg_image view = selfieseg_wrap(FindFormat(frame.format)->ours, int32_t(frame.width),
                                        int32_t(frame.height), frame.data[0], frame.linesize[0]);
  for (int plane = 0; plane < 2; ++plane) {
    view.chroma[plane] = frame.data[plane + 1];
    view.chroma_stride[plane] = frame.linesize[plane + 1];
  }
  view.matrix = MatrixOf(frame);
  view.range = frame.full_range ? SELFIESEG_FULL : SELFIESEG_LIMITED;
  view.orientation = frame.flip ? 4 : 1;  // upside down, as EXIF numbers it
  return view;
}

void Blank(const obs_source_frame& frame) {
  const bool planes = frame.data[1] != nullptr;
  for (int plane = 0; plane < MAX_AV_PLANES && frame.data[plane] != nullptr; ++plane) {
    const int neutral = planes && (plane == 1 || plane == 2) ? 0x80 : 0;
    std::memset(frame.data[plane], neutral, size_t(frame.linesize[plane]) * RowsOf(frame, plane));
  }
}

obs_source_frame* CopyOf(const obs_source_frame& frame) {
  obs_source_frame* copy = obs_source_frame_create(frame.format, frame.width, frame.height);
  if (copy == nullptr) return nullptr;
  obs_source_frame_copy(copy, &frame);
  copy->refs = 1;
  return copy;
}

}  // namespace selfieseg::obs
