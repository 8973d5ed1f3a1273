#include "cli/clip.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "cli/clip_loop.h"
#include "cli/files.h"
#include "cli/interrupt.h"
#include "cli/io/video.h"
#include "cli/progress.h"
#include "cli/stages.h"
#include "cli/stopwatch.h"
#include "cli/turn.h"
#include "selfieseg/selfieseg.hpp"

namespace selfieseg::cli {
namespace {

// Three frames may wait between two threads, or many packets.
constexpr size_t kFrameWeight = 64, kPacketWeight = 1, kRoom = 3 * kFrameWeight;

// When it is upright.
std::pair<int, int> SidesOf(const selfieseg_image& frame) {
  if (!SwapsSides(frame.orientation)) return {frame.width, frame.height};
  return {frame.height, frame.width};
}

// Our work on a frame. Used by one thread.
class ClipWorker {
 public:
  ClipWorker(const ClipJob& job, ClipResult* result)
      : mask_(job.output.content == ClipContent::kMask),
        scene_(&job.scene),
        finder_(job.finder, job.finder.quality == "best" ? 0.0f : 1.0f, job.finder.tracking),
        result_(result) {
    if (!mask_) effect_.emplace(job.scene.effect);
  }

  void Work(const ClipPieceView& piece) {
    if (session_ == nullptr) Open(piece.frame);
    if (!mask_) SetScene(piece);
    if (mask_) {
      session_->Segment(piece.frame, piece.mask);
    } else {
      session_->Process(*effect_, piece.frame, piece.frame);
    }
    const selfieseg_timings now = session_->timings();
    result_->sums.sample_ms += now.sample_ms;
    result_->sums.network_ms += now.network_ms;
    result_->sums.mask_ms += now.mask_ms;
    result_->sums.compose_ms += now.compose_ms;
  }

 private:
  void Open(const selfieseg_image& first) {
    const auto [width, height] = SidesOf(first);
    result_->model = finder_.ModelFor(width, height);
    session_ = &finder_.SessionOf(result_->model);
    result_->instruction_set = InstructionSet(*session_);
    if (mask_) return;
    scene_->DrawLayers(width, height, &*effect_);
    if (!scene_->background_clip.empty()) {
      ClipInput input;
      input.path = scene_->background_clip;
      input.like = first;
      background_.emplace(input);
    }
    for (auto& [which, layer, clip, shown] : layers_) {
      if (layer->clip.empty()) continue;
      ClipInput input;
      input.path = layer->clip;
      input.with_alpha = true;
      clip.emplace(input);
    }
  }

  // What clips show at the moment of a frame.
  void SetScene(const ClipPieceView& piece) {
    if (background_) {
      selfieseg_image picture = background_->At(piece.seconds);
      // It was made of the frame's kind; what the frame does not say is not known of both.
      picture.matrix = piece.frame.matrix, picture.range = piece.frame.range;
      picture.siting = piece.frame.siting;
      effect_->SetPicture(picture);
    }
    for (auto& [which, layer, clip, shown] : layers_) {
      if (!clip) continue;
      const selfieseg_image& image = clip->At(piece.seconds);
      if (image.data == shown) continue;
      shown = image.data;
      const auto [width, height] = SidesOf(piece.frame);
      const auto [x, y] = layer->PlaceOf(image.width, image.height, width, height);
      effect_->SetLayer(which, image, x, y);
    }
  }

  struct LayerClip {
    selfieseg_layer which;
    const SceneLayer* layer;
    std::optional<ClipLoop> clip;
    const void* shown = nullptr;  // its pixels
  };

