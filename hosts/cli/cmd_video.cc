// `selfieseg video`: a clip in; the persons in it on another background, or their mask, out.
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cmath>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "cli/background.h"
#include "cli/clip.h"
#include "cli/clip_target.h"
#include "cli/commands.h"
#include "cli/failure.h"
#include "cli/interrupt.h"
#include "cli/numbers.h"
#include "cli/report.h"

namespace selfieseg::cli {
namespace {

constexpr const char* kFooter =
    "IN is any file that FFmpeg reads; of several video streams the default one is taken. OUT\n"
    "keeps the times of frames, also at a varying rate, their size, rotation and shape of pixels,\n"
    "what colours mean, chapters and titles. Sound and subtitles are copied bit for bit where\n"
    "OUT's container takes them, else encoded anew; what it cannot hold is left out, and named.\n"
    "\n"
    "OUT's extension says the container: .mp4, .mov, .mkv, .webm and all others of FFmpeg. A\n"
    "folder/ or a name with %05d is a picture a frame. Without --codec it is h264 (vp9 in .webm,\n"
    "png for pictures); with a transparent background vp9 in .webm, prores (4444) in .mov, ffv1 "
    "in\n"
    ".mkv, and png. Where a codec needs even sides, an odd one gets one more column or row, a "
    "copy\n"
    "of the last. Sizes that change on the way are scaled to the first.\n"
    "\n"
    "h264 keeps 4:2:2, 4:4:4 and 10 bits where IN has them, which many players do not show: OUT\n"
    "can be made again for these by 'ffmpeg -i OUT -pix_fmt yuv420p -c:a copy SHOWN.mp4'. Alpha "
    "in\n"
    "IN is ignored.\n"
    "\n"
    "The network looks at the box of the persons where they are far away; --no-track: always at\n"
    "the whole frame. Which network it is, the first frame's shape says, for all of the clip.\n"
    "\n"
    "- reads standard input: YUV4MPEG2, any container that can be read in one go, or bare pixels,\n"
    "with --size, --pixel-format and --rate. As OUT it is YUV4MPEG2, or the --format you say.\n"
    "\n"
    "The files of --background, --behind and --front are pictures or clips; clips begin again "
    "when\n"
    "they end. A background fills the frame, layers are drawn pixel for pixel.\n"
    "\n"
    "OUT gets its name when all of it is written: whatever happens, there is a whole file or\n"
    "none. Ctrl-C ends the clip where it is: OUT then is a whole file of what was done, and the\n"
    "exit code 130. A second Ctrl-C ends at once, without OUT; of a folder, .selfieseg-*.tmp\n"
    "stays, and where the file system gives every file a name at once, that file.\n"
    "\n"
    "A damaged frame that the decoder can mend is kept, one that it cannot read is left out; both\n"
    "are counted. Times in --json are means for a frame; threads overlap.\n"
    "\n"
    "Exit code: 0 done, 1 something was wrong with a file, 2 the arguments are wrong, 130 Ctrl-C.\n"
    "\n"
    "Examples:\n"
    "  selfieseg video me.mp4 -o blurred.mp4\n"
    "  selfieseg video me.mov -o beach.mp4 --background beach.jpg --crf 18\n"
    "  selfieseg video me.mp4 -o fire.mp4 --background fireplace.mp4 --light-wrap 0.6\n"
    "  selfieseg video me.mp4 -o haunted.mp4 --background keep --behind ghost.webm\n"
    "  selfieseg video me.mp4 -o me.webm --background transparent\n"
    "  selfieseg video me.mp4 -o frames/ --emit cutout --start 1:05 --duration 2.5\n"
    "  selfieseg video me.mp4 -o mask.mkv --emit mask --codec ffv1\n"
    "  ffmpeg -i me.mp4 -f yuv4mpegpipe - | selfieseg video - -o - | ffplay -";

struct Arguments {
  std::string input, output, emit, threshold, start, duration;
  BackgroundOptions background;
  std::optional<bool> track;
  ClipJob job;
  bool overwrite = false, json = false, quiet = false;
};

// "90", "1:30", "1:02:03.5".
double Seconds(const std::string& option, const std::string& text) {
  double seconds = 0;
  int parts = 0;
  for (size_t begin = 0; begin <= text.size(); ++parts) {
    const size_t end = std::min(text.find(':', begin), text.size());
    const auto part = Parse<double>(std::string_view(text).substr(begin, end - begin));
    if (!part || !(*part >= 0 && *part < 1e9) || parts == 3) {
      throw Misuse(option + " '" + text + "': need seconds, or [hours:]minutes:seconds");
    }
    seconds = 60 * seconds + *part;
    begin = end + 1;
  }
  return seconds;
}

void CheckRaw(const ClipInput& input) {
  const bool all = !input.size.empty() && !input.pixel_format.empty() && !input.rate.empty();
  const bool none = input.size.empty() && input.pixel_format.empty() && input.rate.empty();
  if (!all && !none) {
    throw Misuse("bare pixels need all of --size, --pixel-format and --rate");
  }
}

// Moves what was said into the job.
void Fill(Arguments& arguments) {
  ClipJob& job = arguments.job;
  job.input.path = arguments.input;
  CheckRaw(job.input);
  if (!arguments.start.empty()) job.input.start_seconds = Seconds("--start", arguments.start);
  if (!arguments.duration.empty()) {
    job.input.duration_seconds = Seconds("--duration", arguments.duration);
    if (job.input.duration_seconds == 0) throw Misuse("--duration 0: nothing would be left");
  }
  const std::string said = arguments.background.Said();
  if (!said.empty() && !arguments.emit.empty() && arguments.emit != "composite") {
    throw Misuse(said + " is for --emit composite, not " + arguments.emit);
  }
  const bool mask = arguments.emit == "mask";
  const bool alpha = arguments.emit == "cutout" || IsTransparent(arguments.background);
  job.output.content = mask    ? ClipContent::kMask
                       : alpha ? ClipContent::kAlpha
                               : ClipContent::kOpaque;
  const std::string standard = mask ? kPlainThreshold : kShownThreshold;
  SetThreshold(arguments.threshold.empty() ? standard : arguments.threshold, &job.finder);
  if (alpha) arguments.background.text = "none";
  if (!mask) {
    job.scene = ReadScene(arguments.background, kDefaultMaxPixels, Clips::kTaken);
  }
  SetTracking(arguments.track, true, &job.finder);
  OpenModels(&job.finder);
}

int RunVideo(Arguments& arguments) {
  if (IsStandardOutput(arguments.output)) {
    if (arguments.json) throw Misuse("standard output cannot hold both the clip and --json");
    if (isatty(STDOUT_FILENO) != 0) throw Misuse("standard output is a terminal, not a file");
  }
  std::vector<std::string> files = arguments.background.Files();
  files.push_back(arguments.input);
  for (const std::string& read : files) {
    if (SameFile(read, arguments.output)) {
      throw FileFailure(arguments.output, "is the input itself");
    }
  }
  Fill(arguments);
  ClipJob& job = arguments.job;
  ClipTarget target(arguments.output, arguments.overwrite ? Existing::kReplace : Existing::kKeep);
  job.output.name = target.name();
  job.output.path = target.path();
  job.output.sequence = target.is_sequence();
  job.show_progress = !arguments.quiet && !arguments.json;

  const ClipResult result = RunClip(job);
  if (result.account.frames > 0) target.Commit();
  if (!arguments.quiet) {
    for (const std::string& note : NotesOf(job, result)) PrintError(note);
  }
  if (arguments.json) {
    PrintJson(AsJson(job, result));
  } else if (!arguments.quiet && job.output.name != kStandardStream) {
    PrintLine(AsLine(job, result));
  }
  if (result.interrupted) throw Interrupted();
  return 0;
}

}  // namespace

Run DefineVideo(CLI::App& command) {
  const auto arguments = std::make_shared<Arguments>();
  ClipJob& job = arguments->job;
  const auto text = [&command](const char* name, std::string* value, const char* type,
                               const char* what) {
    return command.add_option(name, *value, what)->type_name(type);
  };
  command.add_option("IN", arguments->input, "A clip; - is standard input")->required();
  text("-o,--output", &arguments->output, "OUT",
       "File to write, folder/ or name with %d for pictures; - is standard output")
      ->required();
  text("--emit", &arguments->emit, "WHAT",
       "composite: on another background (default); cutout: with alpha; mask: confidence in gray")
      ->check(CLI::IsMember(std::vector<std::string>{"composite", "cutout", "mask"}));
  AddBackgroundOptions(command, &arguments->background);
  text("--codec", &job.output.codec, "CODEC",
       "h264, hevc, vp9, av1, prores, ffv1, ... or an encoder of FFmpeg's");
  command
      .add_option("--crf", job.output.crf,
                  "Quality: less is better and larger; 20 for h264, 23 hevc, 30 vp9, 32 av1")
      ->check(CLI::Range(0, 63))
      ->type_name("N");
  text("--format", &job.output.format, "FORMAT",
       "Container: y4m, rawvideo, mkv, ...; by OUT's extension if not given");
  text("--start", &arguments->start, "TIME", "Begin there; seconds or [H:]M:S");
  text("--duration", &arguments->duration, "TIME", "Stop after so long");
  text("--size", &job.input.size, "WxH", "Of IN, if it is bare pixels");
  text("--pixel-format", &job.input.pixel_format, "FORMAT",
       "Of IN, if it is bare pixels: yuv420p, bgra, ... as FFmpeg calls it");
  text("--rate", &job.input.rate, "FPS", "Of IN, if it is bare pixels");
  text("--threshold", &arguments->threshold, "LO:HI",
       "Confidence up to LO is no person, from HI on all person; 0:1 for masks, else 0.2:0.8");
  command.add_flag("--overwrite", arguments->overwrite, "Replace files that exist");
  AddFinderOptions(command, &job.finder);
  AddTrackOption(command, &arguments->track);
  CLI::Option* json =
      command.add_flag("--json", arguments->json, "Print one JSON object at the end");
  command.add_flag("-q,--quiet", arguments->quiet, "Print nothing but errors")->excludes(json);
  command.footer(kFooter);
  return [arguments] { return RunVideo(*arguments); };
}

}  // namespace selfieseg::cli
