// `selfieseg video` of clips with more than eight bits: which stay, and what is computed with them.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "cli/clip_maker.h"
#include "cli/files.h"
#include "cli/io/png.h"
#include "cli/picture.h"
#include "cli/video_fixture.h"

namespace selfieseg::cli {
namespace {

TEST_F(Video, TenBitsStay) {
  struct Case {
    AVPixelFormat pixels;
    const char *codec, *encoder;
  };
  constexpr AVPixelFormat k420 = AV_PIX_FMT_YUV420P10LE, k422 = AV_PIX_FMT_YUV422P10LE;
  for (const Case& c : {Case{k420, "h264", "libx264"},
                        {k420, "hevc", "libx265"},
                        {k420, "vp9", "libvpx-vp9"},
                        {k420, "av1", "libsvtav1"},
                        {k420, "ffv1", "ffv1"},
                        {k422, "h264", "libx264"},
                        {k422, "prores", "prores_ks"}}) {
    if (avcodec_find_encoder_by_name(c.encoder) == nullptr) continue;
    SCOPED_TRACE(c.codec);
    Make("in.mkv", {.codec = "ffv1", .pixels = c.pixels});
    const Outcome outcome =
        Run({"in.mkv", "-o", "out.mkv", "--codec", c.codec, "--overwrite", "--json"});
    EXPECT_EQ(Find("out.mkv").pixels(), av_get_pix_fmt_name(c.pixels));
    // Players know only the usual h264.
    const bool said = outcome.err.find(": is h264 of yuv42") != std::string::npos;
    EXPECT_EQ(said, std::string(c.codec) == "h264") << outcome.err;
    EXPECT_EQ(std::count(outcome.err.begin(), outcome.err.end(), '\n'), said ? 1 : 0);
    EXPECT_EQ(nlohmann::json::parse(outcome.out)["composed_bits"], 10);
  }
  // Those of 4:4:4 are not computed with as they are.
  Make("in.mkv", {.codec = "ffv1", .pixels = AV_PIX_FMT_YUV444P10LE});
  const Outcome outcome = Run({"in.mkv", "-o", "out.mkv", "--overwrite", "--json"});
  EXPECT_EQ(Find("out.mkv").pixels(), "yuv444p10le");
  EXPECT_NE(outcome.err.find("has 10 bits a channel; frames are composed with 8"),
            std::string::npos)
      << outcome.err;
  EXPECT_EQ(nlohmann::json::parse(outcome.out)["composed_bits"], 8);
}

int WordAt(const AVFrame& frame, int plane, int x, int y) {
  const uint8_t* word = frame.data[plane] + y * frame.linesize[plane] + 2 * x;
  return word[0] | word[1] << 8;
}

// Of frames of yuv420p10le, what a file of bare p010le has.
Bytes AsP010(const FoundClip& clip) {
  Bytes bytes;
  const auto put = [&](int word) {
    bytes.push_back(uint8_t(word << 6));
    bytes.push_back(uint8_t(word >> 2));
  };
  for (const FramePtr& frame : clip.frames) {
    for (int y = 0; y < frame->height; ++y) {
      for (int x = 0; x < frame->width; ++x) put(WordAt(*frame, 0, x, y));
    }
    for (int y = 0; y < frame->height / 2; ++y) {
      for (int x = 0; x < frame->width; ++x) put(WordAt(*frame, 1 + x % 2, x / 2, y));
    }
  }
  return bytes;
}

TEST_F(Video, TenBitsAreComputedWithAsTheyAre) {
  Make("in.mkv", {.codec = "ffv1", .pixels = AV_PIX_FMT_YUV420P10LE});
  const Names background = {"--background", "#c8c8c8"};
  Names planar = {"in.mkv", "-o", "out.mkv", "--codec", "ffv1"};
  planar.insert(planar.end(), background.begin(), background.end());
  Run(planar);
  const FoundClip in = Find("in.mkv"), out = Find("out.mkv");
  EXPECT_EQ(WordAt(out.first(), 0, 5, 5), 751);  // 64 + 876 * 200 / 255; eight bits have 752
  for (int x = 60; x < 100; ++x) {               // the shoulders
    EXPECT_EQ(WordAt(out.first(), 0, x, 120), WordAt(in.first(), 0, x, 120));
  }
  const Bytes bare = AsP010(in);
  WriteFile(sandbox_.Path("raw"), bare);
  Names words = {"-",      "-o",     "-",  "--size",   "160x128", "--pixel-format",
                 "p010le", "--rate", "25", "--format", "rawvideo"};
  words.insert(words.end(), background.begin(), background.end());
  const std::string composed = Run(words, "raw").out;
  EXPECT_EQ(Bytes(composed.begin(), composed.end()), AsP010(out));
  // No encoder of ours takes these; what they are made into for it has the same numbers.
  words = {"-",      "-o",     "again.mkv", "--codec",
           "ffv1",   "--size", "160x128",   "--pixel-format",
           "p010le", "--rate", "25"};
  words.insert(words.end(), background.begin(), background.end());
  Run(words, "raw");
  EXPECT_EQ(Find("again.mkv").pixels(), "yuv420p10le");
  EXPECT_EQ(AsP010(Find("again.mkv")), AsP010(out));
}

// As phones make them: what is put in lies as the frames do, and ten bits stay.
TEST_F(Video, TurnedFramesAreComputedWithAsTheyAre) {
  Picture halves = NewPicture(SELFIESEG_GRAY, 40, 32);
  for (size_t i = 0; i < halves.bytes().size(); ++i) halves.bytes()[i] = i % 40 < 20 ? 20 : 200;
  WriteFile(sandbox_.Path("halves.png"), EncodePng(halves));
  for (const AVPixelFormat pixels : {AV_PIX_FMT_YUV420P10LE, AV_PIX_FMT_YUV422P10LE}) {
    for (const int degrees : {90, 180, 270}) {
      Make("in.mp4", {.codec = "libx264", .pixels = pixels, .rotation_degrees = degrees});
      for (const char* name : {"out.mp4", "out.mkv"}) {
        SCOPED_TRACE(std::string(av_get_pix_fmt_name(pixels)) + " " + std::to_string(degrees) +
                     name);
        const Outcome outcome =
            Run({"in.mp4", "-o", name, "--background", "halves.png", "--overwrite", "--json"});
        const bool loses =
            pixels == AV_PIX_FMT_YUV422P10LE && degrees != 180 && std::string(name) == "out.mkv";
        EXPECT_EQ(outcome.err.find("turned upright with 8 bits") != std::string::npos, loses)
            << outcome.err;
        EXPECT_EQ(nlohmann::json::parse(outcome.out)["composed_bits"], 10);
        const FoundClip out = Find(name);
        EXPECT_EQ(out.pixels(), av_get_pix_fmt_name(pixels));
        const int lies = out.rotation_degrees;
        EXPECT_EQ(lies, std::string(name) == "out.mp4" ? degrees : 0);
        const int width = out.first().width, height = out.first().height;
        const auto level = [&](int x, int y) {  // of what is shown at this place
          if (lies == 90) return WordAt(out.first(), 0, y, height - 1 - x);
          if (lies == 180) return WordAt(out.first(), 0, width - 1 - x, height - 1 - y);
          return lies == 270 ? WordAt(out.first(), 0, width - 1 - y, x)
                             : WordAt(out.first(), 0, x, y);
        };
        EXPECT_NEAR(level(5, 5), 64 + 876 * 20 / 255, 12);
        EXPECT_NEAR(level(154, 5), 64 + 876 * 200 / 255, 12);
        const int shoulders = level(80, 110);
        EXPECT_GT(std::abs(shoulders - (64 + 876 * 20 / 255)), 20);
        EXPECT_GT(std::abs(shoulders - (64 + 876 * 200 / 255)), 20);
      }
    }
  }
}

}  // namespace
}  // namespace selfieseg::cli
