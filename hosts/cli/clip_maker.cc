#include "cli/clip_maker.h"

#include <algorithm>
#include <cmath>

extern "C" {
#include <libavutil/channel_layout.h>
#include <libavutil/display.h>
}

#include "cli/figure.h"
#include "cli/io/png.h"
#include "cli/io/video_muxer.h"
#include "cli/io/video_pixels.h"
#include "cli/io/video_side.h"
#include "cli/turn.h"
#include "selfieseg/selfieseg.hpp"

namespace selfieseg::cli {
namespace {

constexpr AVRational kMilliseconds = {1, 1000};
constexpr int kSoundRate = 44100, kPitch = 440;

// As EXIF numbers it.
int OrientationOf(const ClipRecipe& recipe) {
  switch (recipe.rotation_degrees) {
    case 90:
      return 6;
    case 180:
      return 3;
    case 270:
      return 8;
    default:
      return 1;
  }
}

CodecPtr OpenEncoder(const std::string& name, const Muxer& muxer, AVCodecContext* settings) {
  CodecPtr context(settings);
  context->strict_std_compliance = FF_COMPLIANCE_EXPERIMENTAL;
  if (muxer.Has(AVFMT_GLOBALHEADER)) context->flags |= AV_CODEC_FLAG_GLOBAL_HEADER;
  Options options;
  options.Set("preset", "ultrafast");
  Check(avcodec_open2(context.get(), context->codec, options.address()), name);
  return context;
}

AVCodecContext* NewEncoder(const std::string& name) {
  const AVCodec* codec = avcodec_find_encoder_by_name(name.c_str());
  if (codec == nullptr) throw Failure("no encoder " + name);
  return Need(avcodec_alloc_context3(codec));
}

CodecPtr OpenVideo(const ClipRecipe& recipe, const Muxer& muxer) {
  AVCodecContext* context = NewEncoder(recipe.codec);
  const bool swaps = SwapsSides(OrientationOf(recipe));
  context->width = swaps ? recipe.height : recipe.width;
  context->height = swaps ? recipe.width : recipe.height;
  context->pix_fmt = recipe.pixels;
  context->time_base = kMilliseconds;
  context->framerate = {25, 1};
  context->color_primaries = recipe.primaries;
  context->color_trc = recipe.transfer;
  context->colorspace = recipe.matrix;
  context->color_range = recipe.range;
  context->sample_aspect_ratio = recipe.pixel_aspect;
  context->bit_rate = 1'000'000;
  context->gop_size = 10;
  return OpenEncoder(recipe.codec, muxer, context);
}

CodecPtr OpenSound(const std::string& name, const Muxer& muxer) {
  AVCodecContext* context = NewEncoder(name);
  context->sample_rate = kSoundRate;
  context->sample_fmt = context->codec->sample_fmts[0];
  av_channel_layout_default(&context->ch_layout, 1);
  context->time_base = {1, kSoundRate};
  return OpenEncoder(name, muxer, context);
}

void Send(AVCodecContext* encoder, const AVFrame* frame, const AVStream& stream, Muxer* muxer) {
  Check(avcodec_send_frame(encoder, frame), "test frame");
  const PacketPtr packet = NewPacket();
  while (avcodec_receive_packet(encoder, packet.get()) >= 0) {
    if (packet->duration == 0 && encoder->width > 0) packet->duration = 40;
    muxer->Write(packet.get(), stream, encoder->time_base);
  }
}

void SendSound(AVCodecContext* encoder, int samples, const AVStream& stream, Muxer* muxer) {
  const int block = encoder->frame_size > 0 ? encoder->frame_size : 1024;
  for (int begin = 0; begin + block <= samples; begin += block) {
    const FramePtr frame = NewFrame();
    frame->nb_samples = block;
    frame->format = encoder->sample_fmt;
    frame->sample_rate = kSoundRate;
    frame->pts = begin;
    Check(av_channel_layout_copy(&frame->ch_layout, &encoder->ch_layout), "test sound");
    Check(av_frame_get_buffer(frame.get(), 0), "test sound");
    for (int i = 0; i < block; ++i) {
      const double wave = 0.2 * std::sin(2 * M_PI * kPitch * (begin + i) / kSoundRate);
      const AVSampleFormat plain = av_get_packed_sample_fmt(encoder->sample_fmt);
      if (plain == AV_SAMPLE_FMT_FLT) {
        reinterpret_cast<float*>(frame->data[0])[i] = float(wave);
      } else {
        reinterpret_cast<int16_t*>(frame->data[0])[i] = int16_t(32767 * wave);
      }
    }
    Send(encoder, frame.get(), stream, muxer);
  }
  Send(encoder, nullptr, stream, muxer);
}

void AddWords(const ClipRecipe& recipe, AVFormatContext* format) {
  if (!recipe.title.empty()) av_dict_set(&format->metadata, "title", recipe.title.c_str(), 0);
  if (!recipe.timecode.empty())
    av_dict_set(&format->metadata, "timecode", recipe.timecode.c_str(), 0);
  if (recipe.chapter.empty()) return;
  format->chapters = static_cast<AVChapter**>(av_calloc(1, sizeof(AVChapter*)));
  AVChapter* chapter = static_cast<AVChapter*>(av_mallocz(sizeof(AVChapter)));
  format->chapters[format->nb_chapters++] = chapter;
  chapter->time_base = kMilliseconds;
  chapter->end = recipe.milliseconds.back() + 40;
  av_dict_set(&chapter->metadata, "title", recipe.chapter.c_str(), 0);
}

// The drawn person as the encoder takes it, turned so that the player shows it upright.
FramePtr DrawFrame(const ClipRecipe& recipe, FramePool* pool, PixelConverter* converter) {
  const Picture person = DrawPerson(recipe.width, recipe.height);
  const int orientation = OrientationOf(recipe);
  const bool swaps = SwapsSides(orientation);
  const FramePtr rgba = pool->Get(AV_PIX_FMT_RGBA, swaps ? recipe.height : recipe.width,
                                  swaps ? recipe.width : recipe.height);
  selfieseg_image upright = person.View();
  upright.orientation = Inverse(orientation);
  selfieseg::Turn(upright, ViewOf(*rgba));
  FramePool encoded;
  FramePtr frame = encoded.Get(recipe.pixels, rgba->width, rgba->height);
  frame->colorspace = recipe.matrix;
  frame->color_range = recipe.range;
  converter->Convert(*rgba, frame.get());
  return frame;
}

void SendFrames(const ClipRecipe& recipe, AVCodecContext* encoder, const AVStream& stream,
                Muxer* muxer) {
  FramePool pool;
  PixelConverter converter;
  const FramePtr frame = DrawFrame(recipe, &pool, &converter);
  for (const int64_t time : recipe.milliseconds) {
    frame->pts = time;
    Send(encoder, frame.get(), stream, muxer);
  }
  Send(encoder, nullptr, stream, muxer);
}

AVStream* AddCover(Muxer* muxer) {
  AVStream* stream = muxer->AddStream();
  stream->disposition = AV_DISPOSITION_ATTACHED_PIC;
  stream->codecpar->codec_type = AVMEDIA_TYPE_VIDEO;
  stream->codecpar->codec_id = AV_CODEC_ID_PNG;
  stream->codecpar->width = stream->codecpar->height = 16;
  return stream;
}

void SendCover(const AVStream& stream, Muxer* muxer) {
  const Bytes png = EncodePng(DrawPerson(16, 16));
  const PacketPtr packet = NewPacket();
  Check(av_new_packet(packet.get(), int(png.size())), "cover");
  std::copy(png.begin(), png.end(), packet->data);
  packet->pts = packet->dts = 0;
  muxer->Write(packet.get(), stream, kMilliseconds);
}

AVStream* AddStream(const AVCodecContext& encoder, Muxer* muxer) {
  AVStream* stream = muxer->AddStream();
  Check(avcodec_parameters_from_context(stream->codecpar, &encoder), "test stream");
  stream->time_base = encoder.time_base;
  return stream;
}

}  // namespace

std::vector<int64_t> EvenTimes(int count) {
  std::vector<int64_t> times;
  for (int i = 0; i < count; ++i) times.push_back(40 * i);
  return times;
}

void MakeClip(const std::string& path, const ClipRecipe& recipe) {
  Muxer muxer(*av_guess_format(nullptr, path.c_str(), nullptr), path);
  CodecPtr video, sound;
  AVStream *video_stream = nullptr, *sound_stream = nullptr;
  if (!recipe.codec.empty()) {
    video = OpenVideo(recipe, muxer);
    video_stream = AddStream(*video, &muxer);
    video_stream->avg_frame_rate = video->framerate;
    video_stream->sample_aspect_ratio = recipe.pixel_aspect;
    if (recipe.rotation_degrees != 0) {
      av_display_rotation_set(AddDisplayMatrix(video_stream), recipe.rotation_degrees);
    }
  }
  if (!recipe.sound.empty()) {
    sound = OpenSound(recipe.sound, muxer);
    sound_stream = AddStream(*sound, &muxer);
  }
  const AVStream* cover = recipe.cover ? AddCover(&muxer) : nullptr;
  AddWords(recipe, muxer.format());
  muxer.Begin();
  if (cover != nullptr) SendCover(*cover, &muxer);
  if (video != nullptr) SendFrames(recipe, video.get(), *video_stream, &muxer);
  if (sound != nullptr) {
    const int64_t samples = (recipe.milliseconds.back() + 40) * kSoundRate / 1000;
    SendSound(sound.get(), int(samples), *sound_stream, &muxer);
  }
  muxer.End();
}

FoundClip FindClip(const std::string& path, const std::string& decoder) {
  AVFormatContext* format = nullptr;
  Check(avformat_open_input(&format, ("file:" + path).c_str(), nullptr, nullptr), path);
  const InputPtr owner(format);
  Check(avformat_find_stream_info(format, nullptr), path);
  const int number =
      Check(av_find_best_stream(format, AVMEDIA_TYPE_VIDEO, -1, -1, nullptr, 0), path);
  AVStream* stream = format->streams[number];
  const AVCodec* codec = decoder.empty() ? avcodec_find_decoder(stream->codecpar->codec_id)
                                         : avcodec_find_decoder_by_name(decoder.c_str());
  const CodecPtr context(Need(avcodec_alloc_context3(codec)));
  Check(avcodec_parameters_to_context(context.get(), stream->codecpar), path);
  Check(avcodec_open2(context.get(), codec, nullptr), path);

  FoundClip found;
  found.codec = avcodec_get_name(stream->codecpar->codec_id);
  found.rotation_degrees = RotationOf(DisplayMatrixOf(*stream));
  found.pixel_aspect = av_guess_sample_aspect_ratio(format, stream, nullptr);
  const auto take = [&] {
    for (FramePtr frame = NewFrame(); avcodec_receive_frame(context.get(), frame.get()) >= 0;
         frame = NewFrame()) {
      found.seconds.push_back(double(frame->best_effort_timestamp) * av_q2d(stream->time_base));
      found.frames.push_back(std::move(frame));
    }
  };
  const PacketPtr packet = NewPacket();
  for (; av_read_frame(format, packet.get()) >= 0; av_packet_unref(packet.get())) {
    const AVCodecParameters& parameters = *format->streams[packet->stream_index]->codecpar;
    if (packet->stream_index == number) {
      Check(avcodec_send_packet(context.get(), packet.get()), path);
      take();
    } else if (parameters.codec_type == AVMEDIA_TYPE_AUDIO) {
      found.sound = avcodec_get_name(parameters.codec_id);
      found.sound_bytes.insert(found.sound_bytes.end(), packet->data, packet->data + packet->size);
    }
  }
  avcodec_send_packet(context.get(), nullptr);
  take();
  const auto word = [](const AVDictionary* words) {
    const AVDictionaryEntry* entry = av_dict_get(words, "title", nullptr, 0);
    return std::string(entry == nullptr ? "" : entry->value);
  };
  found.title = word(format->metadata);
  if (format->nb_chapters > 0) found.chapter = word(format->chapters[0]->metadata);
  return found;
}

int LevelAt(const AVFrame& frame, int component, int x, int y) {
  const AVPixFmtDescriptor& format = *av_pix_fmt_desc_get(AVPixelFormat(frame.format));
  const AVComponentDescriptor& part = format.comp[component];
  const uint8_t* row = frame.data[part.plane] + y * frame.linesize[part.plane];
  const uint8_t* at = row + x * part.step + part.offset;
  return part.depth > 8 ? (at[0] | at[1] << 8) >> (part.shift + part.depth - 8) : at[0];
}

}  // namespace selfieseg::cli
