// JPEG by libjpeg-turbo. It reports errors by longjmp, so a function here that calls setjmp, or is
// called by libjpeg, holds nothing that has a destructor: the structs that do live in its caller.
#include "cli/io/jpeg.h"

#include <csetjmp>
#include <cstdio>  // jpeglib.h needs it first
#include <cstdlib>
#include <cstring>
#include <string>

#include <jerror.h>
#include <jpeglib.h>

#include "cli/colours.h"
#include "cli/failure.h"

namespace selfieseg::cli {
namespace {

// Of a progressive file. Encoders write about ten; each costs a pass over the whole picture.
constexpr int kMaxScans = 500;
constexpr int kQuality = 95;
constexpr int kExifMarker = JPEG_APP0 + 1, kProfileMarker = JPEG_APP0 + 2;
constexpr char kExifName[6] = {'E', 'x', 'i', 'f', 0, 0};

// Where libjpeg leaves its words. `manager` is first, so that a pointer to it is a pointer to all.
struct Outcome {
  jpeg_error_mgr manager;
  std::jmp_buf escape;
  char sentence[JMSG_LENGTH_MAX];  // the error, or the first warning, or ""
};

[[noreturn]] void Leave(j_common_ptr info) {
  Outcome* outcome = reinterpret_cast<Outcome*>(info->err);
  outcome->manager.format_message(info, outcome->sentence);
  std::longjmp(outcome->escape, 1);
}

// After damage libjpeg goes on and makes up the rest; a mask of that would be silently wrong. These
// leave the picture whole: data beyond it, a missing end marker, a bad profile, and oddities of
// headers.
bool IsHarmless(int message) {
  return message == JWRN_EXTRANEOUS_DATA || message == JWRN_JPEG_EOF ||
         message == JWRN_JFIF_MAJOR || message == JWRN_ADOBE_XFORM || message == JWRN_BOGUS_ICC;
}

void NoteWarning(j_common_ptr info, int level) {
  if (level >= 0) return;  // a trace
  Outcome* outcome = reinterpret_cast<Outcome*>(info->err);
  if (!IsHarmless(outcome->manager.msg_code)) Leave(info);
  if (outcome->sentence[0] == '\0') outcome->manager.format_message(info, outcome->sentence);
}

void LimitScans(j_common_ptr info) {
  if (reinterpret_cast<j_decompress_ptr>(info)->input_scan_number <= kMaxScans) return;
  Outcome* outcome = reinterpret_cast<Outcome*>(info->err);
  std::snprintf(outcome->sentence, sizeof(outcome->sentence), "more than %d scans", kMaxScans);
  std::longjmp(outcome->escape, 1);
}

jpeg_error_mgr* Prepare(Outcome* outcome) {
  jpeg_std_error(&outcome->manager);
  outcome->manager.error_exit = Leave;
  outcome->manager.emit_message = NoteWarning;
  outcome->sentence[0] = '\0';
  return &outcome->manager;
}

struct Reader {
  jpeg_decompress_struct info = {};
  jpeg_progress_mgr progress = {};
  Outcome outcome;
  JOCTET* profile = nullptr;
  unsigned profile_size = 0;
  ~Reader() {
    jpeg_destroy_decompress(&info);
    std::free(profile);
  }
};

bool ReadHeader(Reader* reader, const uint8_t* bytes, size_t size) {
  jpeg_decompress_struct* info = &reader->info;
  info->err = Prepare(&reader->outcome);
  if (setjmp(reader->outcome.escape) != 0) return false;
  jpeg_create_decompress(info);
  reader->progress.progress_monitor = LimitScans;
  info->progress = &reader->progress;
  jpeg_mem_src(info, bytes, size);
  jpeg_save_markers(info, kExifMarker, 0xFFFF);
  jpeg_save_markers(info, kProfileMarker, 0xFFFF);
  jpeg_read_header(info, TRUE);
  jpeg_read_icc_profile(info, &reader->profile, &reader->profile_size);
  const bool inks = info->jpeg_color_space == JCS_CMYK || info->jpeg_color_space == JCS_YCCK;
  info->out_color_space = inks ? JCS_CMYK : JCS_EXT_RGBA;
  return true;
}

bool ReadRows(Reader* reader, uint8_t* pixels, size_t stride) {
  jpeg_decompress_struct* info = &reader->info;
  if (setjmp(reader->outcome.escape) != 0) return false;
  jpeg_start_decompress(info);
  while (info->output_scanline < info->output_height) {
    JSAMPROW row = pixels + stride * info->output_scanline;
    jpeg_read_scanlines(info, &row, 1);
  }
  jpeg_finish_decompress(info);
  return true;
}

Bytes ExifOf(const jpeg_decompress_struct& info) {
  for (const jpeg_marker_struct* marker = info.marker_list; marker; marker = marker->next) {
    const JOCTET *begin = marker->data, *end = begin + marker->data_length;
    if (marker->marker == kExifMarker && marker->data_length >= sizeof(kExifName) &&
        std::memcmp(begin, kExifName, sizeof(kExifName)) == 0) {
      return Bytes(begin + sizeof(kExifName), end);
    }
  }
  return {};
}

Decoded::Colours ColoursOf(const jpeg_decompress_struct& info) {
  if (info.out_color_space == JCS_CMYK) return Decoded::Colours::kInks;
  return info.num_components == 1 ? Decoded::Colours::kGray : Decoded::Colours::kRgb;
}

struct Writer {
  jpeg_compress_struct info = {};
  Outcome outcome;
  unsigned char* bytes = nullptr;
  unsigned long size = 0;
  ~Writer() {
    jpeg_destroy_compress(&info);
    std::free(bytes);
  }
};

bool WriteRows(Writer* writer, const Picture* picture, int quality, const Bytes* profile) {
  jpeg_compress_struct* info = &writer->info;
  info->err = Prepare(&writer->outcome);
  if (setjmp(writer->outcome.escape) != 0) return false;
  jpeg_create_compress(info);
  jpeg_mem_dest(info, &writer->bytes, &writer->size);
  const bool gray = picture->format == SELFIESEG_GRAY;
  info->image_width = JDIMENSION(picture->width);
  info->image_height = JDIMENSION(picture->height);
  info->input_components = int(picture->channels());
  info->in_color_space = gray ? JCS_GRAYSCALE : JCS_EXT_RGBX;
  jpeg_set_defaults(info);
  jpeg_set_quality(info, quality, TRUE);
  // Colours as sharp as luma: a person's edge is often a change of colour alone.
  info->comp_info[0].h_samp_factor = info->comp_info[0].v_samp_factor = 1;
  jpeg_start_compress(info, TRUE);
  if (!gray) jpeg_write_icc_profile(info, profile->data(), unsigned(profile->size()));
  while (info->next_scanline < info->image_height) {
    JSAMPROW row = picture->data.get() + picture->stride() * info->next_scanline;
    jpeg_write_scanlines(info, &row, 1);
  }
  jpeg_finish_compress(info);
  return true;
}

}  // namespace

Decoded DecodeJpeg(std::span<const uint8_t> bytes, int64_t max_pixels) {
  Reader reader;
  const auto refused = [&] {
    return Failure(std::string("cannot be decoded as JPEG: ") + reader.outcome.sentence);
  };
  if (!ReadHeader(&reader, bytes.data(), bytes.size())) throw refused();
  Decoded decoded;
  decoded.colours = ColoursOf(reader.info);
  if (decoded.colours == Decoded::Colours::kInks && !reader.info.saw_Adobe_marker) {
    throw Failure("is a CMYK JPEG that does not say whether its inks are inverted");
  }
  if (reader.profile != nullptr) {
    decoded.profile.assign(reader.profile, reader.profile + reader.profile_size);
  }
  decoded.exif = ExifOf(reader.info);
  Picture& picture = decoded.picture;
  picture =
      NewPicture(SELFIESEG_RGBA, reader.info.image_width, reader.info.image_height, max_pixels);
  if (!ReadRows(&reader, picture.data.get(), picture.stride())) throw refused();
  picture.warning = reader.outcome.sentence;
  return decoded;
}

Bytes EncodeJpeg(const Picture& picture) { return EncodeJpeg(picture, kQuality); }

Bytes EncodeJpeg(const Picture& picture, int quality) {
  if (picture.format != SELFIESEG_GRAY && !picture.opaque) throw Failure("JPEG holds no alpha");
  Writer writer;
  if (!WriteRows(&writer, &picture, quality, &SrgbProfile())) {
    throw Failure(std::string("cannot be encoded as JPEG: ") + writer.outcome.sentence);
  }
  return Bytes(writer.bytes, writer.bytes + writer.size);
}

}  // namespace selfieseg::cli
