// EXIF is read by libexif.
#include "cli/orientation.h"

#include <algorithm>
#include <memory>
#include <utility>

#include <libexif/exif-data.h>

#include "cli/turn.h"
#include "selfieseg/selfieseg.hpp"

namespace selfieseg::cli {
namespace {

struct Unref {
  void operator()(ExifData* data) const { exif_data_unref(data); }
};

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
  const bool swaps = SwapsSides(orientation);
  Picture turned = NewPicture(picture->format, swaps ? picture->height : picture->width,
                              swaps ? picture->width : picture->height, INT64_MAX);
  selfieseg_image stored = picture->View();
  stored.orientation = orientation;
  selfieseg::Turn(stored, turned.View());
  picture->width = turned.width;
  picture->height = turned.height;
  picture->data = std::move(turned.data);
}

}  // namespace selfieseg::cli
