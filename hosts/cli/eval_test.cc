// `selfieseg eval` as its user meets it, and the tables it reads.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "cli/eval_set.h"
#include "cli/failure.h"
#include "cli/files.h"
#include "cli/io/png.h"
#include "cli/picture.h"
#include "cli/sandbox.h"

namespace selfieseg::cli {
namespace {

namespace fs = std::filesystem;
using Names = std::vector<std::string>;

void WriteText(const std::string& path, const std::string& text) {
  WriteFile(path, Bytes(text.begin(), text.end()));
}

TEST(Csv, ReadsQuotesAndLineEnds) {
  EXPECT_EQ(ParseCsv("a,b\r\n\"x,\"\"y\"\"\n\",\n\n"),
            (std::vector<Names>{{"a", "b"}, {"x,\"y\"\n", ""}}));
  EXPECT_EQ(ParseCsv("\xEF\xBB\xBFone,two\n1,2"), (std::vector<Names>{{"one", "two"}, {"1", "2"}}));
  EXPECT_EQ(ParseCsv(""), std::vector<Names>());
  EXPECT_THROW(ParseCsv("a,b\n1"), Failure);
  EXPECT_THROW(ParseCsv("a,\"b\n"), Failure);
  EXPECT_THROW(ParseCsv("a,b\"c\"\n"), Failure);
}

TEST(Manifest, TakesColumnsOfFewWordsForGroups) {
  const Sandbox sandbox;
  std::string text = "image,mask,kind,year,note,empty\n";
  for (int i = 0; i < 8; ++i) {
    const std::string n = std::to_string(i);
    text += "i/" + n + ".jpg,m/" + n + ".png," + (i % 2 ? "odd" : "even") + ",20" +
            (i < 4 ? "01" : "02") + ",note " + n + ",\n";
  }
  WriteText(sandbox.Path("set.csv"), text);
  const EvalSet set = ReadManifest(sandbox.Path("set.csv"), {});
  EXPECT_EQ(set.columns, Names({"kind"}));
  ASSERT_EQ(set.items.size(), 8u);
  EXPECT_EQ(set.items[3].name, "i/3.jpg");
  EXPECT_EQ(set.items[3].image, sandbox.Path("i/3.jpg"));
  EXPECT_EQ(set.items[3].groups, Names({"odd"}));
  EXPECT_EQ(ReadManifest(sandbox.Path("set.csv"), {"year", "note"}).columns,
            Names({"year", "note"}));
  EXPECT_THROW(ReadManifest(sandbox.Path("set.csv"), {"absent"}), Failure);
  WriteText(sandbox.Path("head.csv"), "image,mask\n");
  EXPECT_THROW(ReadManifest(sandbox.Path("head.csv"), {}), Failure);
  WriteText(sandbox.Path("latin.csv"), "image,mask,k\na,b,caf\xE9\n");
  EXPECT_THROW(ReadManifest(sandbox.Path("latin.csv"), {}), Failure);
  WriteText(sandbox.Path("other.csv"), "picture,mask\na,b\n");
  EXPECT_THROW(ReadManifest(sandbox.Path("other.csv"), {}), Failure);
}

// Three pictures of noise, on which nobody is: a truth without a person is met.
class Set : public testing::Test {
 protected:
  void SetUp() override {
    for (const char* folder : {"images", "masks", "predictions"}) {
      fs::create_directory(sandbox_.Path(folder));
    }
    std::string manifest = "image,mask,kind\n";
    for (const std::string& name : Names{"a", "b", "c"}) {
      Picture image = NewPicture(SELFIESEG_RGBA, 50, 40), mask = NewPicture(SELFIESEG_GRAY, 50, 40);
      for (size_t i = 0; i < image.bytes().size(); ++i) image.bytes()[i] = uint8_t(i * 31);
      std::fill(mask.bytes().begin(), mask.bytes().end(), uint8_t{0});
      WriteFile(sandbox_.Path("images/" + name + ".png"), EncodePng(image));
      WriteFile(sandbox_.Path("masks/" + name + ".png"), EncodePng(mask));
      if (name != "a") std::fill_n(mask.bytes().begin(), 500, uint8_t{255});
      WriteFile(sandbox_.Path("predictions/" + name + ".png"), EncodePng(mask));
      manifest +=
          "images/" + name + ".png,masks/" + name + ".png," + (name == "a" ? "x" : "y") + "\n";
    }
    WriteText(sandbox_.Path("set.csv"), manifest);
  }

