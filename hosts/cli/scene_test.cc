// What is shown with the person, in pictures and clips: layers, and clips that go on and on.
#include <gtest/gtest.h>

#include <fstream>

#include "cli/clip_maker.h"
#include "cli/files.h"
#include "cli/picture.h"
#include "cli/sandbox.h"

namespace selfieseg::cli {
namespace {

using Names = std::vector<std::string>;

class Scenes : public testing::Test {
 protected:
  Scenes() {
    MakeClip(sandbox_.Path("in.mp4"), {.milliseconds = EvenTimes(25)});
    // Two gray frames of 200 ms each, of another shape.
    std::ofstream clip(sandbox_.Path("two.y4m"));
    clip << "YUV4MPEG2 W96 H32 F5:1 Ip A1:1 C420jpeg\n";
    for (const int level : {60, 180}) {
      clip << "FRAME\n" << std::string(96 * 32, char(level)) << std::string(96 * 32 / 2, char(128));
    }
  }
  void WriteSticker(const std::string& name, int width, int height) const {
    Picture sticker = NewPicture(SELFIESEG_RGBA, width, height);
    for (size_t i = 0; i < sticker.bytes().size(); i += 4) {
      const uint8_t green[4] = {0, 255, 0, 255};
      std::copy_n(green, 4, &sticker.bytes()[i]);
    }
    WriteFile(sandbox_.Path(name), FindFormatByExtension("x.png")->encode(sticker),
              Existing::kKeep);
  }
  Outcome Run(Names arguments) const { return sandbox_.Run(arguments); }
  void ExpectDone(const Names& arguments) const {
    const Outcome outcome = Run(arguments);
    EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
  }

