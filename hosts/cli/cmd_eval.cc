// `selfieseg eval`: judges masks against the truth, by group, as the networks' card does.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstring>
#include <functional>
#include <memory>
#include <new>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "cli/batch.h"
#include "cli/commands.h"
#include "cli/eval_json.h"
#include "cli/eval_set.h"
#include "cli/eval_video.h"
#include "cli/failure.h"
#include "cli/finder.h"
#include "cli/interrupt.h"
#include "cli/io/jpeg.h"
#include "cli/overlay.h"
#include "cli/progress.h"
#include "cli/report.h"
#include "eval/degrade.h"
#include "eval/html.h"
#include "eval/report.h"
#include "eval/walk.h"

namespace selfieseg::cli {
namespace {

constexpr const char* kFooter =
    "MANIFEST.csv has a row for each picture: the columns image and mask name files, from the\n"
    "manifest's folder; any other column may tell groups. A mask is gray, of the picture's size: "
    "0\n"
    "background, 255 person. Every figure is defined in docs/evaluation.md.\n"
    "\n"
    "Exit code: 0 all was judged, 1 something was not, 2 the arguments are wrong.\n"
    "\n"
    "Examples:\n"
    "  selfieseg eval set/manifest.csv\n"
    "  selfieseg eval set/manifest.csv --group skin_tone --html report.html --markdown report.md\n"
    "  selfieseg eval --images photos --masks truth --json > report.json\n"
    "  selfieseg eval set/manifest.csv --predictions other-program/masks\n"
    "  selfieseg eval set/manifest.csv --degrade\n"
    "  selfieseg eval set/manifest.csv --far 3 --track\n"
    "  selfieseg eval --video clip.mp4";

struct Arguments {
  std::string manifest, images, masks, predictions, markdown, html;
  std::vector<std::string> groups, videos;
  FinderOptions finder;
  std::string threshold = "0:1";
  float smoothing = 1;
  double far = 0;  // times smaller; 0: the pictures as they are
  std::optional<bool> track;
  double human_iou = eval::kHumanIou;
  int jobs = int(std::clamp(std::thread::hardware_concurrency(), 1u, 64u));
  bool degrade = false, json = false, quiet = false, no_pictures = false, overwrite = false;
};

eval::Mask AsMask(const Picture& picture) {
  return {picture.bytes(), size_t(picture.width), size_t(picture.height)};
}

std::string SizeOf(const Picture& picture) {
  return std::to_string(picture.width) + "x" + std::to_string(picture.height);
}

void CheckSize(const Picture& mask, const std::string& name, const Picture& frame) {
  if (mask.width == frame.width && mask.height == frame.height) return;
  throw FileFailure(name, "is " + SizeOf(mask) + ", its picture is " + SizeOf(frame));
}

// 0 and 1 for labels is common, and would be all background.
void CheckScale(const Picture& mask, const std::string& name, int least) {
  const int most = *std::max_element(mask.bytes().begin(), mask.bytes().end());
  if (most == 0 || most >= least) return;
  throw FileFailure(name, "its highest level is " + std::to_string(most) + "; 255 is person");
}

void CompressAsJpeg(Picture* picture, int quality) {
  picture->opaque = true;
  const Picture again = DecodePicture(EncodeJpeg(*picture, quality));
  std::memcpy(picture->bytes().data(), again.bytes().data(), again.bytes().size());
}

Picture Copy(const Picture& picture) {
  Picture copy = NewPicture(picture.format, picture.width, picture.height, INT64_MAX);
  std::memcpy(copy.bytes().data(), picture.bytes().data(), picture.bytes().size());
  return copy;
}

// Scores of one picture: as it is, and under each degradation that was asked for.
struct Judged {
  std::vector<eval::Scores> scores;
  std::string error, warning;
};

// Used by one thread.
class Judge {
 public:
  explicit Judge(const Arguments& arguments) : arguments_(arguments), finder_(arguments.finder) {}

  Judged Run(const EvalItem& item, uint64_t seed) {
    Judged judged;
    try {
      Look(item, seed, &judged);
    } catch (const Interrupted&) {
      throw;
    } catch (const std::bad_alloc&) {
      judged.error = "'" + item.image + "': there is not enough memory for it";
    } catch (const std::exception& exception) {
      judged.error = exception.what();
    }
    return judged;
  }

  // The picture with its mistakes painted on it.
  std::string Illustrate(const EvalItem& item) {
    const Picture frame = ReadPicture(item.image), truth = ReadMask(item.mask);
    const Picture mask =
        item.prediction.empty() ? finder_.Find(frame).mask : ReadMask(item.prediction);
    const Bytes jpeg = EncodeJpeg(PaintMistakes(frame, mask, truth), 80);
    return "data:image/jpeg;base64," + eval::Base64(jpeg);
  }

