#include "cli/io/video_tracks.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <map>
#include <string_view>

#include "cli/io/video_sound.h"
#include "cli/io/video_text.h"

namespace selfieseg::cli {
namespace {

// Words that speak of the old file, and would be wrong of the new one.
constexpr std::string_view kStale[] = {"major_brand",
                                       "minor_version",
                                       "compatible_brands",
                                       "encoder",
                                       "vendor_id",
                                       "BPS",
                                       "DURATION",
                                       "NUMBER_OF_FRAMES",
                                       "NUMBER_OF_BYTES",
                                       "alpha_mode",
                                       "_STATISTICS_TAGS",
                                       "_STATISTICS_WRITING_APP",
                                       "_STATISTICS_WRITING_DATE_UTC"};

void Copy(const AVDictionary* from, AVDictionary** to) {
  const AVDictionaryEntry* each = nullptr;
  while ((each = av_dict_get(from, "", each, AV_DICT_IGNORE_SUFFIX)) != nullptr) {
    const std::string_view key = each->key;
    const bool stale =
        std::any_of(std::begin(kStale), std::end(kStale), [&](std::string_view word) {
          return key == word || (key.starts_with(word) && key.substr(word.size()).starts_with("-"));
        });
    if (!stale && av_dict_set(to, each->key, each->value, 0) < 0) throw std::bad_alloc();
  }
}

class CopiedTrack : public Track {
 public:
  CopiedTrack(const AVStream& from, Muxer* muxer)
      : muxer_(muxer), stream_(muxer->AddStream()), unit_(from.time_base) {
    Check(avcodec_parameters_copy(stream_->codecpar, from.codecpar), "cannot be copied");
    stream_->codecpar->codec_tag = 0;  // each container has its own
    stream_->time_base = from.time_base;
    CopyWords(from, stream_);
  }
  void Write(AVPacket* packet) override { muxer_->Write(packet, *stream_, unit_); }

