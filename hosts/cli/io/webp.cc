// WebP by libwebp, and its containers, where profiles and EXIF are, by libwebpdemux and
// libwebpmux.
#include "cli/io/webp.h"

#include <memory>
#include <new>
#include <string>

#include <webp/decode.h>
#include <webp/demux.h>
#include <webp/encode.h>
#include <webp/mux.h>

#include "cli/colours.h"
#include "cli/failure.h"

namespace selfieseg::cli {
namespace {

constexpr float kQuality = 92;  // of colours

const char* Reason(VP8StatusCode status) {
  switch (status) {
    case VP8_STATUS_OUT_OF_MEMORY:
      return "out of memory";
    case VP8_STATUS_UNSUPPORTED_FEATURE:
      return "it has a feature that libwebp does not know";
    case VP8_STATUS_NOT_ENOUGH_DATA:
      return "it ends too early";
    default:
      return "it is damaged";
  }
}

struct DeleteDemuxer {
  void operator()(WebPDemuxer* demuxer) const { WebPDemuxDelete(demuxer); }
};

Bytes FindChunk(const WebPDemuxer* demuxer, const char* name) {
  Bytes bytes;
  WebPChunkIterator chunk;
  if (demuxer != nullptr && WebPDemuxGetChunk(demuxer, name, 1, &chunk)) {
    bytes.assign(chunk.chunk.bytes, chunk.chunk.bytes + chunk.chunk.size);
    WebPDemuxReleaseChunkIterator(&chunk);
  }
  return bytes;
}

struct Writer {
  WebPPicture picture;
  WebPMemoryWriter memory;
  Writer() {
    if (!WebPPictureInit(&picture)) throw Failure("libwebp is of another version");
    WebPMemoryWriterInit(&memory);
    picture.writer = WebPMemoryWrite;
    picture.custom_ptr = &memory;
  }
  ~Writer() {
    WebPPictureFree(&picture);
    WebPMemoryWriterClear(&memory);
  }
};

bool Import(const Picture& picture, WebPPicture* to) {
  to->width = picture.width;
  to->height = picture.height;
  if (picture.format == SELFIESEG_RGBA) {
    const auto import = picture.opaque ? WebPPictureImportRGBX : WebPPictureImportRGBA;
    return import(to, picture.data.get(), int(picture.stride())) != 0;
  }
  if (!WebPPictureAlloc(to)) return false;
  for (int y = 0; y < to->height; ++y) {
    for (int x = 0; x < to->width; ++x) {
      const uint32_t level = picture.data[picture.stride() * size_t(y) + size_t(x)];
      to->argb[y * to->argb_stride + x] = 0xFF000000u | level * 0x010101u;
    }
  }
  return true;
}

// The same file with a profile beside the picture.
Bytes WithProfile(const WebPMemoryWriter& memory, const Bytes& profile) {
  const std::unique_ptr<WebPMux, void (*)(WebPMux*)> mux(WebPMuxNew(), WebPMuxDelete);
  const WebPData picture = {memory.mem, memory.size}, icc = {profile.data(), profile.size()};
  WebPData whole = {};
  if (mux == nullptr || WebPMuxSetImage(mux.get(), &picture, 0) != WEBP_MUX_OK ||
      WebPMuxSetChunk(mux.get(), "ICCP", &icc, 0) != WEBP_MUX_OK ||
      WebPMuxAssemble(mux.get(), &whole) != WEBP_MUX_OK) {
    throw std::bad_alloc();
  }
  const std::unique_ptr<WebPData, void (*)(WebPData*)> owner(&whole, WebPDataClear);
  return Bytes(whole.bytes, whole.bytes + whole.size);
}

}  // namespace

Decoded DecodeWebp(std::span<const uint8_t> bytes, int64_t max_pixels) {
  const auto refused = [](VP8StatusCode status) {
    return Failure(std::string("cannot be decoded as WebP: ") + Reason(status));
  };
  WebPDecoderConfig config;
  if (!WebPInitDecoderConfig(&config)) throw Failure("libwebp is of another version");
  VP8StatusCode status = WebPGetFeatures(bytes.data(), bytes.size(), &config.input);
  if (status != VP8_STATUS_OK) throw refused(status);
  if (config.input.has_animation) throw Failure("is an animated WebP; only stills can be read");
  Decoded decoded;
  decoded.picture = NewPicture(SELFIESEG_RGBA, config.input.width, config.input.height, max_pixels);
  config.output.colorspace = MODE_RGBA;
  config.output.is_external_memory = 1;
  config.output.u.RGBA = {decoded.picture.data.get(), int(decoded.picture.stride()),
                          decoded.picture.bytes().size()};
  status = WebPDecode(bytes.data(), bytes.size(), &config);
  if (status != VP8_STATUS_OK) throw refused(status);
  const WebPData data = {bytes.data(), bytes.size()};
  const std::unique_ptr<WebPDemuxer, DeleteDemuxer> demuxer(WebPDemux(&data));
  decoded.profile = FindChunk(demuxer.get(), "ICCP");
  decoded.exif = FindChunk(demuxer.get(), "EXIF");
  return decoded;
}

Bytes EncodeWebp(const Picture& picture) {
  if (picture.width > WEBP_MAX_DIMENSION || picture.height > WEBP_MAX_DIMENSION) {
    throw Failure("is " + std::to_string(picture.width) + "x" + std::to_string(picture.height) +
                  "; WebP holds at most " + std::to_string(WEBP_MAX_DIMENSION) + " pixels a side");
  }
  const bool gray = picture.format == SELFIESEG_GRAY;
  WebPConfig config;
  if (!WebPConfigInit(&config)) throw Failure("libwebp is of another version");
  if (gray) {
    WebPConfigLosslessPreset(&config, 1);  // fast
  } else {
    config.quality = kQuality;
    config.method = 3;
  }
  Writer writer;
  writer.picture.use_argb = gray ? 1 : 0;
  if (!Import(picture, &writer.picture)) throw std::bad_alloc();
  if (!WebPEncode(&config, &writer.picture)) {
    throw Failure("cannot be encoded as WebP: error " + std::to_string(writer.picture.error_code));
  }
  if (gray) return Bytes(writer.memory.mem, writer.memory.mem + writer.memory.size);
  return WithProfile(writer.memory, SrgbProfile());
}

}  // namespace selfieseg::cli