  const bool mask_;
  const Scene* const scene_;
  std::optional<ClipLoop> background_;
  LayerClip layers_[2] = {{SELFIESEG_BEHIND, &scene_->behind, {}},
                          {SELFIESEG_FRONT, &scene_->front, {}}};
  Finder finder_;
  std::optional<Effect> effect_;
  Session* session_ = nullptr;
  ClipResult* const result_;
};

nlohmann::ordered_json AsJson(const ClipFacts& facts) {
  nlohmann::ordered_json object = {{"container", facts.container},
                                   {"codec", facts.codec},
                                   {"pixel_format", facts.pixel_format},
                                   {"bits", facts.bits},
                                   {"hdr", facts.hdr},
                                   {"width", facts.width},
                                   {"height", facts.height},
                                   {"rotation_degrees", facts.rotation_degrees},
                                   {"rate_fps", facts.rate_fps}};
  if (facts.duration_seconds > 0) object["duration_s"] = facts.duration_seconds;
  return object;
}

std::string Counted(size_t count, const char* one, const char* many) {
  return std::to_string(count) + " " + (count == 1 ? one : many);
}

}  // namespace

ClipResult RunClip(const ClipJob& job) {
  ClipInput input = job.input;
  input.all_streams = true;
  input.with_mask = job.output.content == ClipContent::kMask;
  input.native = job.output.content != ClipContent::kAlpha;
  ClipResult result;
  result.backend = job.finder.network.backend;
  ClipReader reader(input);
  ClipWorker worker(job, &result);
  ClipWriter writer(reader, job.output);
  result.in = reader.facts();
  result.out = writer.facts();

  StatusLine status(job.show_progress);
  Stopwatch watch;
  ClipProgress progress = {0, 0, result.in.duration_seconds};
  const bool whole = RunStages<ClipPiece>(
      kRoom, [&](ClipPiece* piece) { return reader.Read(piece); },
      [](const ClipPiece& piece) { return piece.is_frame() ? kFrameWeight : kPacketWeight; },
      [&](const ClipPiece& piece) {
        if (piece.is_frame()) worker.Work(piece.view());
      },
      [&](const ClipPiece& piece) {
        writer.Write(piece);
        if (!piece.is_frame()) return;
        ++progress.frames;
        progress.done_seconds = piece.view().seconds;
        status.Draw(false, [&](double seconds, size_t columns) {
          return ClipLine(progress, seconds, columns);
        });
      });
  if (progress.frames == 0) throw Interrupted();
  writer.Finish();
  status.Clear();
  result.interrupted = !whole;
  result.seconds = watch.Lap() / 1000;
  const double frame_seconds = result.in.rate_fps > 0 ? 1 / result.in.rate_fps : 0;
  result.clip_seconds = progress.done_seconds + frame_seconds;
  reader.Account(&result.read);
  writer.Account(&result.written);
  reader.Account(&result.account);
  writer.Account(&result.account);
  return result;
}

std::vector<std::string> NotesOf(const ClipJob& job, const ClipResult& result) {
  const std::string in = "note: '" + job.input.path + "' ",
                    out = "note: '" + job.output.name + "': ";
  std::vector<std::string> notes;
  for (const std::string& note : result.read.notes) notes.push_back(in + note);
  for (const std::string& note : result.written.notes) notes.push_back(out + note);
  const bool mask = job.output.content == ClipContent::kMask;
  if (result.in.bits > result.in.composed_bits && !mask) {
    notes.push_back(in + "has " + std::to_string(result.in.bits) +
                    " bits a channel; frames are composed with " +
                    std::to_string(result.in.composed_bits));
  }
  const selfieseg_background background = job.scene.effect.background;
  const bool put_in = background == SELFIESEG_COLOR || background == SELFIESEG_PICTURE ||
                      !job.scene.behind.empty() || !job.scene.front.empty();
  if (result.in.hdr && put_in) {
    notes.push_back(in + "is HDR; the colours of the background are not converted to that");
  }
  const ClipAccount& account = result.account;
  if (account.concealed_frames > 0) {
    notes.push_back(in + "has " +
                    Counted(account.concealed_frames, "damaged frame", "damaged frames") +
                    ", mended by the decoder");
  }
  if (account.lost_packets > 0) {
    notes.push_back(in + "has " + Counted(account.lost_packets, "piece", "pieces") +
                    " that cannot be decoded, left out");
  }
  if (result.interrupted) {
    notes.push_back(out + "interrupted; it holds the first " + Duration(result.clip_seconds));
  }
  return notes;
}

std::string AsLine(const ClipJob& job, const ClipResult& result) {
  char rates[80];
  std::snprintf(rates, sizeof(rates), "%.1f fps, %.2fx",
                double(result.account.frames) / std::max(result.seconds, 1e-9),
                result.clip_seconds / std::max(result.seconds, 1e-9));
  return job.output.name + ": " + Counted(result.account.frames, "frame", "frames") + ", " +
         std::to_string(result.out.width) + "x" + std::to_string(result.out.height) + ", " +
         result.out.codec + ", " + result.model + ", " + rates;
}

nlohmann::ordered_json AsJson(const ClipJob& job, const ClipResult& result) {
  const ClipAccount& account = result.account;
  const double frames = double(account.frames);
  return {{"input", job.input.path},
          {"output", job.output.name},
          {"frames", account.frames},
          {"interrupted", result.interrupted},
          {"concealed_frames", account.concealed_frames},
          {"lost_packets", account.lost_packets},
          {"scaled_frames", account.scaled_frames},
          {"duration_s", result.clip_seconds},
          {"elapsed_s", result.seconds},
          {"fps", frames / std::max(result.seconds, 1e-9)},
          {"speed", result.clip_seconds / std::max(result.seconds, 1e-9)},
          {"model", result.model},
          {"backend", result.backend},
          {"instruction_set", result.instruction_set},
          {"decode_ms", account.decode_ms / frames},
          {"convert_ms", account.convert_ms / frames},
          {"sample_ms", result.sums.sample_ms / frames},
          {"network_ms", result.sums.network_ms / frames},
          {"mask_ms", result.sums.mask_ms / frames},
          {"compose_ms", result.sums.compose_ms / frames},
          {"encode_ms", account.encode_ms / frames},
          {"composed_bits", result.in.composed_bits},
          {"in", AsJson(result.in)},
          {"out", AsJson(result.out)},
          {"notes", NotesOf(job, result)}};
}

}  // namespace selfieseg::cli
