// EXIF is read by libexif.
#include "cli/orientation.h"

#include <algorithm>
#include <cstring>
#include <memory>
#include <utility>

#include <libexif/exif-data.h>

namespace selfieseg::cli {
namespace {

struct Unref {
  void operator()(ExifData* data) const { exif_data_unref(data); }
};

// In pixels of what is stored: where the upright picture begins, and how far it is to its next
// column and to its next row.
struct Walk {
  ptrdiff_t start, column, row;
};
Walk WalkOf(int orientation, ptrdiff_t width, ptrdiff_t height) {
  const ptrdiff_t right = width - 1, bottom = (height - 1) * width;
  switch (orientation) {
    case 2:
      return {right, -1, width};
    case 3:
      return {bottom + right, -1, -width};
    case 4:
      return {bottom, 1, -width};
    case 5:
      return {0, width, 1};
    case 6:
      return {bottom, -width, 1};
    case 7:
      return {bottom + right, -width, -1};
    case 8:
      return {right, width, -1};
    default:
      return {0, 1, width};
  }
}

}  // namespace

int OrientationOf(const Bytes& exif) {
  if (exif.empty()) return 1;
  Bytes named = {'E', 'x', 'i', 'f', 0, 0};  // libexif looks for it; some files have it
  const bool is_named = exif.size() >= 6 && std::equal(named.begin(), named.end(), exif.begin());
  named.insert(named.end(), exif.begin() + (is_named ? 6 : 0), exif.end());
  const std::unique_ptr<ExifData, Unref> data(exif_data_new());
  if (data == nullptr) return 1;
  exif_data_unset_option(data.get(), EXIF_DATA_OPTION_FOLLOW_SPECIFICATION);
  exif_data_load_data(data.get(), named.data(), unsigned(named.size()));
  const ExifEntry* entry = exif_content_get_entry(data->ifd[EXIF_IFD_0], EXIF_TAG_ORIENTATION);
  if (entry == nullptr) return 1;
  const ExifByteOrder order = exif_data_get_byte_order(data.get());
  uint32_t orientation = 1;
  if (entry->format == EXIF_FORMAT_SHORT && entry->size >= 2) {
    orientation = exif_get_short(entry->data, order);
  } else if (entry->format == EXIF_FORMAT_LONG && entry->size >= 4) {
    orientation = exif_get_long(entry->data, order);  // by some programs, against the standard
  }
  return orientation >= 1 && orientation <= 8 ? int(orientation) : 1;
}

void TurnUpright(Picture* picture, int orientation) {
  if (orientation == 1) return;
  constexpr int kTile = 32;  // pixels: a tile of both pictures stays in the cache
  const int width = orientation >= 5 ? picture->height : picture->width;
  const int height = orientation >= 5 ? picture->width : picture->height;
  const Walk walk = WalkOf(orientation, picture->width, picture->height);
  auto turned = std::make_unique_for_overwrite<uint8_t[]>(picture->bytes().size());
  for (int top = 0; top < height; top += kTile) {
    for (int left = 0; left < width; left += kTile) {
      for (int y = top; y < std::min(top + kTile, height); ++y) {
        for (int x = left; x < std::min(left + kTile, width); ++x) {
          const ptrdiff_t from = walk.start + x * walk.column + y * walk.row;
          std::memcpy(&turned[4 * (size_t(y) * size_t(width) + size_t(x))],
                      &picture->data[4 * size_t(from)], 4);
        }
      }
    }
  }
  picture->width = width;
  picture->height = height;
  picture->data = std::move(turned);
}

}  // namespace selfieseg::cli