 private:
  void Look(const EvalItem& item, uint64_t seed, Judged* judged) {
    CheckInterrupted();
    if (!item.fault.empty()) throw FileFailure(item.image, item.fault);
    const Picture frame = ReadPicture(item.image), truth = ReadMask(item.mask);
    CheckSize(truth, item.mask, frame);
    CheckScale(truth, item.mask, 128);
    constexpr double kMostSoft = 0.05;
    if (eval::SoftShare(AsMask(truth)) > kMostSoft) {
      judged->warning = "'" + item.mask + "': is not binary; its levels from 128 count as person";
    }
    if (!item.prediction.empty()) {
      const Picture mask = ReadMask(item.prediction);
      CheckSize(mask, item.prediction, frame);
      CheckScale(mask, item.prediction, 2);
      judged->scores.push_back(eval::Judge(AsMask(mask), AsMask(truth)));
      return;
    }
    if (arguments_.far > 0) {
      judged->scores.push_back(JudgeFarAway(frame, truth));
      return;
    }
    if (arguments_.finder.tracking) {
      judged->scores.push_back(JudgeStill(frame, truth));
      return;
    }
    judged->scores.push_back(eval::Judge(AsMask(finder_.Find(frame).mask), AsMask(truth)));
    if (!arguments_.degrade) return;
    for (const eval::Degradation& degradation : eval::Degradations()) {
      CheckInterrupted();
      Picture worse = Copy(frame), hidden = Copy(truth);
      const auto compress = [&](const eval::Pixels&, int quality) {
        CompressAsJpeg(&worse, quality);
      };
      eval::Degrade(degradation, seed, compress,
                    {worse.bytes(), size_t(worse.width), size_t(worse.height)}, hidden.bytes());
      judged->scores.push_back(eval::Judge(AsMask(finder_.Find(worse).mask), AsMask(hidden)));
    }
  }

  // The second half of a clip: the network had time to follow.
  eval::Scores JudgeFarAway(const Picture& frame, const Picture& truth) const {
    using eval::Walk;
    constexpr size_t kStep = 5;
    Finder stream(arguments_.finder, arguments_.smoothing, arguments_.finder.tracking);
    const Walk walk(frame.bytes(), AsMask(truth), arguments_.far);
    Picture drawn = NewPicture(SELFIESEG_RGBA, Walk::kWidth, Walk::kHeight);
    Picture person = NewPicture(SELFIESEG_GRAY, Walk::kWidth, Walk::kHeight);
    std::vector<eval::Scores> scores;
    for (size_t number = 0; number < Walk::kFrames; ++number) {
      CheckInterrupted();
      walk.Draw(number, drawn.bytes(), person.bytes());
      const Found found = stream.Find(drawn);
      if (number < Walk::kFrames / 2 || number % kStep != 0) continue;
      scores.push_back(eval::Judge(AsMask(found.mask), AsMask(person)));
    }
    return eval::Mean(scores);
  }

  // The last frame of a stream in which nothing moves.
  eval::Scores JudgeStill(const Picture& frame, const Picture& truth) const {
    Finder stream(arguments_.finder, arguments_.smoothing, arguments_.finder.tracking);
    Found found;
    for (size_t number = 0; number < eval::Walk::kFrames; ++number) {
      CheckInterrupted();
      found = stream.Find(frame);
    }
    return eval::Judge(AsMask(found.mask), AsMask(truth));
  }

