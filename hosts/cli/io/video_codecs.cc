#include "cli/io/video_codecs.h"

#include <algorithm>
#include <filesystem>
#include <sstream>

#include "cli/files.h"
#include "cli/io/video_pixels.h"

namespace selfieseg::cli {
namespace {

constexpr CodecRow kCodecs[] = {
    {"h264", "libx264 libopenh264", Dial::kCrf, 20, false, true, true, "preset=fast"},
    {"hevc", "libx265", Dial::kCrf, 23, false, true, true,
     "preset=fast:x265-params=log-level=none"},
    {"vp9", "libvpx-vp9", Dial::kCrf, 30, false, true, false, "deadline=good:cpu-used=4:row-mt=1"},
    {"vp8", "libvpx", Dial::kCrf, 10, false, false, false, "deadline=good:cpu-used=4"},
    {"av1", "libsvtav1 libaom-av1", Dial::kCrf, 32, false, true, true,
     "preset=8:cpu-used=6:row-mt=1"},
    {"prores", "prores_ks", Dial::kNone, 0, false, false, false, "vendor=apl0"},
    {"ffv1", "ffv1", Dial::kNone, 0, true, true, false, "level=3:slices=4:slicecrc=1"},
    {"mpeg4", "mpeg4", Dial::kQuantizer, 3, false, false, false, ""},
    {"mpeg2video", "mpeg2video", Dial::kQuantizer, 3, false, false, false, ""},
    {"mjpeg", "mjpeg", Dial::kQuantizer, 3, false, true, false, ""},
    {"png", "png", Dial::kNone, 0, true, true, false, ""},
    {"rawvideo", "rawvideo", Dial::kNone, 0, true, true, false, ""},
    {"wrapped_avframe", "wrapped_avframe", Dial::kNone, 0, true, true, false, ""},  // in y4m
};
// Any other that FFmpeg has: nothing is known of it.
constexpr CodecRow kOther = {"", "", Dial::kNone, 0, false, false, true, ""};

// What a container is given if nobody says; of others FFmpeg knows what is usual.
struct Usual {
  std::string_view container, opaque, alpha;
};
constexpr Usual kUsual[] = {
    {"mp4", "h264", ""},
    {"mpegts", "h264", ""},
    {"flv", "h264", ""},
    {"3gp", "h264", ""},
    {"mov", "h264", "prores"},
    {"matroska", "h264", "ffv1"},
    {"webm", "vp9", "vp9"},
    {"avi", "mpeg4", "ffv1"},
    {"yuv4mpegpipe", "wrapped_avframe", ""},
    {"rawvideo", "rawvideo", "rawvideo"},
};

// Those with alpha, the first that an encoder has is taken; and those without colours.
constexpr AVPixelFormat kAlpha[] = {
    AV_PIX_FMT_RGBA,     AV_PIX_FMT_BGRA,     AV_PIX_FMT_ARGB,         AV_PIX_FMT_YUVA444P,
    AV_PIX_FMT_YUVA420P, AV_PIX_FMT_YUVA422P, AV_PIX_FMT_YUVA444P10LE,
};

std::vector<const AVCodec*> EncodersOf(const std::string& names) {
  std::vector<const AVCodec*> encoders;
  std::istringstream stream(names);
  for (std::string name; stream >> name;) {
    if (const AVCodec* encoder = avcodec_find_encoder_by_name(name.c_str())) {
      encoders.push_back(encoder);
    }
  }
  return encoders;
}

std::string KnownNames() {
  std::string names;
  for (const CodecRow& row : kCodecs) {
    const bool internal = std::string_view(row.name) == "wrapped_avframe";
    if (!internal && !EncodersOf(row.encoders).empty())
      names += (names.empty() ? "" : ", ") + std::string(row.name);
  }
  return names;
}

std::string UsualName(const ClipOutput& options, const AVOutputFormat& container) {
  const bool alpha = options.content == ClipContent::kAlpha;
  for (const Usual& row : kUsual) {
    if (row.container == container.name) return std::string(alpha ? row.alpha : row.opaque);
  }
  const AVCodecID usual =
      av_guess_codec(&container, nullptr, options.name.c_str(), nullptr, AVMEDIA_TYPE_VIDEO);
  return usual == AV_CODEC_ID_NONE ? "" : avcodec_get_name(usual);
}

AVPixelFormat ChooseAlpha(const std::vector<AVPixelFormat>& has) {
  for (const AVPixelFormat format : kAlpha) {
    if (std::count(has.begin(), has.end(), format) > 0) return format;
  }
  return AV_PIX_FMT_NONE;
}

// All the pixels of our kinds that an encoder takes; of one that does not say, all that FFmpeg
// knows.
std::vector<AVPixelFormat> PixelsOf(const AVCodec& encoder) {
  std::vector<AVPixelFormat> formats;
  if (encoder.pix_fmts == nullptr) {
    const AVPixFmtDescriptor* each = nullptr;
    while ((each = av_pix_fmt_desc_next(each)) != nullptr) {
      formats.push_back(av_pix_fmt_desc_get_id(each));
    }
  } else {
    for (const AVPixelFormat* each = encoder.pix_fmts; *each != AV_PIX_FMT_NONE; ++each) {
      formats.push_back(*each);
    }
  }
  std::erase_if(formats, [](AVPixelFormat format) { return sws_isSupportedOutput(format) == 0; });
  return formats;
}

}  // namespace

const AVOutputFormat* ChooseContainer(const ClipOutput& options) {
  const bool pipe = options.name == kStandardStream;
  std::string format = options.format;
  if (format == "mkv") format = "matroska";
  if (format == "y4m" || (format.empty() && pipe)) format = "yuv4mpegpipe";
  if (format.empty() && options.sequence) format = "image2";
  const AVOutputFormat* container =
      av_guess_format(format.empty() ? nullptr : format.c_str(),
                      format.empty() ? options.name.c_str() : nullptr, nullptr);
  if (container == nullptr && !format.empty()) {
    throw Misuse("--format " + options.format + ": FFmpeg has no such container");
  }
  // Of music the only picture is the cover.
  const bool music = container != nullptr && container->audio_codec != AV_CODEC_ID_NONE &&
                     container->video_codec == AV_CODEC_ID_PNG;
  const std::string_view name = container == nullptr ? "" : container->name;
  const bool pictures = name == "image2";
  const bool one_file = pictures || (container != nullptr && !(container->flags & AVFMT_NOFILE));
  if (!one_file || music || container->video_codec == AV_CODEC_ID_NONE) {
    throw Misuse("'" + options.name +
                 "': no container for video has this extension; use .mp4, .mov, .mkv or .webm, or "
                 "--format");
  }
  // By the name alone, FFmpeg says image2 of known pictures only.
  const std::string file = std::filesystem::path(options.name).filename();
  const AVOutputFormat* named = av_guess_format(nullptr, file.c_str(), nullptr);
  if (options.sequence && (!pictures || (options.format.empty() && named != container))) {
    throw Misuse("'" + options.name + "': a name with %d is for pictures, such as frame-%05d.png");
  }
  if (pictures && !options.sequence) {
    throw Misuse("'" + options.name +
                 "': a clip is many pictures; give a folder/ or a pattern such as frame-%05d.png");
  }
  if (pipe && (name == "mp4" || name == "mov" || name == "avi")) {
    throw Misuse("standard output cannot be " + options.format +
                 ", which needs a file; use y4m, rawvideo, mkv or webm");
  }
  return container;
}

CodecChoice ChooseCodec(const ClipOutput& options, const AVOutputFormat& container) {
  const bool alpha = options.content == ClipContent::kAlpha;
  const bool pictures = std::string_view(container.name) == "image2";
  std::string name = options.codec.empty() ? UsualName(options, container) : options.codec;
  // FFmpeg's usual encoder of WebP makes one file of all frames.
  if (pictures && name == "webp") name = "libwebp";
  if (name.empty()) {
    throw Misuse(
        "'" + options.name + "': " + container.name +
        " cannot hold a transparent background; use .webm, .mov, .mkv or a folder/ of PNG");
  }
  CodecChoice choice = {kOther, {}};
  for (const CodecRow& row : kCodecs) {
    if (name != row.name) continue;
    choice = {row, EncodersOf(row.encoders)};
  }
  if (choice.encoders.empty()) {
    // An encoder by its own name, or the only one of a codec without a row.
    for (const CodecRow& row : kCodecs) {
      const std::string encoders = std::string(" ") + row.encoders + " ";
      if (encoders.find(" " + name + " ") != std::string::npos) choice.row = row;
    }
    choice.encoders = EncodersOf(name);
    const AVCodecDescriptor* codec = avcodec_descriptor_get_by_name(name.c_str());
    const AVCodec* only = codec == nullptr ? nullptr : avcodec_find_encoder(codec->id);
    if (choice.encoders.empty() && only != nullptr) choice.encoders.push_back(only);
  }
  if (choice.encoders.empty() || choice.encoders[0]->type != AVMEDIA_TYPE_VIDEO) {
    throw Misuse("--codec " + name + ": this FFmpeg has no such encoder of video; it has " +
                 KnownNames());
  }
  const AVCodecID id = choice.encoders[0]->id;
  const AVCodecID named =
      av_guess_codec(&container, nullptr, options.name.c_str(), nullptr, AVMEDIA_TYPE_VIDEO);
  if (pictures && options.format.empty() && id != named) {
    throw Misuse("'" + options.name + "': this name is for " + avcodec_get_name(named) + ", not " +
                 avcodec_get_name(id));
  }
  if (avformat_query_codec(&container, id, FF_COMPLIANCE_EXPERIMENTAL) == 0) {
    throw Misuse("'" + options.name + "': " + container.name + " cannot hold " +
                 avcodec_get_name(id));
  }
  if (options.crf >= 0 && choice.row.dial != Dial::kCrf) {
    throw Misuse("--crf is not for " + name);
  }
  const bool can = std::any_of(
      choice.encoders.begin(), choice.encoders.end(),
      [](const AVCodec* encoder) { return ChooseAlpha(PixelsOf(*encoder)) != AV_PIX_FMT_NONE; });
  if (alpha && !can) {
    throw Misuse("--codec " + name +
                 ": has no transparency; use vp9 in .webm, prores in .mov, ffv1 in .mkv or a "
                 "folder/ of PNG");
  }
  return choice;
}

AVPixelFormat ChoosePixels(const CodecRow& row, const AVCodec& encoder, AVPixelFormat source,
                           ClipContent content) {
  std::vector<AVPixelFormat> has = PixelsOf(encoder);
  const auto contains = [&](AVPixelFormat format) {
    return std::count(has.begin(), has.end(), format) > 0;
  };
  if (content == ClipContent::kAlpha) return ChooseAlpha(has);
  if (content == ClipContent::kMask) {
    for (const AVPixelFormat format : {AV_PIX_FMT_GRAY8, AV_PIX_FMT_YUV420P, AV_PIX_FMT_YUVJ420P}) {
      if (contains(format) && (row.lossless || format != AV_PIX_FMT_GRAY8)) return format;
    }
  }
  std::erase_if(has, HasAlpha);
  const AVPixelFormat plain = WithoutRange(source);
  if (contains(plain) && std::string_view(row.name) != "mjpeg") return plain;
  // The same numbers in another order; FFmpeg would rather have 16 bits of them.
  if (plain == AV_PIX_FMT_P010LE && contains(AV_PIX_FMT_YUV420P10LE)) return AV_PIX_FMT_YUV420P10LE;
  // What players know; RGB is not of that kind.
  if (IsRgb(plain) && !row.lossless && contains(AV_PIX_FMT_YUV420P)) return AV_PIX_FMT_YUV420P;
  has.push_back(AV_PIX_FMT_NONE);
  return avcodec_find_best_pix_fmt_of_list(has.data(), plain, 0, nullptr);
}

}  // namespace selfieseg::cli