  const Sandbox sandbox_;
};

constexpr int kX = 5, kY = 5;               // in the room
constexpr int kChestX = 80, kChestY = 120;  // of the person

TEST_F(Scenes, ABackgroundsClipBeginsAgain) {
  ExpectDone({"video", "in.mp4", "-o", "out.mkv", "--codec", "ffv1", "--background", "two.y4m"});
  const FoundClip in = FindClip(sandbox_.Path("in.mp4")), out = FindClip(sandbox_.Path("out.mkv"));
  ASSERT_EQ(out.frames.size(), 25u);
  for (size_t i = 0; i < out.frames.size(); ++i) {
    EXPECT_NEAR(LevelAt(*out.frames[i], 0, kX, kY), i / 5 % 2 == 0 ? 60 : 180, 2) << i;
    const int person = LevelAt(*in.frames[i], 0, kChestX, kChestY);
    EXPECT_NEAR(LevelAt(*out.frames[i], 0, kChestX, kChestY), person, 6) << i;
  }
}

// 96x32 in 160x128: the middle 40 columns are shown, and white is white in another range, too.
TEST_F(Scenes, ABackgroundsClipIsCutAndNotBentAndKeepsItsColours) {
  std::ofstream clip(sandbox_.Path("bars.y4m"));
  clip << "YUV4MPEG2 W96 H32 F5:1 Ip A1:1 C420jpeg XCOLORRANGE=FULL\nFRAME\n";
  for (int y = 0; y < 32; ++y) {  // black beyond the middle
    clip << std::string(28, '\0') << std::string(40, '\xff') << std::string(28, '\0');
  }
  clip << std::string(96 * 32 / 2, char(128)) << std::flush;
  ExpectDone({"video", "in.mp4", "-o", "out.mkv", "--codec", "ffv1", "--background", "bars.y4m"});
  const FoundClip out = FindClip(sandbox_.Path("out.mkv"));
  for (const int x : {kX, 160 - kX}) EXPECT_NEAR(LevelAt(out.first(), 0, x, kY), 235, 3) << x;
}

TEST_F(Scenes, ThePersonHidesWhatIsBehindAndNotWhatIsInFront) {
  WriteSticker("sticker.png", 20, 20);
  const auto green = [&](const std::string& option, const char* at, int x, int y) {
    ExpectDone({"video", "in.mp4", "-o", "out.mkv", "--codec", "ffv1", "--background", "keep",
                "--" + option, "sticker.png", "--" + option + "-at", at, "--overwrite"});
    const FoundClip out = FindClip(sandbox_.Path("out.mkv"));
    return LevelAt(out.first(), 1, x / 2, y / 2) < 70 && LevelAt(out.first(), 2, x / 2, y / 2) < 60;
  };
  EXPECT_TRUE(green("behind", "0,0", kX, kY));
  EXPECT_FALSE(green("behind", "70,108", kChestX, kChestY));
  EXPECT_TRUE(green("front", "70,108", kChestX, kChestY));
  EXPECT_TRUE(green("front", "-10,-10", kX, kY));
  EXPECT_FALSE(green("front", "-10,-10", 15, 15));
}

TEST_F(Scenes, LayersMayBeClipsWithAlpha) {
  ExpectDone({"video", "in.mp4", "-o", "person.webm", "--background", "none"});
  ExpectDone({"video", "in.mp4", "-o", "out.mkv", "--codec", "ffv1", "--background", "#0000ff",
              "--behind", "person.webm", "--behind-at", "60,0"});
  const FoundClip out = FindClip(sandbox_.Path("out.mkv"));
  const int blue = LevelAt(out.first(), 1, 2, 2);
  EXPECT_NEAR(LevelAt(out.first(), 1, 75, 2), blue, 4);             // clear there
  EXPECT_LT(LevelAt(out.first(), 1, 140 / 2, 110 / 2), blue - 50);  // the other's shoulders
}

TEST_F(Scenes, PicturesHaveLayersInTheirMiddle) {
  WriteSticker("sticker.png", 10, 10);
  WriteSticker("photo.png", 64, 48);
  ExpectDone({"image", "photo.png", "-o", "out.png", "--background", "#ff0000", "--behind",
              "sticker.png"});
  const Picture out = ReadPicture(sandbox_.Path("out.png"));
  const auto red = [&](int x, int y) { return out.bytes()[size_t(y * 64 + x) * 4] == 255; };
  EXPECT_FALSE(red(27, 19));
  EXPECT_FALSE(red(36, 28));
  EXPECT_TRUE(red(26, 19));
  EXPECT_TRUE(red(37, 28));
}

TEST_F(Scenes, WhatMakesNoSenseIsRefused) {
  WriteSticker("sticker.png", 10, 10);
  const auto refusal = [&](int code, Names more, const std::string& words) {
    Names arguments = {"video", "in.mp4", "-o", "out.mkv"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    const Outcome outcome = Run(arguments);
    EXPECT_EQ(outcome.exit_code, code) << words;
    EXPECT_NE(outcome.err.find(words), std::string::npos) << outcome.err;
    EXPECT_EQ(sandbox_.Names(), Names({"in.mp4", "sticker.png", "two.y4m"}));
  };
  refusal(2, {"--background", "none", "--front", "sticker.png"}, "need a background");
  refusal(2, {"--emit", "mask", "--front", "sticker.png"}, "--front is for --emit composite");
  refusal(2, {"--front", "sticker.png", "--front-at", "5"}, "need X,Y in pixels");
  refusal(2, {"--behind-at", "5,5"}, "--behind-at without --behind");
  refusal(2, {"--background", "two.y4m", "--fit", "fit"}, "a clip fills");
  refusal(2, {"--light-wrap", "2"}, "--light-wrap");
  refusal(2, {"--grow", "100"}, "--grow");
  refusal(1, {"--front", "gone.png"}, "'gone.png'");
  const Outcome same = Run({"video", "two.y4m", "-o", "in.mp4", "--behind", "in.mp4"});
  EXPECT_NE(same.err.find("is the input itself"), std::string::npos) << same.err;
  const Outcome clip = Run({"image", "sticker.png", "-o", "out.png", "--background", "in.mp4"});
  EXPECT_EQ(clip.exit_code, 1);
}

}  // namespace
}  // namespace selfieseg::cli