  const Arguments& arguments_;
  Finder finder_;
};

EvalSet ReadSet(const Arguments& arguments) {
  const bool folders = !arguments.images.empty() || !arguments.masks.empty();
  if (folders == !arguments.manifest.empty()) {
    throw Misuse("need either MANIFEST.csv or both --images and --masks");
  }
  if (folders && (arguments.images.empty() || arguments.masks.empty())) {
    throw Misuse("--images and --masks go together");
  }
  if (folders && !arguments.groups.empty()) throw Misuse("--group needs a manifest");
  EvalSet set = folders ? PairFolders(arguments.images, arguments.masks)
                        : ReadManifest(arguments.manifest, arguments.groups);
  if (!arguments.predictions.empty()) FindPredictions(arguments.predictions, &set);
  return set;
}

// No report replaces a file of the set.
void KeepSetSafe(const Arguments& arguments, const EvalSet& set) {
  for (const std::string& report : {arguments.markdown, arguments.html}) {
    const auto identity = report.empty() ? std::nullopt : IdentityOf(report);
    if (!identity) continue;
    const auto check = [&](const std::string& path) {
      if (IdentityOf(path) == identity) throw FileFailure(report, "is one of the set's own files");
    };
    check(arguments.manifest);
    for (const EvalItem& item : set.items)
      check(item.image), check(item.mask), check(item.prediction);
  }
}

std::string Title(const Arguments& arguments) {
  const std::string set = arguments.manifest.empty() ? arguments.images : arguments.manifest;
  if (!arguments.predictions.empty()) return "Masks of " + arguments.predictions + " on " + set;
  return "selfieseg " + std::string(selfieseg_version()) + ", network " +
         arguments.finder.network.model + ", quality " + arguments.finder.quality + ", on " + set;
}

eval::Report MakeReport(const Arguments& arguments, const EvalSet& set,
                        const std::vector<Judged>& judged) {
  eval::Report report;
  report.title = Title(arguments);
  if (arguments.predictions.empty()) report.model = arguments.finder.network.model;
  std::vector<std::vector<eval::Row>> degraded(eval::Degradations().size());
  for (size_t i = 0; i < set.items.size(); ++i) {
    const EvalItem& item = set.items[i];
    if (!judged[i].error.empty()) {
      report.faults.push_back(judged[i].error);
      continue;
    }
    report.rows.push_back({item.name, judged[i].scores[0], item.groups, i});
    for (size_t d = 1; d < judged[i].scores.size(); ++d) {
      degraded[d - 1].push_back({item.name, judged[i].scores[d], {}, i});
    }
  }
  eval::Conclude(set.columns, arguments.human_iou, &report);
  for (size_t d = 0; arguments.degrade && d < degraded.size(); ++d) {
    std::vector<size_t> all;
    for (size_t i = 0; i < degraded[d].size(); ++i) all.push_back(i);
    const eval::Degradation& degradation = eval::Degradations()[d];
    report.degraded.push_back({degradation.kind, degradation.level, degradation.strength,
                               eval::Summarize(degraded[d], all)});
  }
  return report;
}

std::vector<eval::Illustration> Illustrate(const Arguments& arguments, const EvalSet& set,
                                           const eval::Report& report, Judge* judge) {
  std::vector<eval::Illustration> illustrations;
  if (arguments.no_pictures) return illustrations;
  for (const size_t i : report.overall.worst) {
    const eval::Row& row = report.rows[i];
    illustrations.push_back({row.image + ": IoU " + eval::Percent(row.scores.iou) + " %",
                             judge->Illustrate(set.items[row.item])});
  }
  return illustrations;
}

void WriteText(const std::string& path, const std::string& text, const Arguments& arguments) {
  const Existing existing = arguments.overwrite ? Existing::kReplace : Existing::kKeep;
  WriteFile(path, {reinterpret_cast<const uint8_t*>(text.data()), text.size()}, existing);
}

int RunEval(Arguments& arguments) {
  const Existing existing = arguments.overwrite ? Existing::kReplace : Existing::kKeep;
  for (const std::string& path : {arguments.markdown, arguments.html}) {
    if (path.empty()) continue;
    CheckOutput(path, existing);
    if (IsStandardOutput(path) && !arguments.quiet) {
      throw Misuse("a report on standard output needs --quiet, as it would be among other lines");
    }
  }
  if (arguments.degrade && !arguments.predictions.empty()) {
    throw Misuse("--degrade is for our own masks, not for --predictions");
  }
  if (!(arguments.human_iou > 0 && arguments.human_iou <= 1)) {
    throw Misuse("--human-iou is a fraction, more than 0 and up to 1");
  }
  if (!arguments.html.empty() && arguments.html == arguments.markdown) {
    throw Misuse("--html and --markdown name one file");
  }
  if (arguments.far > 0 && (arguments.degrade || !arguments.predictions.empty())) {
    throw Misuse("--far goes with neither --degrade nor --predictions");
  }
  SetTracking(arguments.track, false, &arguments.finder);
  if (arguments.far > 0) arguments.no_pictures = true;  // they are clips
  SetThreshold(arguments.threshold, &arguments.finder);
  if (arguments.finder.quality == "best") arguments.smoothing = 0;
  if (!arguments.videos.empty()) {
    OpenModels(&arguments.finder);
    return EvalVideos(arguments.videos, arguments.finder, arguments.smoothing, arguments.json,
                      arguments.quiet);
  }
  const EvalSet set = ReadSet(arguments);
  KeepSetSafe(arguments, set);
  OpenModels(&arguments.finder);
  std::vector<std::unique_ptr<Judge>> judges;
  const size_t jobs = std::min(size_t(arguments.jobs), set.items.size());
  while (judges.size() < jobs) judges.push_back(std::make_unique<Judge>(arguments));

  std::vector<Judged> judged(set.items.size());
  {
    Progress progress(set.items.size(), !arguments.quiet);
    RunInOrder(set.items.size(), jobs, [&](size_t worker, size_t i) -> Tell {
      judged[i] = judges[worker]->Run(set.items[i], i);
      return [&progress] { progress.Advance(); };
    });
  }
  for (const Judged& each : judged) {
    if (!each.warning.empty() && !arguments.quiet) PrintError("warning: " + each.warning);
  }
  const eval::Report report = MakeReport(arguments, set, judged);
  for (const std::string& fault : report.faults) PrintError(fault);
  if (report.rows.empty()) throw Failure("no picture could be judged");
  if (!arguments.markdown.empty()) {
    WriteText(arguments.markdown, eval::AsMarkdown(report), arguments);
  }
  if (!arguments.html.empty()) {
    const auto illustrations = Illustrate(arguments, set, report, judges[0].get());
    WriteText(arguments.html, eval::AsHtml(report, illustrations), arguments);
  }
  if (arguments.json) {
    PrintJson(AsJson(report));
  } else if (!arguments.quiet) {
    PrintText(eval::AsText(report));
  }
  return report.faults.empty() ? 0 : 1;
}

}  // namespace

Run DefineEval(CLI::App& command) {
  const auto arguments = std::make_shared<Arguments>();
  command.add_option("MANIFEST", arguments->manifest, "Table of pictures, masks and groups, CSV");
  command.add_option("--images", arguments->images, "In place of a manifest: a folder of pictures")
      ->type_name("DIR");
  command.add_option("--masks", arguments->masks, "... and one of masks with the same names")
      ->type_name("DIR");
  command
      .add_option("--group", arguments->groups,
                  "Column that tells groups; again for more. All columns of few words if not given")
      ->type_name("COLUMN")
      ->take_all()
      ->allow_extra_args(false);
  command
      .add_option("--predictions", arguments->predictions,
                  "Judge the masks of another program, named as the pictures are")
      ->type_name("DIR");
  command
      .add_option(
          "--smoothing", arguments->smoothing,
          "Of clips, unless quality is best: how much mattes are calmed where the picture stands "
          "still, 0 to 1")
      ->check(CLI::Range(0.0, 1.0))
      ->type_name("S")
      ->capture_default_str();
  command
      .add_option("--video", arguments->videos,
                  "In place of pictures: a clip's flicker, lag and time; again for more")
      ->type_name("FILE")
      ->take_all()
      ->allow_extra_args(false)
      ->excludes("MANIFEST")
      ->excludes("--images")
      ->excludes("--masks")
      ->excludes("--predictions")
      ->excludes("--group");
  AddFinderOptions(command, &arguments->finder);
  AddTrackOption(command, &arguments->track);
  command
      .add_option("--far", arguments->far,
                  "Make a clip of each picture: its person, so many times smaller, sways at one "
                  "side")
      ->check(CLI::Range(1.0, 8.0))
      ->type_name("TIMES")
      ->excludes("--video");
  command
      .add_option(
          "--threshold", arguments->threshold,
          "Confidence up to LO is no person, from HI on all person; person is from the middle")
      ->type_name("LO:HI")
      ->capture_default_str();
  command
      .add_option("--human-iou", arguments->human_iou,
                  "How well people agree with each other, for fairness rule (b)")
      ->type_name("IOU")
      ->capture_default_str();
  command
      .add_flag("--degrade", arguments->degrade,
                "Again in low light, noise, motion blur, occlusion, low resolution and as JPEG")
      ->excludes("--video");
  command.add_option("--markdown", arguments->markdown, "Write the tables to FILE, too")
      ->type_name("FILE")
      ->excludes("--video");
  command.add_option("--html", arguments->html, "Write a page with charts and the worst pictures")
      ->type_name("FILE")
      ->excludes("--video");
  command.add_flag("--no-pictures", arguments->no_pictures, "No picture in the page");
  command.add_flag("--overwrite", arguments->overwrite, "Replace files that exist");
  command
      .add_option("-j,--jobs", arguments->jobs, "Pictures at a time; as many as cores if not given")
      ->check(CLI::Range(1, 64))
      ->type_name("N");
  CLI::Option* json = command.add_flag("--json", arguments->json, "Print one JSON object");
  command.add_flag("-q,--quiet", arguments->quiet, "Print nothing but errors")->excludes(json);
  command.footer(kFooter);
  return [arguments] { return RunEval(*arguments); };
}

}  // namespace selfieseg::cli
