#include "cli/eval_video.h"

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <nlohmann/json.hpp>
#include <optional>

#include "cli/failure.h"
#include "cli/io/video.h"
#include "cli/report.h"
#include "cli/stopwatch.h"
#include "eval/motion.h"

namespace selfieseg::cli {

namespace {

struct Clip {
  std::string path, model;
  int width = 0, height = 0;
  eval::Motion motion;
  double median_ms = 0;
  size_t damaged = 0;
};

double Median(std::vector<double> values) {
  if (values.empty()) return 0;
  std::nth_element(values.begin(), values.begin() + long(values.size() / 2), values.end());
  return values[values.size() / 2];
}

Picture CopyOf(const selfieseg_image& frame) {
  Picture picture = NewPicture(frame.format, frame.width, frame.height);
  for (size_t y = 0; y < size_t(frame.height); ++y) {
    std::memcpy(picture.data.get() + y * picture.stride(),
                static_cast<const uint8_t*>(frame.data) + y * frame.stride, picture.stride());
  }
  return picture;
}

std::vector<uint8_t> LumaOf(const Picture& frame) {
  std::vector<uint8_t> luma(frame.bytes().size() / 4);
  for (size_t i = 0; i < luma.size(); ++i) {
    const uint8_t* rgb = &frame.bytes()[4 * i];
    luma[i] = uint8_t((77 * rgb[0] + 150 * rgb[1] + 29 * rgb[2] + 128) >> 8);
  }
  return luma;
}

Clip Judge(const std::string& path, const FinderOptions& options, float smoothing) {
  Clip clip;
  clip.path = path;
  ClipInput input;
  input.path = path;
  ClipReader reader(input);
  Finder stream(options, smoothing, options.tracking), each(options);
  std::optional<eval::MotionJudge> judge;
  std::vector<double> times;
  for (ClipPiece piece; reader.Read(&piece);) {
    const Picture frame = CopyOf(piece.view().frame);
    if (!judge) judge.emplace(size_t(frame.width), size_t(frame.height));
    Stopwatch watch;
    const Found found = stream.Find(frame);
    times.push_back(watch.Lap());
    judge->Add(LumaOf(frame), found.mask.bytes(), each.Find(frame).mask.bytes());
    clip.width = frame.width, clip.height = frame.height;
    clip.model = found.model;
  }
  clip.motion = judge->Result();
  clip.median_ms = Median(std::move(times));
  ClipAccount account;
  reader.Account(&account);
  clip.damaged = account.lost_packets;
  return clip;
}

nlohmann::ordered_json AsJson(const Clip& clip) {
  return {{"video", clip.path},
          {"width", clip.width},
          {"height", clip.height},
          {"model", clip.model},
          {"frames", clip.motion.frames},
          {"damaged_frames", clip.damaged},
          {"flicker", clip.motion.flicker},
          {"lag_frames", clip.motion.lag},
          {"frame_ms", clip.median_ms}};
}

void Print(const std::vector<Clip>& clips) {
  std::printf("%8s  %11s  %9s  %12s  %8s  %s\n", "frames", "size", "flicker %", "lag (frames)",
              "ms/frame", "video");
  for (const Clip& clip : clips) {
    const std::string size = std::to_string(clip.width) + "x" + std::to_string(clip.height);
    std::printf("%8zu  %11s  %9.3f  %12.3f  %8.2f  ", clip.motion.frames, size.c_str(),
                100 * clip.motion.flicker, clip.motion.lag, clip.median_ms);
    PrintLine(clip.path);
  }
}

}  // namespace

int EvalVideos(const std::vector<std::string>& paths, const FinderOptions& options, float smoothing,
               bool json, bool quiet) {
  std::vector<Clip> clips;
  for (const std::string& path : paths) {
    try {
      clips.push_back(Judge(path, options, smoothing));
      if (clips.back().damaged > 0 && !quiet) {
        PrintError("warning: '" + path + "': " + std::to_string(clips.back().damaged) +
                   " damaged packets were left out");
      }
    } catch (const Failure& failure) {
      PrintError(failure.what());
    }
  }
  if (json) {
    nlohmann::ordered_json all = {{"videos", nlohmann::ordered_json::array()}};
    for (const Clip& clip : clips) all["videos"].push_back(AsJson(clip));
    PrintJson(all);
  } else if (!quiet && !clips.empty()) {
    Print(clips);
  }
  return clips.size() == paths.size() ? 0 : 1;
}

}  // namespace selfieseg::cli