  nlohmann::json RunForJson(Names arguments, int code = 0) const {
    arguments.insert(arguments.begin(), "eval");
    arguments.push_back("--json");
    const Outcome outcome = sandbox_.Run(arguments);
    EXPECT_EQ(outcome.exit_code, code) << outcome.err;
    return nlohmann::json::parse(outcome.out);
  }

  const Sandbox sandbox_;
};

TEST_F(Set, IsJudgedOverallByGroupAndByPicture) {
  const nlohmann::json report = RunForJson({"set.csv", "--group", "kind"});
  EXPECT_EQ(report["overall"]["n"], 3);
  EXPECT_EQ(report["overall"]["iou_mean"], 1.0);
  EXPECT_EQ(report["overall"]["iou_ci95"], 0.0);
  EXPECT_EQ(report["groups"]["kind"]["y"]["n"], 2);
  EXPECT_TRUE(report["groups"]["kind"]["x"]["iou_ci95"].is_null());
  EXPECT_TRUE(report["fairness"]["kind"]["fair"]);
  ASSERT_EQ(report["images"].size(), 3u);
  for (const char* key : {"image", "iou", "boundary_iou", "mae"}) {
    EXPECT_TRUE(report["images"][0].contains(key)) << key;
  }
}

TEST_F(Set, MasksOfOthersAreJudgedTheSameWay) {
  const nlohmann::json report = RunForJson({"set.csv", "--predictions", "predictions"});
  EXPECT_NEAR(report["overall"]["iou_mean"], 1.0 / 3, 1e-12);
  EXPECT_EQ(report["images"][1]["iou"], 0.0);
  EXPECT_EQ(report["images"][1]["false_positive"], 0.25);
  fs::remove(sandbox_.Path("predictions/c.png"));
  const nlohmann::json rest = RunForJson({"set.csv", "--predictions", "predictions"}, 1);
  EXPECT_EQ(rest["overall"]["n"], 2);
  EXPECT_NE(rest["faults"][0].get<std::string>().find("has no prediction"), std::string::npos);
}

TEST_F(Set, FoldersNeedNoManifest) {
  const nlohmann::json report = RunForJson({"--images", "images", "--masks", "masks"});
  EXPECT_EQ(report["overall"]["n"], 3);
  EXPECT_EQ(report["images"][2]["image"], "c.png");
}

TEST_F(Set, ResultsDoNotDependOnTheNumberOfJobs) {
  EXPECT_EQ(RunForJson({"set.csv", "-j", "1", "--degrade"}),
            RunForJson({"set.csv", "-j", "3", "--degrade"}));
}

TEST_F(Set, EveryDegradationIsTabled) {
  const nlohmann::json report = RunForJson({"set.csv", "--degrade"});
  ASSERT_EQ(report["degraded"].size(), 18u);
  EXPECT_EQ(report["degraded"][0]["kind"], "low light");
  EXPECT_TRUE(report["degraded"][17].contains("iou_change"));
}

TEST_F(Set, ClipsAreMadeOfPictures) {
  WriteText(sandbox_.Path("one.csv"), "image,mask\nimages/a.png,masks/a.png\n");
  EXPECT_EQ(RunForJson({"one.csv", "--far", "2", "--track"})["overall"]["n"], 1);
  EXPECT_EQ(RunForJson({"one.csv", "--track"})["overall"]["iou_mean"], 1.0);
  for (const char* other : {"--degrade", "--predictions=predictions", "--far=0.5"}) {
    EXPECT_EQ(sandbox_.Run({"eval", "one.csv", "--far", "2", other}).exit_code, 2) << other;
  }
  EXPECT_EQ(sandbox_.Run({"eval", "one.csv", "--track", "--quality", "best"}).exit_code, 2);
}

TEST_F(Set, WhatCannotBeJudgedIsNamedAndLeftOut) {
  WriteFile(sandbox_.Path("masks/b.png"), EncodePng(NewPicture(SELFIESEG_GRAY, 7, 7)));
  fs::remove(sandbox_.Path("images/c.png"));
  const nlohmann::json report = RunForJson({"set.csv"}, 1);
  EXPECT_EQ(report["overall"]["n"], 1);
  ASSERT_EQ(report["faults"].size(), 2u);
  EXPECT_NE(report["faults"][0].get<std::string>().find("is 7x7, its picture is 50x40"),
            std::string::npos);
  WriteText(sandbox_.Path("gaps.csv"), "image,mask\nimages/a.png,masks/a.png\n,masks/a.png\n");
  EXPECT_EQ(RunForJson({"gaps.csv"}, 1)["faults"][0], "'': a row of 'gaps.csv' names no picture");
}

TEST_F(Set, OnePredictionServesOnePicture) {
  fs::create_directories(sandbox_.Path("more"));
  fs::copy_file(sandbox_.Path("images/a.png"), sandbox_.Path("more/a.png"));
  WriteText(sandbox_.Path("two.csv"),
            "image,mask\nimages/a.png,masks/a.png\nmore/a.png,masks/b.png\n");
  const nlohmann::json report = RunForJson({"two.csv", "--predictions", "predictions"}, 1);
  EXPECT_EQ(report["overall"]["n"], 1);
  EXPECT_EQ(report["faults"].size(), 1u);
}

TEST_F(Set, MasksOfAnotherKindAreRefused) {
  Picture ones = NewPicture(SELFIESEG_GRAY, 50, 40), colour = NewPicture(SELFIESEG_RGBA, 50, 40);
  std::fill(ones.bytes().begin(), ones.bytes().end(), uint8_t{1});
  std::fill(colour.bytes().begin(), colour.bytes().end(), uint8_t{255});
  colour.bytes()[0] = 0;
  WriteFile(sandbox_.Path("masks/a.png"), EncodePng(ones));
  WriteFile(sandbox_.Path("masks/b.png"), EncodePng(colour));
  const nlohmann::json report = RunForJson({"set.csv"}, 1);
  EXPECT_EQ(report["overall"]["n"], 1);
  EXPECT_NE(report["faults"][0].get<std::string>().find("highest level is 1"), std::string::npos);
  EXPECT_NE(report["faults"][1].get<std::string>().find("a mask is gray"), std::string::npos);
}

TEST_F(Set, OtherFilesInFoldersAreNoFault) {
  WriteText(sandbox_.Path("images/a.txt"), "notes");
  WriteText(sandbox_.Path("masks/a.json"), "{}");
  fs::remove(sandbox_.Path("masks/b.png"));
  const nlohmann::json report = RunForJson({"--images", "images", "--masks", "masks"}, 1);
  EXPECT_EQ(report["overall"]["n"], 2);
  EXPECT_NE(report["faults"][0].get<std::string>().find("has no mask"), std::string::npos);
}

TEST_F(Set, NoReportReplacesTheSet) {
  for (const char* file : {"set.csv", "images/a.png", "masks/b.png"}) {
    const Bytes before = ReadFile(sandbox_.Path(file));
    EXPECT_EQ(sandbox_.Run({"eval", "set.csv", "--html", file, "--overwrite"}).exit_code, 1);
    EXPECT_EQ(ReadFile(sandbox_.Path(file)), before) << file;
  }
}

TEST_F(Set, ReportsAreWholeAndLoadNothing) {
  const Outcome outcome =
      sandbox_.Run({"eval", "set.csv", "--html", "r.html", "--markdown", "r.md", "--quiet"});
  ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
  EXPECT_EQ(outcome.out, "");
  const Bytes page = ReadFile(sandbox_.Path("r.html"));
  const std::string html(page.begin(), page.end());
  EXPECT_TRUE(html.ends_with("</html>\n"));
  EXPECT_NE(html.find("<svg"), std::string::npos);
  EXPECT_NE(html.find("data:image/jpeg;base64,"), std::string::npos);
  EXPECT_EQ(html.find("http"), std::string::npos);
  EXPECT_EQ(sandbox_.Run({"eval", "set.csv", "--html", "r.html"}).exit_code, 1);  // exists
  ASSERT_EQ(sandbox_.Run({"eval", "set.csv", "--html", "n.html", "--no-pictures"}).exit_code, 0);
  const Bytes plain = ReadFile(sandbox_.Path("n.html"));
  EXPECT_EQ(std::string(plain.begin(), plain.end()).find("data:image"), std::string::npos);
}

TEST_F(Set, TheRealBrowserShowsThePage) {
  const char* browser = "/usr/bin/chromium";
  if (!fs::exists(browser)) GTEST_SKIP() << "Chromium is not installed";
  ASSERT_EQ(sandbox_.Run({"eval", "set.csv", "--html", "r.html", "--degrade"}).exit_code, 0);
  for (const char* size : {"1200,1600", "400,1600"}) {
    const std::string shot = sandbox_.Path(std::string("shot") + size[0] + ".png");
    Sandbox::Wait(sandbox_.Start(
        {browser, "--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking",
         "--no-first-run", "--user-data-dir=" + sandbox_.Path("profile"), "--screenshot=" + shot,
         std::string("--window-size=") + size, "file://" + sandbox_.Path("r.html")}));
    const Picture picture = ReadPicture(shot);
    EXPECT_EQ(picture.width, size[0] == '1' ? 1200 : 400);
    size_t blue = 0;  // the charts' colour, light or dark
    for (size_t i = 0; i < picture.bytes().size(); i += 4) {
      blue += picture.bytes()[i + 2] > picture.bytes()[i] + 80;
    }
    EXPECT_GT(blue, 200u) << size;
  }
}

TEST_F(Set, MisuseIsAnsweredWithCode2) {
  for (const Names& words :
       std::vector<Names>{{},
                          {"set.csv", "--images", "images"},
                          {"--images", "images"},
                          {"--images", "images", "--masks", "masks", "--group", "kind"},
                          {"set.csv", "--predictions", "predictions", "--degrade"},
                          {"set.csv", "--video", "clip.mp4"},
                          {"--video", "clip.mp4", "--html", "x"},
                          {"--video", "clip.mp4", "--markdown", "x"},
                          {"--video", "clip.mp4", "--degrade"},
                          {"--video", "clip.mp4", "--masks", "masks"},
                          {"set.csv", "--html", "-"},
                          {"set.csv", "--dump", "steps"},
                          {"set.csv", "--html", "x", "--markdown", "x"},
                          {"set.csv", "--human-iou", "98"},
                          {"set.csv", "--threshold", "1:0"}}) {
    Names all = {"eval"};
    all.insert(all.end(), words.begin(), words.end());
    const Outcome outcome = sandbox_.Run(all);
    EXPECT_EQ(outcome.exit_code, 2) << testing::PrintToString(words) << outcome.err;
    EXPECT_EQ(std::count(outcome.err.begin(), outcome.err.end(), '\n'), 1) << outcome.err;
  }
}

// The collection of odd and bad clips: those that must work have a frame each, those that must be
// refused are, in one line.
TEST(EvalVideo, OddClipsAreReadAndBadOnesRefused) {
  const std::string folder = SELFIESEG_TESTDATA "/data/nasty/";
  if (!fs::exists(folder)) GTEST_SKIP() << "no clips in " << folder;
  if (!SELFIESEG_VIDEO) GTEST_SKIP() << "this build has no FFmpeg";
  const Bytes table = ReadFile(folder + "index.csv");
  const Sandbox sandbox;
  for (const Names& row : ParseCsv(std::string(table.begin(), table.end()))) {
    const std::string extension = fs::path(row[0]).extension();
    const bool clip =
        extension == ".mp4" || extension == ".avi" || extension == ".webm" || extension == ".ts";
    if (!clip || row[1] == "either") continue;
    const Outcome outcome =
        sandbox.Run({"eval", "--video", folder + row[0], "--json", "--smoothing", "0"});
    const nlohmann::json report = nlohmann::json::parse(outcome.out);
    if (row[1] == "must work") {
      ASSERT_EQ(outcome.exit_code, 0) << row[0] << outcome.err;
      EXPECT_GE(report["videos"][0]["frames"], 1) << row[0];
      EXPECT_EQ(report["videos"][0]["lag_frames"], 0.0) << row[0];
    } else {
      EXPECT_EQ(outcome.exit_code, 1) << row[0];
      EXPECT_EQ(std::count(outcome.err.begin(), outcome.err.end(), '\n'), 1) << outcome.err;
      EXPECT_NE(outcome.err.find(row[0]), std::string::npos) << outcome.err;
    }
  }
}

}  // namespace
}  // namespace selfieseg::cli
