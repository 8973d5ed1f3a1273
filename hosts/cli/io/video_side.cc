#include "cli/io/video_side.h"

#include <cmath>
#include <cstring>

extern "C" {
#include <libavutil/display.h>
}

namespace selfieseg::cli {
namespace {

constexpr size_t kMatrixNumbers = 9;

// What a result is worth to have, whatever its codec.
constexpr AVPacketSideDataType kKept[] = {
    AV_PKT_DATA_DISPLAYMATRIX, AV_PKT_DATA_STEREO3D, AV_PKT_DATA_SPHERICAL,
    AV_PKT_DATA_MASTERING_DISPLAY_METADATA, AV_PKT_DATA_CONTENT_LIGHT_LEVEL};

struct Found {
  const uint8_t* data;
  size_t size;
};

// Side data moved from the stream to its parameters in the course of FFmpeg's versions.
#if LIBAVFORMAT_VERSION_INT >= AV_VERSION_INT(60, 15, 100)
Found Find(const AVStream& stream, AVPacketSideDataType type) {
  const AVPacketSideData* found = av_packet_side_data_get(
      stream.codecpar->coded_side_data, stream.codecpar->nb_coded_side_data, type);
  return found == nullptr ? Found{nullptr, 0} : Found{found->data, found->size};
}
uint8_t* Add(AVStream* stream, AVPacketSideDataType type, size_t size) {
  return Need(av_packet_side_data_new(&stream->codecpar->coded_side_data,
                                      &stream->codecpar->nb_coded_side_data, type, size, 0))
      ->data;
}
#else
Found Find(const AVStream& stream, AVPacketSideDataType type) {
  size_t size = 0;
  const uint8_t* data = av_stream_get_side_data(&stream, type, &size);
  return {data, size};
}
uint8_t* Add(AVStream* stream, AVPacketSideDataType type, size_t size) {
  return Need(av_stream_new_side_data(stream, type, size));
}
#endif

}  // namespace

const int32_t* DisplayMatrixOf(const AVStream& stream) {
  const Found found = Find(stream, AV_PKT_DATA_DISPLAYMATRIX);
  return found.size < kMatrixNumbers * sizeof(int32_t)
             ? nullptr
             : reinterpret_cast<const int32_t*>(found.data);
}

int32_t* AddDisplayMatrix(AVStream* stream) {
  return reinterpret_cast<int32_t*>(
      Add(stream, AV_PKT_DATA_DISPLAYMATRIX, kMatrixNumbers * sizeof(int32_t)));
}

int OrientationOf(const int32_t* display_matrix) {
  if (display_matrix == nullptr) return 1;
  const auto sign = [&](int i) { return (display_matrix[i] > 0) - (display_matrix[i] < 0); };
  // A stored pixel at (x, y) is shown at (a x + c y, b x + d y).
  const int a = sign(0), b = sign(1), c = sign(3), d = sign(4);
  struct Row {
    int a, b, c, d, orientation;
  };
  constexpr Row kRows[] = {{1, 0, 0, 1, 1}, {-1, 0, 0, 1, 2}, {-1, 0, 0, -1, 3}, {1, 0, 0, -1, 4},
                           {0, 1, 1, 0, 5}, {0, 1, -1, 0, 6}, {0, -1, -1, 0, 7}, {0, -1, 1, 0, 8}};
  for (const Row& row : kRows) {
    if (row.a == a && row.b == b && row.c == c && row.d == d) return row.orientation;
  }
  return 1;
}

int RotationOf(const int32_t* display_matrix) {
  if (display_matrix == nullptr) return 0;
  const double anticlockwise = av_display_rotation_get(display_matrix);
  if (std::isnan(anticlockwise)) return 0;
  return int(std::lround(360 - anticlockwise)) % 360;
}

void CopySideData(const AVStream& from, bool with_matrix, AVStream* to) {
  for (const AVPacketSideDataType type : kKept) {
    if (type == AV_PKT_DATA_DISPLAYMATRIX && !with_matrix) continue;
    const Found found = Find(from, type);
    if (found.data != nullptr) std::memcpy(Add(to, type, found.size), found.data, found.size);
  }
}

}  // namespace selfieseg::cli
