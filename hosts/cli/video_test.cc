// `selfieseg video` as its user meets it: what of a clip is kept, what is made, and what is left
// behind. Judged by FFmpeg's libraries themselves.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "cli/clip_maker.h"
#include "cli/files.h"
#include "cli/io/video_pixels.h"
#include "cli/picture.h"
#include "cli/video_fixture.h"

namespace selfieseg::cli {
namespace {

namespace fs = std::filesystem;

// Within the container's unit of time.
void ExpectSameTimes(const FoundClip& in, const FoundClip& out, double unit_seconds) {
  ASSERT_EQ(in.seconds.size(), out.seconds.size());
  for (size_t i = 0; i < in.seconds.size(); ++i) {
    EXPECT_NEAR(in.seconds[i], out.seconds[i], unit_seconds) << i;
  }
}

TEST_F(Video, TimesOfFramesAreKeptAlsoAtAVaryingRate) {
  ClipRecipe recipe;
  recipe.milliseconds = {0, 33, 40, 250, 251, 300, 999, 1000, 1100, 1500};
  Make("in.mkv", recipe);
  const FoundClip in = Find("in.mkv");
  for (const char* out : {"out.mp4", "out.mkv", "out.mov", "out.webm"}) {
    SCOPED_TRACE(out);
    EXPECT_EQ(Run({"in.mkv", "-o", out}).err, "");
    ExpectSameTimes(in, Find(out), 1e-6);
  }
}

TEST_F(Video, SoundIsCopiedBitForBitOrEncodedAnew) {
  ClipRecipe recipe;
  recipe.milliseconds = EvenTimes(25);
  recipe.sound = "aac";
  Make("in.mp4", recipe);
  const FoundClip in = Find("in.mp4");
  for (const char* out : {"out.mp4", "out.mkv"}) {
    EXPECT_EQ(Run({"in.mp4", "-o", out}).err, "");
    EXPECT_EQ(Find(out).sound_bytes, in.sound_bytes) << out;
  }
  const Outcome anew = Run({"in.mp4", "-o", "out.webm"});
  EXPECT_NE(anew.err.find("encoded anew, for webm: 1 audio (aac)"), std::string::npos) << anew.err;
  EXPECT_EQ(Find("out.webm").sound, "opus");
  Run({"in.mp4", "-o", "out.mxf"});
  EXPECT_EQ(Find("out.mxf").sound, "pcm_s16le");
  const Outcome none = Run({"in.mp4", "-o", "out.y4m"});
  EXPECT_NE(none.err.find("left out, as yuv4mpegpipe cannot hold them: 1 audio (aac)"),
            std::string::npos)
      << none.err;
}

TEST_F(Video, StreamsOfOtherKindsAreKeptOrNamed) {
  Make("in.mov", {.timecode = "01:00:00:00"});
  EXPECT_EQ(Run({"in.mov", "-o", "out.mov"}).err, "");
  EXPECT_NE(
      Run({"in.mov", "-o", "out.webm"}).err.find("left out, as webm cannot hold them: 1 data"),
      std::string::npos);
  Make("in.mp4", {.cover = true});
  EXPECT_EQ(Run({"in.mp4", "-o", "out.mp4"}).err, "");
  const Outcome second = Run({"in.mp4", "-o", "out.mkv"});
  EXPECT_NE(second.err.find("1 cover picture (png)"), std::string::npos) << second.err;
  EXPECT_EQ(Run({"out.mkv", "-o", "again.mkv"}).err, "");  // not of two videos
}

TEST_F(Video, WhatPlayersMustKnowIsKept) {
  ClipRecipe recipe;
  recipe.codec = "libx264";
  recipe.primaries = AVCOL_PRI_SMPTE170M;
  recipe.transfer = AVCOL_TRC_SMPTE170M;
  recipe.matrix = AVCOL_SPC_BT709;
  recipe.range = AVCOL_RANGE_JPEG;
  recipe.pixel_aspect = {4, 3};
  recipe.rotation_degrees = 90;
  recipe.title = "A title";
  recipe.chapter = "A chapter";
  Make("in.mp4", recipe);
  Run({"in.mp4", "-o", "out.mp4", "--background", "#ffffff"});
  const FoundClip out = Find("out.mp4");
  EXPECT_EQ(out.first().color_primaries, recipe.primaries);
  EXPECT_EQ(out.first().color_trc, recipe.transfer);
  EXPECT_EQ(out.first().colorspace, recipe.matrix);
  EXPECT_EQ(out.first().color_range, recipe.range);
  EXPECT_EQ(out.pixel_aspect.num, 4);
  EXPECT_EQ(out.pixel_aspect.den, 3);
  EXPECT_EQ(out.rotation_degrees, 90);
  EXPECT_EQ(out.title, "A title");
  EXPECT_EQ(out.chapter, "A chapter");
  EXPECT_GT(LevelAt(out.first(), 0, 2, 2), 250);  // full range: white is 255

  // A container without such a matrix: the pixels are turned, and so is their shape.
  Run({"in.mp4", "-o", "out.mkv"});
  const FoundClip turned = Find("out.mkv");
  EXPECT_EQ(turned.first().width, 160);
  EXPECT_EQ(turned.first().height, 128);
  EXPECT_EQ(turned.pixel_aspect.num, 3);
  EXPECT_EQ(turned.rotation_degrees, 0);
}

TEST_F(Video, PersonsAreFoundUprightHoweverTheyAreStored) {
  for (const int degrees : {0, 90, 180, 270}) {
    ClipRecipe recipe;
    recipe.rotation_degrees = degrees;
    Make("in.mp4", recipe);
    SCOPED_TRACE(degrees);
    for (const char* name : {"out.mp4", "out.mkv"}) {
      Run({"in.mp4", "-o", name, "--emit", "mask", "--overwrite"});
      const FoundClip out = Find(name);
      // Of what is shown at this place.
      const auto level = [&](int x, int y) {
        const int right = out.first().width - 1, bottom = out.first().height - 1;
        switch (out.rotation_degrees) {
          case 90:
            return LevelAt(out.first(), 0, y, bottom - x);
          case 180:
            return LevelAt(out.first(), 0, right - x, bottom - y);
          case 270:
            return LevelAt(out.first(), 0, right - y, x);
          default:
            return LevelAt(out.first(), 0, x, y);
        }
      };
      EXPECT_EQ(out.rotation_degrees, std::string(name) == "out.mp4" ? degrees : 0);
      EXPECT_GT(level(80, 110), 200) << name;  // the shoulders
      EXPECT_LT(level(5, 5), 50) << name;
      EXPECT_LT(level(154, 5), 50) << name;
    }
  }
}

TEST_F(Video, WithoutItsModuleTheRestOfTheToolWorks) {
  Make("in.mp4");
  fs::copy_file(SELFIESEG_TOOL, sandbox_.Path("tool"));
  const auto run = [&](Names words) { return Sandbox::Wait(sandbox_.Start(std::move(words))); };
  const Outcome clip = run({"./tool", "video", "in.mp4", "-o", "out.mp4"});
  EXPECT_EQ(clip.exit_code, 1);
  EXPECT_NE(clip.err.find("clips need selfieseg-video.so, which is not installed"),
            std::string::npos)
      << clip.err;
  Run({"in.mp4", "-o", "frames/"});
  EXPECT_EQ(run({"./tool", "image", "frames/000001.png", "-o", "mask.png"}).exit_code, 0);
  EXPECT_EQ(sandbox_.Names(), Names({"frames", "in.mp4", "mask.png", "tool"}));
}

TEST_F(Video, AlphaSurvives) {
  Make("in.mp4");
  struct Case {
    const char *out, *decoder, *pixels;
  };
  for (const Case& c : {Case{"out.webm", "libvpx-vp9", "yuva420p"},
                        {"out.mov", "", "yuva444p12le"},
                        {"out.mkv", "", "bgra"}}) {
    SCOPED_TRACE(c.out);
    Run({"in.mp4", "-o", c.out, "--background", "transparent"});
    const FoundClip out = Find(c.out, c.decoder);
    EXPECT_EQ(out.frames.size(), 10u);
    EXPECT_EQ(out.pixels(), c.pixels);
    EXPECT_GT(LevelAt(out.first(), 3, 80, 110), 240);  // the shoulders
    EXPECT_LT(LevelAt(out.first(), 3, 5, 5), 15);
  }
  Run({"in.mp4", "-o", "frames/", "--emit", "cutout"});
  EXPECT_EQ(sandbox_.Names("frames").size(), 10u);
  const Picture picture = ReadPicture(sandbox_.Path("frames/000010.png"));
  EXPECT_GT(picture.bytes()[4 * (110 * 160 + 80) + 3], 240);
  EXPECT_LT(picture.bytes()[4 * (5 * 160 + 5) + 3], 15);
}

TEST_F(Video, MasksAreGray) {
  Make("in.mp4");
  Run({"in.mp4", "-o", "out.mkv", "--emit", "mask", "--codec", "ffv1"});
  Run({"in.mp4", "-o", "out.mp4", "--emit", "mask"});
  for (const char* name : {"out.mkv", "out.mp4"}) {
    const FoundClip out = Find(name);
    EXPECT_EQ(out.pixels(), std::string(name) == "out.mkv" ? "gray" : "yuv420p");
    EXPECT_GT(LevelAt(out.first(), 0, 80, 110), 220) << name;
    EXPECT_LT(LevelAt(out.first(), 0, 5, 5), 30) << name;
  }
}

TEST_F(Video, ABackgroundOfGrayClipsHasColours) {
  Make("in.mkv", {.codec = "ffv1", .pixels = AV_PIX_FMT_GRAY8});
  for (const char* out : {"out.mp4", "out.webm", "out.avi"}) {
    Run({"in.mkv", "-o", out, "--background", "#0000ff"});
    const FoundClip clip = Find(out);
    EXPECT_EQ(clip.pixels(), "yuv420p") << out;
    EXPECT_GT(LevelAt(clip.first(), 1, 2, 2), 220) << out;  // blue
  }
  Run({"in.mkv", "-o", "out.mkv", "--background", "#0000ff", "--codec", "ffv1"});
  EXPECT_GT(LevelAt(Find("out.mkv").first(), 2, 2, 2), 250);  // blue itself
}

TEST_F(Video, PipesCarryYuv4mpegOrBarePixels) {
  Make("in.y4m", {.codec = "wrapped_avframe"});
  const Outcome piped = Run({"-", "-o", "-", "--background", "#000000"}, "in.y4m");
  WriteFile(sandbox_.Path("out.y4m"), Bytes(piped.out.begin(), piped.out.end()));
  const FoundClip out = Find("out.y4m");
  EXPECT_EQ(out.frames.size(), 10u);
  EXPECT_EQ(out.first().width, 160);
  EXPECT_EQ(piped.err, "");

  constexpr size_t kHeader = 6, kFrame = 160 * 128 * 3 / 2;  // "FRAME\n", and its pixels
  const Bytes y4m = ReadFile(sandbox_.Path("in.y4m"));
  Bytes raw;
  for (size_t i = 0; i < 10; ++i) {
    const auto begin = y4m.end() - long((10 - i) * (kFrame + kHeader)) + long(kHeader);
    raw.insert(raw.end(), begin, begin + long(kFrame));
  }
  WriteFile(sandbox_.Path("raw"), raw);
  const Outcome bare = Run({"-", "-o", "-", "--size", "160x128", "--pixel-format", "yuv420p",
                            "--rate", "25", "--format", "rawvideo", "--emit", "mask"},
                           "raw");
  EXPECT_EQ(bare.out.size(), size_t{10 * 160 * 128});
}

TEST_F(Video, OddSidesAreMadeEvenOnlyWhereTheyMustBe) {
  ClipRecipe recipe;
  recipe.width = 161, recipe.height = 127;
  Make("in.mp4", recipe);
  const Outcome outcome = Run({"in.mp4", "-o", "out.mp4"});
  EXPECT_NE(outcome.err.find("odd sides were made even"), std::string::npos) << outcome.err;
  EXPECT_EQ(Find("out.mp4").first().width, 162);
  EXPECT_EQ(Find("out.mp4").first().height, 128);
  EXPECT_EQ(Run({"in.mp4", "-o", "out.webm"}).err, "");
  EXPECT_EQ(Find("out.webm").first().width, 161);
}

TEST_F(Video, JsonTellsFactsAndTimes) {
  Make("in.mp4");
  const auto report = nlohmann::json::parse(Run({"in.mp4", "-o", "out.webm", "--json"}).out);
  EXPECT_EQ(report["frames"], 10);
  EXPECT_EQ(report["in"]["codec"], "mpeg4");
  EXPECT_EQ(report["out"]["codec"], "vp9");
  EXPECT_EQ(report["out"]["width"], 160);
  EXPECT_NEAR(report["duration_s"], 0.4, 1e-6);
  for (const char* key : {"decode_ms", "convert_ms", "sample_ms", "network_ms", "mask_ms",
                          "compose_ms", "encode_ms", "fps", "speed", "elapsed_s"}) {
    EXPECT_GT(report[key], 0.0) << key;
  }
}

TEST_F(Video, APartCanBeTaken) {
  ClipRecipe recipe;
  recipe.milliseconds = EvenTimes(100);
  recipe.sound = "aac";
  Make("in.mp4", recipe);
  Run({"in.mp4", "-o", "out.mp4", "--start", "0:01", "--duration", "1.2"});
  const FoundClip out = Find("out.mp4");
  ASSERT_EQ(out.seconds.size(), 30u);
  EXPECT_NEAR(out.seconds[0], 0, 1e-6);
  EXPECT_NEAR(out.seconds[29], 29 * 0.04, 1e-6);
  EXPECT_NEAR(double(out.sound_bytes.size()) / double(Find("in.mp4").sound_bytes.size()), 0.3, 0.1);
  ExpectRefusal(1, {"in.mp4", "-o", "late.mp4", "--start", "1:00"}, "has no frame at or after");
  ExpectRefusal(1, {"in.mp4", "-o", "o.mp4", "--duration", "0.01"},
                "has no frame within --duration");
}

TEST_F(Video, AnEncoderThatRefusesIsNotHeardWhenAnotherTakesOver) {
  if (avcodec_find_encoder_by_name("libaom-av1") == nullptr) GTEST_SKIP() << "there is only one";
  Make("in.mp4", {.width = 32, .height = 32});  // too small for libsvtav1
  EXPECT_EQ(Run({"in.mp4", "-o", "out.mp4", "--codec", "av1"}).err, "");
}

TEST_F(Video, AChangeOfSizeIsScaledAndSaid) {
  ClipRecipe small = {.codec = "libx264"}, large = small;
  large.width = 192, large.height = 176;
  Make("small.h264", small);
  Make("large.h264", large);
  Bytes both = ReadFile(sandbox_.Path("small.h264"));
  const Bytes more = ReadFile(sandbox_.Path("large.h264"));
  both.insert(both.end(), more.begin(), more.end());
  WriteFile(sandbox_.Path("in.h264"), both);
  const Outcome outcome = Run({"in.h264", "-o", "out.mp4"});
  EXPECT_NE(outcome.err.find("changes its size to 192x176 on its way; it is scaled to 160x128"),
            std::string::npos)
      << outcome.err;
  EXPECT_EQ(Find("out.mp4").frames.size(), 20u);
}

TEST_F(Video, TheNetworkIsThatOfTheFirstFrame) {
  ClipRecipe narrow = {.codec = "libx264"}, wide = narrow;
  wide.width = 288, wide.height = 144;  // for the landscape network
  Make("narrow.h264", narrow);
  Make("wide.h264", wide);
  Bytes both = ReadFile(sandbox_.Path("narrow.h264"));
  for (const char* next : {"wide.h264", "narrow.h264"}) {
    const Bytes more = ReadFile(sandbox_.Path(next));
    both.insert(both.end(), more.begin(), more.end());
  }
  WriteFile(sandbox_.Path("in.h264"), both);
  const auto model = [&](const char* in, const char* track) {
    const Outcome outcome = Run({in, "-o", "out.mp4", "--overwrite", "--json", track});
    return nlohmann::json::parse(outcome.out)["model"].get<std::string>();
  };
  for (const char* track : {"--track", "--no-track"}) {
    EXPECT_EQ(model("in.h264", track), "general");
    EXPECT_EQ(model("wide.h264", track), "landscape");
  }
}

TEST_F(Video, DamageIsPassedAndCounted) {
  ClipRecipe recipe = {.codec = "libx264"};
  recipe.milliseconds = EvenTimes(60);
  Make("in.h264", recipe);
  Bytes bytes = ReadFile(sandbox_.Path("in.h264"));
  for (size_t i = bytes.size() / 2; i < bytes.size() * 3 / 4; i += 50) bytes[i] ^= 0x5A;
  WriteFile(sandbox_.Path("in.h264"), bytes);
  const Outcome outcome = Run({"in.h264", "-o", "out.mp4", "--json"});
  const auto report = nlohmann::json::parse(outcome.out);
  EXPECT_GT(report["concealed_frames"].get<int>() + report["lost_packets"].get<int>(), 0);
  EXPECT_GT(report["frames"], 40);
  EXPECT_NE(outcome.err.find("note: 'in.h264' has "), std::string::npos) << outcome.err;
}

TEST_F(Video, RefusesInOneLineAndLeavesNothing) {
  Make("in.mp4");
  Make("sound.mkv", {.codec = "", .sound = "flac"});
  WriteFile(sandbox_.Path("text.mp4"), Bytes{'n', 'o'});
  WriteFile(sandbox_.Path("empty.mp4"), {});
  WriteFile(sandbox_.Path("there.mp4"), Bytes{'o', 'l', 'd'});
  struct Case {
    int code;
    Names arguments;
    const char* words;
  };
  const Case kCases[] = {
      {1, {"absent.mp4", "-o", "o.mp4"}, "'absent.mp4': cannot be read as video: No such file"},
      {1, {"text.mp4", "-o", "o.mp4"}, "'text.mp4': cannot be read as video"},
      {1, {"empty.mp4", "-o", "o.mp4"}, "'empty.mp4': cannot be read as video"},
      {1, {"sound.mkv", "-o", "o.mp4"}, "'sound.mkv': has no video stream"},
      {1, {".", "-o", "o.mp4"}, "'.': "},
      {1, {"in.mp4", "-o", "in.mp4", "--overwrite"}, "'in.mp4': is the input itself"},
      {1, {"in.mp4", "-o", "there.mp4"}, "'there.mp4': exists already"},
      {1, {"in.mp4", "-o", "no/o.mp4"}, "its folder 'no' does not exist"},
      {1, {"in.mp4", "-o", "o.mp4", "--background", "no.jpg"}, "'no.jpg': cannot be read"},
      {2, {"in.mp4", "-o", "o.mp4", "--track", "--quality", "best"}, "--track does not go with"},
      {2, {"in.mp4", "-o", "o.mp4", "--codec", "rv40"}, "--codec rv40: this FFmpeg has no such"},
      {2, {"in.mp4", "-o", "o.mp4", "--codec", "prores"}, "mp4 cannot hold prores"},
      {2, {"in.mp4", "-o", "o.mp4", "--codec", "ffv1"}, "mp4 cannot hold ffv1"},
      {2, {"in.mp4", "-o", "o.mkv", "--codec", "ffv1", "--crf", "20"}, "--crf is not for ffv1"},
      {2, {"in.mp4", "-o", "o.mp4", "--emit", "cutout"}, "cannot hold a transparent background"},
      {2, {"in.mp4", "-o", "o.mkv", "--emit", "cutout", "--codec", "h264"}, "no transparency"},
      {2, {"in.mp4", "-o", "o.png"}, "a clip is many pictures"},
      {2, {"in.mp4", "-o", "o-%03d.mp4"}, "a name with %d is for pictures"},
      {2, {"in.mp4", "-o", "o-%03d"}, "a name with %d is for pictures"},
      {2, {"in.mp4", "-o", "o/", "--codec", "mjpeg"}, "this name is for png, not mjpeg"},
      {2, {"in.mp4", "-o", "o.mp3"}, "no container for video has this extension"},
      {2, {"in.mp4", "-o", "o.m3u8"}, "no container for video has this extension"},
      {2, {"in.mp4", "-o", "o-%d.mp4", "--format", "mp4"}, "a name with %d is for pictures"},
      {2, {"in.mp4", "-o", "o.nonsense"}, "no container for video has this extension"},
      {2, {"in.mp4", "-o", "o.mp4", "--start", "1:2:3:4"}, "--start '1:2:3:4': need seconds"},
      {2, {"in.mp4", "-o", "-", "--format", "mp4"}, "standard output cannot be mp4"},
      {2, {"in.mp4", "-o", "-", "--json"}, "standard output cannot hold both"},
      {2, {"in.mp4", "-o", "o.mp4", "--size", "9x9"}, "need all of --size, --pixel-format"},
      {2,
       {"in.mp4", "-o", "o.mp4", "--size", "99999x99999", "--pixel-format", "gray", "--rate", "1"},
       "--size 99999x99999"},
  };
  for (const Case& c : kCases) ExpectRefusal(c.code, c.arguments, c.words);
}

TEST_F(Video, FramesCanBeNumberedPictures) {
  Make("in.mp4");
  fs::create_directory(sandbox_.Path("50%"));
  Run({"in.mp4", "-o", "50%/x-%03d.jpg"});
  EXPECT_EQ(sandbox_.Names("50%").front(), "x-001.jpg");
  EXPECT_EQ(sandbox_.Names("50%").size(), 10u);
  ExpectRefusal(1, {"in.mp4", "-o", "50%/x-%03d.jpg"}, "exists already");
  Run({"in.mp4", "-o", "50%/x-%03d.jpg", "--overwrite"});
  Run({"in.mp4", "-o", "50%"});
  EXPECT_EQ(sandbox_.Names("50%").size(), 20u);
  if (avcodec_find_encoder_by_name("libwebp") == nullptr) return;
  Run({"in.mp4", "-o", "50%/%d.webp"});
  EXPECT_EQ(sandbox_.Names("50%").size(), 30u);
}

}  // namespace
}  // namespace selfieseg::cli