 private:
  Muxer* const muxer_;
  AVStream* const stream_;
  const AVRational unit_;
};

// What containers that do not say take, such as MPEG-TS.
constexpr AVCodecID kBroadcast[] = {AV_CODEC_ID_MP2, AV_CODEC_ID_MP3,  AV_CODEC_ID_AAC,
                                    AV_CODEC_ID_AC3, AV_CODEC_ID_EAC3, AV_CODEC_ID_DTS};

// Whether a file of this container begins well with nothing but this stream. Some muxers refuse
// what they said they take.
bool BeginsWith(const AVOutputFormat& container, const AVStream& stream) {
  AVFormatContext* trial = nullptr;
  if (avformat_alloc_output_context2(&trial, &container, nullptr, nullptr) < 0) return false;
  trial->strict_std_compliance = FF_COMPLIANCE_EXPERIMENTAL;
  AVStream* to = avformat_new_stream(trial, nullptr);
  bool begins = to != nullptr && avcodec_parameters_copy(to->codecpar, stream.codecpar) >= 0 &&
                avio_open_dyn_buf(&trial->pb) >= 0;
  if (begins) {
    to->codecpar->codec_tag = 0;
    to->time_base = stream.time_base;
    begins = avformat_write_header(trial, nullptr) >= 0;
    if (begins) av_write_trailer(trial);
    uint8_t* bytes = nullptr;
    avio_close_dyn_buf(trial->pb, &bytes);
    av_free(bytes);
  }
  avformat_free_context(trial);
  return begins;
}

bool IsCover(const AVStream& stream) {
  return (stream.disposition & AV_DISPOSITION_ATTACHED_PIC) != 0;
}

// Whether the container takes it as it is.
bool Takes(const Muxer& muxer, const AVStream& stream) {
  const AVCodecParameters& codec = *stream.codecpar;
  const AVOutputFormat& container = muxer.container();
  if (codec.codec_type == AVMEDIA_TYPE_DATA) return false;
  // It would become a second video.
  if (IsCover(stream) && std::string_view(container.name) == "matroska") return false;
  if (codec.codec_type == AVMEDIA_TYPE_ATTACHMENT) {  // fonts
    return std::string_view(container.name) == "matroska";
  }
  if (container.audio_codec == AV_CODEC_ID_NONE) return false;  // pictures only
  const int answer = avformat_query_codec(&container, codec.codec_id, FF_COMPLIANCE_EXPERIMENTAL);
  const bool broadcast = std::count(std::begin(kBroadcast), std::end(kBroadcast), codec.codec_id);
  if (answer == 0 || (answer < 0 && !broadcast)) return false;
  return codec.codec_type != AVMEDIA_TYPE_AUDIO || BeginsWith(container, stream);
}

std::string Sentence(const std::map<std::string, int>& counts) {
  std::string sentence;
  for (const auto& [what, count] : counts) {
    sentence += (sentence.empty() ? "" : ", ") + std::to_string(count) + " " + what;
  }
  return sentence;
}

}  // namespace

void CopyWords(const AVStream& from, AVStream* to) {
  Copy(from.metadata, &to->metadata);
  to->disposition = from.disposition;
}

void CopyWords(const AVFormatContext& from, int64_t origin, double duration_seconds, Muxer* muxer) {
  AVFormatContext* to = muxer->format();
  Copy(from.metadata, &to->metadata);
  if (from.nb_chapters == 0) return;
  to->chapters = Need(static_cast<AVChapter**>(av_calloc(from.nb_chapters, sizeof(AVChapter*))));
  for (unsigned i = 0; i < from.nb_chapters; ++i) {
    const AVChapter& old = *from.chapters[i];
    const int64_t shift = av_rescale_q(origin, {1, AV_TIME_BASE}, old.time_base);
    int64_t start = old.start - shift, end = old.end - shift;
    if (std::isfinite(duration_seconds)) {
      end = std::min(end, int64_t(duration_seconds / av_q2d(old.time_base)));
    }
    start = std::max<int64_t>(start, 0);
    if (end <= start) continue;
    AVChapter* chapter = Need(static_cast<AVChapter*>(av_mallocz(sizeof(AVChapter))));
    to->chapters[to->nb_chapters++] = chapter;
    chapter->id = old.id;
    chapter->time_base = old.time_base;
    chapter->start = start;
    chapter->end = end;
    Copy(old.metadata, &chapter->metadata);
  }
}

Tracks AddTracks(const AVFormatContext& source, int video, Muxer* muxer) {
  Tracks tracks;
  std::map<std::string, int> left_out, made_anew;
  for (unsigned i = 0; i < source.nb_streams; ++i) {
    const AVStream& from = *source.streams[i];
    tracks.of_stream.emplace_back();
    const AVMediaType type = from.codecpar->codec_type;
    const bool cover = IsCover(from);
    if (int(i) == video || (type == AVMEDIA_TYPE_VIDEO && !cover)) continue;
    // QuickTime's timecode is a word of the video, too, of which the muxer makes such a stream.
    const bool timecode = from.codecpar->codec_tag == MKTAG('t', 'm', 'c', 'd');
    if (timecode && muxer->KeepsDisplayMatrix()) continue;
    std::unique_ptr<Track>& track = tracks.of_stream.back();
    const char* codec = avcodec_get_name(from.codecpar->codec_id);
    const char* kind = cover ? "cover picture" : av_get_media_type_string(type);
    const std::string what = std::string(kind != nullptr ? kind : "unknown") + " (" + codec + ")";
    if (Takes(*muxer, from)) {
      track = std::make_unique<CopiedTrack>(from, muxer);
      continue;
    }
    if (type == AVMEDIA_TYPE_AUDIO) track = NewSoundTrack(from, muxer);
    if (type == AVMEDIA_TYPE_SUBTITLE) track = NewTextTrack(from, muxer);
    ++(track != nullptr ? made_anew : left_out)[what];
  }
  tracks.left_out = Sentence(left_out);
  tracks.made_anew = Sentence(made_anew);
  return tracks;
}

}  // namespace selfieseg::cli
