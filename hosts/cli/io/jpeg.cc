// JPEG by libjpeg-turbo. It reports errors by longjmp, so a function here that calls setjmp, or is
// called by libjpeg, holds nothing that has a destructor: the structs that do live in its caller.
#include "cli/io/jpeg.h"

#include <csetjmp>
#include <cstdio>  // jpeglib.h needs it first
#include <cstdlib>
#include <string>

#include <jerror.h>
#include <jpeglib.h>

#include "cli/failure.h"

namespace selfieseg::cli {
namespace {

// Of a progressive file. Encoders write about ten; each costs a pass over the whole picture.
constexpr int kMaxScans = 500;
constexpr int kQuality = 95;

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
// leave the picture whole: data beyond it, a missing end marker, and oddities of headers.
bool IsHarmless(int message) {
  return message == JWRN_EXTRANEOUS_DATA || message == JWRN_JPEG_EOF ||
         message == JWRN_JFIF_MAJOR || message == JWRN_ADOBE_XFORM;
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
  ~Reader() { jpeg_destroy_decompress(&info); }
};

bool ReadHeader(Reader* reader, const uint8_t* bytes, size_t size) {
  jpeg_decompress_struct* info = &reader->info;
  info->err = Prepare(&reader->outcome);
  if (setjmp(reader->outcome.escape) != 0) return false;
  jpeg_create_decompress(info);
  reader->progress.progress_monitor = LimitScans;
  info->progress = &reader->progress;
  jpeg_mem_src(info, bytes, size);
  jpeg_read_header(info, TRUE);
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

// In place. Adobe's files hold 255 - ink.
void InksToColours(std::span<uint8_t> pixels) {
  for (size_t i = 0; i + 3 < pixels.size(); i += 4) {
    const int not_black = pixels[i + 3];
    for (size_t channel = 0; channel < 3; ++channel) {
      pixels[i + channel] = uint8_t((pixels[i + channel] * not_black + 127) / 255);
    }
    pixels[i + 3] = 255;
  }
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

bool WriteRows(Writer* writer, uint8_t* pixels, int width, int height) {
  jpeg_compress_struct* info = &writer->info;
  info->err = Prepare(&writer->outcome);
  if (setjmp(writer->outcome.escape) != 0) return false;
  jpeg_create_compress(info);
  jpeg_mem_dest(info, &writer->bytes, &writer->size);
  info->image_width = JDIMENSION(width);
  info->image_height = JDIMENSION(height);
  info->input_components = 1;
  info->in_color_space = JCS_GRAYSCALE;
  jpeg_set_defaults(info);
  jpeg_set_quality(info, kQuality, TRUE);
  jpeg_start_compress(info, TRUE);
  while (info->next_scanline < info->image_height) {
    JSAMPROW row = pixels + size_t(width) * info->next_scanline;
    jpeg_write_scanlines(info, &row, 1);
  }
  jpeg_finish_compress(info);
  return true;
}

}  // namespace

Picture DecodeJpeg(std::span<const uint8_t> bytes) {
  Reader reader;
  const auto refused = [&] {
    return Failure(std::string("cannot be decoded as JPEG: ") + reader.outcome.sentence);
  };
  if (!ReadHeader(&reader, bytes.data(), bytes.size())) throw refused();
  const bool inks = reader.info.out_color_space == JCS_CMYK;
  if (inks && !reader.info.saw_Adobe_marker) {
    throw Failure("is a CMYK JPEG that does not say whether its inks are inverted");
  }
  Picture picture = NewPicture(SELFIESEG_RGBA, reader.info.image_width, reader.info.image_height);
  if (!ReadRows(&reader, picture.data.get(), picture.stride())) throw refused();
  if (inks) InksToColours(picture.bytes());
  picture.warning = reader.outcome.sentence;
  return picture;
}

Bytes EncodeJpeg(const Picture& picture) {
  if (picture.format != SELFIESEG_GRAY) throw Failure("JPEG holds no alpha");
  Writer writer;
  if (!WriteRows(&writer, picture.data.get(), picture.width, picture.height)) {
    throw Failure(std::string("cannot be encoded as JPEG: ") + writer.outcome.sentence);
  }
  return Bytes(writer.bytes, writer.bytes + writer.size);
}

}  // namespace selfieseg::cli
