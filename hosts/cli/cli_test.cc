// The built tool as its user meets it: exit codes, what it prints, what it writes, and what it
// leaves behind.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "cli/figure.h"
#include "cli/files.h"
#include "cli/io/jpeg.h"
#include "cli/io/png.h"
#include "cli/npy.h"
#include "cli/picture.h"
#include "cli/sandbox.h"

namespace selfieseg::cli {
namespace {

namespace fs = std::filesystem;
using Names = std::vector<std::string>;

// Nobody is on it, which no test minds.
void WritePicture(const std::string& path, int width, int height) {
  Picture picture = NewPicture(SELFIESEG_RGBA, width, height);
  for (size_t i = 0; i < picture.bytes().size(); ++i) picture.bytes()[i] = uint8_t(i * i / 7);
  WriteFile(path, EncodePng(picture));
}

size_t Lines(const std::string& text) { return size_t(std::count(text.begin(), text.end(), '\n')); }

TEST(Tool, SaysItsVersionAndHowItIsUsed) {
  const Sandbox sandbox;
  const Outcome version = sandbox.Run({"--version"});
  EXPECT_EQ(version.exit_code, 0);
  EXPECT_EQ(version.out, std::string("selfieseg ") + selfieseg_version() + "\n");
  for (const Names& words : {Names{"--help"},
                             {"image", "--help"},
                             {"net", "--help"},
                             {"info", "--help"},
                             {"completion", "--help"},
                             {"manual", "--help"}}) {
    const Outcome help = sandbox.Run(words);
    EXPECT_EQ(help.exit_code, 0) << words[0];
    EXPECT_NE(help.out.find("Examples:"), std::string::npos) << words[0];
    EXPECT_EQ(help.err, "") << words[0];
  }
}

TEST(Tool, PrintsAManualOfEveryOption) {
  const Sandbox sandbox;
  const Outcome manual = sandbox.Run({"manual"});
  EXPECT_EQ(manual.exit_code, 0);
  for (const char* words :
       {".TH SELFIESEG 1", ".SH NAME", "\\fB\\-o\\fR, \\fB\\-\\-output\\fR \\fIOUT\\fR",
        "\\fB\\-\\-threshold\\fR \\fILO:HI\\fR", "\\fB\\-\\-diff\\fR", ".SH EXIT STATUS"}) {
    EXPECT_NE(manual.out.find(words), std::string::npos) << words;
  }
}

TEST(Tool, CompletesWordsInBash) {
  const Sandbox sandbox;
  struct Case {
    const char *words, *completed;
  };
  for (const Case& row : {Case{"selfieseg im", "image"},
                          {"selfieseg image --emit c", "cutout composite"},
                          {"selfieseg image --backg", "--background"},
                          {"selfieseg image a.jpg -o o --quality f", "fast"},
                          {"selfieseg completion f", "fish"},
                          {"selfieseg image pho", ""}}) {
    const std::string script =
        std::string("source <('" SELFIESEG_TOOL "' completion bash); COMP_WORDS=(") + row.words +
        "); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); _selfieseg; echo \"${COMPREPLY[*]}\"";
    const Outcome outcome = Sandbox::Wait(sandbox.Start({"bash", "-c", script}));
    EXPECT_EQ(outcome.out, std::string(row.completed) + "\n") << row.words << outcome.err;
  }
}

TEST(Tool, AnswersMisuseWithOneLineAndCode2) {
  const Sandbox sandbox;
  WritePicture(sandbox.Path("in.png"), 8, 8);
  const std::string in = sandbox.Path("in.png"), out = sandbox.Path("out.png");
  const Names kCases[] = {
      {},
      {"nonsense"},
      {"--nonsense"},
      {"image"},
      {"image", in},
      {"image", in, "-o"},
      {"image", in, "-o", "-", "--json"},
      {"image", in, in, "-o", "-"},
      {"image", "-", in, "-o", out},
      {"image", in, "-o", out, "--background", "#12"},
      {"image", in, "-o", out, "--background", "#12345g"},
      {"image", in, "-o", out, "--background", "blur:0"},
      {"image", in, "-o", out, "--background", "blur:wide"},
      {"image", in, "-o", out, "--background", "blurr"},
      {"image", in, "-o", out, "--background", "blur", "--emit", "mask"},
      {"image", in, "-o", out, "--background", ""},
      {"image", in, "-o", sandbox.Path("out.jpg"), "--emit", "labels"},
      {"image", in, "-o", out, "--threshold", "0.5"},
      {"image", in, "-o", out, "--threshold", "0.7:0.3"},
      {"image", in, "-o", out, "--threshold", "0:1.5"},
      {"image", in, "-o", out, "--max-pixels", "0"},
      {"image", in, "-o", out, "--format", "gif"},
      {"image", in, "-o", out, "--quality", "nonsense"},
      {"image", in, "-o", out, "--emit", "nonsense"},
      {"image", in, "-o", out, "--threads", "0"},
      {"image", in, "-o", out, "--json", "--quiet"},
      {"image", in, "-o", out, "--backend", "nonsense"},
      {"image", in, "-o", out, "--backend", "simd:nonsense"},
      {"image", in, "-o", out, "--model", "nonsense"},
      {"image", in, "-o", sandbox.Path("out.txt")},
      {"image", in, "-o", sandbox.Path("out.jpg"), "--emit", "cutout"},
      {"net", in, out},
      {"net", in, out, "--model", "general", "--repeat", "0"},
      {"net", in, out, "--model", "nonsense"},
      {"bench", "--format", "nonsense"},
      {"info", "--diff", in},
      {"info", "--diff", in, in, "--tolerance", "nan"},
      {"info", "--tolerance", "1"},
  };
  for (const Names& words : kCases) {
    const Outcome outcome = sandbox.Run(words);
    const std::string command = testing::PrintToString(words);
    EXPECT_EQ(outcome.exit_code, 2) << command;
    EXPECT_EQ(outcome.out, "") << command;
    EXPECT_EQ(Lines(outcome.err), 1u) << command << outcome.err;
    EXPECT_NE(outcome.err.find("--help"), std::string::npos) << command << outcome.err;
  }
  EXPECT_EQ(sandbox.Names(), Names({"in.png"}));
}

TEST(Tool, AnswersBadFilesWithOneLineAndCode1) {
  const Sandbox sandbox;
  const std::string in = sandbox.Path("in.png"), out = sandbox.Path("out.png");
  WritePicture(in, 8, 8);
  WriteFile(sandbox.Path("text.jpg"), Bytes{'t', 'e', 'x', 't'});
  fs::create_directory(sandbox.Path("folder.jpg"));
  const Names before = sandbox.Names();
  const Names kCases[] = {
      {"image", sandbox.Path("text.jpg"), "-o", out},
      {"image", sandbox.Path("absent\nwith\x1B[31m name.jpg"), "-o", out},
      {"image", in, "-o", in},
      {"image", in, "-o", in, "--overwrite"},
      {"image", in, "-o", sandbox.Path("text.jpg")},
      {"image", in, "-o", out, "--background", sandbox.Path("text.jpg")},
      {"image", in, "-o", out, "--background", sandbox.Path("absent.jpg")},
      {"image", in, "-o", out, "--max-pixels", "63"},
      {"image", in, in, "-o", sandbox.Path("text.jpg")},
      {"image", sandbox.Path("text.jpg"), "-o", in, "--background", in, "--overwrite"},
      {"image", sandbox.Path("folder.jpg"), "-o", sandbox.Path("out")},
      {"image", in, "-o", sandbox.Path("absent/out.png")},
      {"image", in, "-o", out, "--model", sandbox.Path("absent.tflite")},
      {"image", in, "-o", out, "--model", sandbox.Path("text.jpg")},
      {"image", in, "-o", out, "--dump", sandbox.Path("text.jpg")},
      {"net", in, sandbox.Path("out.f32"), "--model", "general"},
      {"net", in, in, "--model", "general"},
      {"info", "--diff", sandbox.Path("folder.jpg"), sandbox.Path("folder.jpg")},
      {"info", "--diff", sandbox.Path("absent"), sandbox.Path("folder.jpg")},
  };
  for (const Names& words : kCases) {
    const Outcome outcome = sandbox.Run(words);
    const std::string command = testing::PrintToString(words);
    EXPECT_EQ(outcome.exit_code, 1) << command;
    EXPECT_EQ(outcome.out, "") << command;
    EXPECT_EQ(Lines(outcome.err), 1u) << command << outcome.err;
    EXPECT_EQ(outcome.err.rfind("selfieseg: ", 0), 0u) << outcome.err;
    EXPECT_EQ(sandbox.Names(), before) << command;
  }
}

TEST(Image, WritesWhatIsAskedFor) {
  const Sandbox sandbox;
  WritePicture(sandbox.Path("in.png"), 80, 50);
  struct Case {
    const char* emit;
    const char* out;
    bool alpha;
  };
  for (const Case& row : {Case{"mask", "out.png", false}, Case{"labels", "out.png", false},
                          Case{"mask", "out.jpg", false}, Case{"cutout", "out.png", true},
                          Case{"cutout", "out.webp", true}, Case{"composite", "out.jpg", false}}) {
    const Outcome outcome = sandbox.Run({"image", sandbox.Path("in.png"), "-o",
                                         sandbox.Path(row.out), "--emit", row.emit, "--overwrite"});
    ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
    EXPECT_TRUE(outcome.out.starts_with(sandbox.Path(row.out) + ": 80x50, landscape, decode "))
        << outcome.out;
    EXPECT_EQ(Lines(outcome.out), 1u) << outcome.out;
    const Picture written = ReadPicture(sandbox.Path(row.out));
    EXPECT_EQ(written.width, 80);
    EXPECT_EQ(written.height, 50);
    bool alpha = false;
    for (size_t i = 3; i < written.bytes().size(); i += 4) alpha |= written.bytes()[i] != 255;
    EXPECT_EQ(alpha, row.alpha) << row.emit;
  }
  EXPECT_EQ(sandbox.Names(), Names({"in.png", "out.jpg", "out.png", "out.webp"}));
}

TEST(Image, LabelsAndCutoutAgreeWithTheMask) {
  const Sandbox sandbox;
  WritePicture(sandbox.Path("in.png"), 60, 60);
  for (const char* emit : {"mask", "labels", "cutout"}) {
    ASSERT_EQ(sandbox
                  .Run({"image", sandbox.Path("in.png"), "-o", sandbox.Path(emit), "--emit", emit,
                        "--threshold", "0.2:0.8"})
                  .exit_code,
              0);
  }
  const Picture in = ReadPicture(sandbox.Path("in.png")), mask = ReadPicture(sandbox.Path("mask"));
  const Picture labels = ReadPicture(sandbox.Path("labels"));
  const Picture cutout = ReadPicture(sandbox.Path("cutout"));
  for (size_t i = 0; i < mask.bytes().size(); i += 4) {
    ASSERT_EQ(labels.bytes()[i], mask.bytes()[i] >= 128 ? 255 : 0);
    ASSERT_EQ(cutout.bytes()[i + 3], mask.bytes()[i]);
    if (mask.bytes()[i] != 255) continue;  // soft pixels are cleaned
    ASSERT_TRUE(std::equal(&cutout.bytes()[i], &cutout.bytes()[i] + 3, &in.bytes()[i]));
  }
}

TEST(Image, TakesTheNetworkThatFitsThePicture) {
  const Sandbox sandbox;
  struct Case {
    int width, height;
    const char* model;
  };
  for (const Case& row : {Case{149, 100, "general"}, Case{150, 100, "landscape"},
                          Case{50, 100, "general"}, Case{1, 1, "general"}}) {
    WritePicture(sandbox.Path("in.png"), row.width, row.height);
    const Outcome outcome =
        sandbox.Run({"image", sandbox.Path("in.png"), "-o", "out.png", "--json", "--overwrite"});
    EXPECT_EQ(nlohmann::json::parse(outcome.out)["model"], row.model) << row.width;
  }
}

TEST(Image, JsonHoldsEveryKey) {
  const Sandbox sandbox;
  const std::string in = sandbox.Path("n\xC3\xA4me with\nnewline and \xFF.png");
  WritePicture(in, 20, 20);
  const Outcome outcome =
      sandbox.Run({"image", in, "-o", sandbox.Path("out.png"), "--json", "--emit", "cutout"});
  ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
  const nlohmann::json object = nlohmann::json::parse(outcome.out);
  for (const char* key :
       {"input", "output", "width", "height", "model", "backend", "instruction_set", "person_share",
        "decode_ms", "sample_ms", "network_ms", "mask_ms", "compose_ms", "encode_ms"}) {
    EXPECT_TRUE(object.contains(key)) << key;
  }
  EXPECT_EQ(object["output"], sandbox.Path("out.png"));
  EXPECT_GE(object["person_share"], 0.0);
  EXPECT_LE(object["person_share"], 1.0);
}

TEST(Image, TakesAnyFileName) {
  const Sandbox sandbox;
  for (const char* name :
       {"info", "net", "image", "-x.png", "two words", "\xE4\xBA\xBA.png", "a\nb"}) {
    WritePicture(sandbox.Path(name), 20, 20);
    const Outcome outcome = sandbox.Run({"image", "-o", "out.png", "--", name});
    EXPECT_EQ(outcome.exit_code, 0) << name << outcome.err;
    EXPECT_EQ(Lines(outcome.out), 1u) << outcome.out;
    EXPECT_TRUE(fs::remove(sandbox.Path("out.png"))) << name;
  }
  EXPECT_EQ(sandbox.Run({"image", "info", "-o", "out.png"}).exit_code, 0);
}

TEST(Image, FindsADrawnPersonInEveryQuality) {
  const Sandbox sandbox;
  WriteFile(sandbox.Path("in.png"), EncodePng(DrawPerson(300, 400)));
  const std::vector<std::string> qualities = {"fast", "balanced", "best", "mediapipe"};
  for (const std::string& quality : qualities) {
    for (const char* model : {"general", "landscape"}) {
      const Outcome outcome = sandbox.Run({"image", "in.png", "-o", "out.png", "--overwrite",
                                           "--quality", quality, "--model", model});
      ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
      const Picture mask = ReadPicture(sandbox.Path("out.png"));
      const auto level = [&](int x, int y) { return mask.bytes()[size_t(y * 300 + x) * 4]; };
      EXPECT_GT(level(150, 230), 200) << quality << model;  // the face
      EXPECT_GT(level(150, 380), 200) << quality << model;  // the chest
      EXPECT_LT(level(10, 20), 50) << quality << model;
      EXPECT_LT(level(290, 20), 50) << quality << model;
    }
  }
}

TEST(Image, KeepsAFileThatExistsUnlessTold) {
  const Sandbox sandbox;
  WritePicture(sandbox.Path("in.png"), 20, 20);
  WriteFile(sandbox.Path("out.png"), Bytes{'o', 'l', 'd'});
  const Outcome kept = sandbox.Run({"image", "in.png", "-o", "out.png"});
  EXPECT_EQ(kept.exit_code, 1);
  EXPECT_NE(kept.err.find("--overwrite"), std::string::npos) << kept.err;
  EXPECT_EQ(ReadFile(sandbox.Path("out.png")), (Bytes{'o', 'l', 'd'}));
  EXPECT_EQ(sandbox.Run({"image", "in.png", "-o", "out.png", "--overwrite"}).exit_code, 0);
  EXPECT_EQ(ReadPicture(sandbox.Path("out.png")).width, 20);
}

TEST(Image, ReadsAndWritesStreams) {
  const Sandbox sandbox;
  WritePicture(sandbox.Path("in.png"), 30, 20);
  const Outcome outcome = sandbox.Run({"image", "-", "-o", "-", "--emit", "cutout"}, "in.png");
  EXPECT_EQ(outcome.exit_code, 0);
  EXPECT_EQ(outcome.err, "");
  const Bytes bytes(outcome.out.begin(), outcome.out.end());
  EXPECT_STREQ(FindFormatByContent(bytes)->name, "PNG");
  EXPECT_EQ(DecodePicture(bytes).width, 30);
  EXPECT_EQ(sandbox.Names(), Names({"in.png"}));
}

TEST(Image, AFileCalledLikeAStreamDisturbsNone) {
  const Sandbox sandbox;
  WritePicture(sandbox.Path("in.png"), 30, 20);
  WriteFile(sandbox.Path("-"), Bytes{'t', 'e', 'x', 't'});
  const Outcome outcome = sandbox.Run({"image", "-", "-o", "/dev/stdout"}, "in.png");
  EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
  EXPECT_EQ(DecodePicture(Bytes(outcome.out.begin(), outcome.out.end())).warning, "");
  EXPECT_EQ(ReadFile(sandbox.Path("./-")).size(), 4u);
}

TEST(Image, FormatOverrulesTheName) {
  const Sandbox sandbox;
  WritePicture(sandbox.Path("in.png"), 30, 20);
  ASSERT_EQ(sandbox.Run({"image", "in.png", "-o", "out.png", "--format", "webp"}).exit_code, 0);
  EXPECT_STREQ(FindFormatByContent(ReadFile(sandbox.Path("out.png")))->name, "WebP");
}

TEST(Image, PutsEveryBackgroundBehind) {
  const Sandbox sandbox;
  WritePicture(sandbox.Path("in.png"), 64, 48);  // nobody is on it: all is background
  WritePicture(sandbox.Path("behind.png"), 32, 24);
  struct Case {
    const char* background;
    bool alpha;
  };
  std::vector<Bytes> all;
  for (const Case& row : {Case{"none", true}, Case{"blur", false}, Case{"blur:9", false},
                          Case{"#123456", false}, Case{"behind.png", false}}) {
    const Outcome outcome = sandbox.Run(
        {"image", "in.png", "-o", "out.png", "--background", row.background, "--overwrite"});
    ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
    all.push_back(ReadFile(sandbox.Path("out.png")));
    const Picture out = DecodePicture(all.back());
    EXPECT_EQ(out.bytes()[3], row.alpha ? 0 : 255) << row.background;
    if (row.background[0] == '#') {
      EXPECT_EQ(out.bytes()[1], 0x34);
    }
    for (size_t i = 0; i + 1 < all.size(); ++i) EXPECT_NE(all[i], all.back()) << row.background;
  }
}

TEST(Image, QuietMeansQuiet) {
  const Sandbox sandbox;
  WritePicture(sandbox.Path("in.png"), 20, 20);
  const Outcome outcome =
      sandbox.Run({"image", sandbox.Path("in.png"), "-o", sandbox.Path("out.png"), "--quiet"});
  EXPECT_EQ(outcome.exit_code, 0);
  EXPECT_EQ(outcome.out + outcome.err, "");
}

TEST(Net, WritesTheMaskAndItsSteps) {
  const Sandbox sandbox;
  const std::string in = sandbox.Path("in.f32"), out = sandbox.Path("out.f32");
  WriteFile(in, Bytes(144 * 256 * 3 * sizeof(float)));
  ASSERT_EQ(
      sandbox.Run({"net", in, out, "--model", "landscape", "--dump", sandbox.Path("a")}).exit_code,
      0);
  ASSERT_EQ(
      sandbox.Run({"net", in, out, "--model", "landscape", "--dump", sandbox.Path("b")}).exit_code,
      0);
  const Bytes mask = ReadFile(out);
  EXPECT_EQ(mask.size(), 144u * 256 * sizeof(float));
  EXPECT_EQ(sandbox.Run({"info", "--diff", sandbox.Path("a"), sandbox.Path("b")}).exit_code, 0);

  const auto step = fs::directory_iterator(sandbox.Path("b"))->path();
  Array changed = DecodeNpy(ReadFile(step));
  changed.values[0] += 1e6f;
  WriteFile(step, EncodeNpy(changed.shape, changed.values));
  const Outcome diff = sandbox.Run({"info", "--diff", sandbox.Path("a"), sandbox.Path("b")});
  EXPECT_EQ(diff.exit_code, 1);
  EXPECT_NE(diff.out.find("first that differs: " + step.stem().string()), std::string::npos)
      << diff.out;
}

TEST(Net, RepeatsAndTimes) {
  const Sandbox sandbox;
  WriteFile(sandbox.Path("in.f32"), Bytes(256 * 256 * 3 * sizeof(float)));
  const Outcome outcome = sandbox.Run({"net", sandbox.Path("in.f32"), sandbox.Path("out.f32"),
                                       "--model", "general", "--repeat", "3", "--json"});
  ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
  const nlohmann::json object = nlohmann::json::parse(outcome.out);
  EXPECT_EQ(object["repeat"], 3);
  EXPECT_GT(object["best_ms"], 0.0);
  EXPECT_GE(object["median_ms"], object["best_ms"]);
}

TEST(Bench, MeasuresTheNetworkAndAFrame) {
  const Sandbox sandbox;
  const Outcome outcome = sandbox.Run(
      {"bench", "--repeat", "2", "--size", "320x180", "--format", "bgr", "--stages", "--json"});
  ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
  const nlohmann::json report = nlohmann::json::parse(outcome.out);
  for (const char* key : {"cpu_target", "fma_peak_gmacs", "net_min_ms", "net_median_ms",
                          "net_p95_ms", "share_of_peak", "stages", "frame_median_ms"}) {
    EXPECT_TRUE(report.contains(key)) << key;
  }
  EXPECT_GT(report["stages"].size(), 8u);
  EXPECT_GT(report["person_share"], 0.1);
  EXPECT_EQ(report["stages"][3]["name"], "compose");
  EXPECT_TRUE(report["stages"][3].contains("median_ms"));
  for (const Names& words : std::vector<Names>{
           {"--size", "wide"}, {"--size", "0x5"}, {"--size", "5x"}, {"--dump", "x"}}) {
    Names all = {"bench"};
    all.insert(all.end(), words.begin(), words.end());
    EXPECT_EQ(sandbox.Run(all).exit_code, 2) << words[1];
  }
}

TEST(Info, DescribesTheBuild) {
  const Sandbox sandbox;
  EXPECT_EQ(sandbox.Run({"info"}).exit_code, 0);
  const nlohmann::json about = nlohmann::json::parse(sandbox.Run({"info", "--json"}).out);
  EXPECT_EQ(about["version"], selfieseg_version());
  ASSERT_EQ(about["networks"].size(), 2u);
  EXPECT_EQ(about["networks"][1]["height"], 144);
  EXPECT_EQ(about["networks"][1]["sha256"].get<std::string>().size(), 64u);
}

}  // namespace
}  // namespace selfieseg::cli
