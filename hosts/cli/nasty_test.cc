// The tool against a collection of odd and bad pictures and clips, judged by the collection's own
// table.
// Skipped without it.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <span>
#include <sstream>

#include "cli/picture.h"
#include "cli/sandbox.h"

namespace selfieseg::cli {
namespace {

namespace fs = std::filesystem;

struct Nasty {
  std::string file, verdict, row;  // the verdict of the table; the whole row
};

constexpr std::string_view kPictures[] = {".jpg", ".JPG", ".png", ".webp",
                                          ".gif", ".bmp", ".tif", ""};  // no_extension
const std::string kFolder = SELFIESEG_TESTDATA "/data/nasty/";

constexpr std::string_view kClips[] = {".mp4", ".avi", ".webm", ".ts", ".y4m", ".h264"};

// The rows about files with these extensions.
std::vector<Nasty> NastyFiles(std::span<const std::string_view> extensions) {
  std::vector<Nasty> files;
  std::ifstream table(kFolder + "index.csv");
  for (std::string row; std::getline(table, row);) {
    std::istringstream fields(row);
    Nasty nasty{"", "", row};
    std::getline(fields, nasty.file, ',');
    std::getline(fields, nasty.verdict, ',');
    const std::string extension = fs::path(nasty.file).extension();
    if (std::ranges::count(extensions, extension) > 0) files.push_back(nasty);
  }
  return files;
}

std::vector<Nasty> NastyPictures() { return NastyFiles(kPictures); }

// How many frames FFmpeg's own tool found, as the row says at its end.
int FramesOf(const Nasty& nasty) {
  const size_t comma = nasty.row.rfind(", ");
  return comma == std::string::npos ? 0 : std::atoi(nasty.row.c_str() + comma + 2);
}

constexpr double kSame = 0.98;  // other compression moves the edge by a pixel or two

// Whether the mask must be that of base_upright.jpg.
bool ShowsTheBase(const Nasty& nasty) {
  const bool turned =
      nasty.file.starts_with("exif_") && nasty.file.size() == sizeof("exif_1.jpg") - 1;
  return turned || (nasty.row.find("must be close to that of base") != std::string::npos &&
                    nasty.row.find("may differ more") == std::string::npos);
}

// The share of pixels that two masks, read as RGBA, put into the same class.
double Agreement(const Picture& a, const Picture& b) {
  size_t same = 0;
  for (size_t i = 0; i < a.bytes().size(); i += 4) {
    same += (a.bytes()[i] >= 128) == (b.bytes()[i] >= 128);
  }
  return 4 * double(same) / double(a.bytes().size());
}

class NastyTest : public testing::Test {
 protected:
  void SetUp() override {
    if (NastyPictures().empty()) GTEST_SKIP() << "no pictures in " << kFolder;
    fs::create_directory(
        sandbox_.Path("dir_named.jpg"));  // the two that the collection cannot hold
    fs::create_symlink("absent", sandbox_.Path("broken_link.jpg"));
  }

  std::string Find(const std::string& file) const {
    const bool own = file == "dir_named.jpg" || file == "broken_link.jpg";
    return own ? sandbox_.Path(file) : kFolder + file;
  }

  Outcome MakeMask(const std::string& file, const std::string& mask) const {
    return sandbox_.Run({"image", Find(file), "-o", sandbox_.Path(mask), "--overwrite"});
  }

  static void ExpectRefusal(const Outcome& outcome, const std::string& file) {
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)  // which need much themselves
    EXPECT_LT(outcome.peak_kilobytes, 300 * 1024);
#endif
    EXPECT_EQ(outcome.exit_code, 1);
    EXPECT_EQ(outcome.out, "");
    EXPECT_EQ(std::count(outcome.err.begin(), outcome.err.end(), '\n'), 1) << outcome.err;
    EXPECT_NE(outcome.err.find(file), std::string::npos) << outcome.err;
  }

  const Sandbox sandbox_;
};

TEST_F(NastyTest, BadPicturesAreRefusedInOneLine) {
  const std::vector<std::string> before = sandbox_.Names();
  for (const Nasty& nasty : NastyPictures()) {
    if (nasty.verdict != "must be refused") continue;
    SCOPED_TRACE(nasty.row);
    ExpectRefusal(MakeMask(nasty.file, "mask.png"), nasty.file);
    EXPECT_EQ(sandbox_.Names(), before);
  }
}

TEST_F(NastyTest, OddPicturesGetAMaskOfTheirSize) {
  ASSERT_EQ(MakeMask("base_upright.jpg", "base.png").exit_code, 0);
  const Picture base = ReadPicture(sandbox_.Path("base.png"));
  for (const Nasty& nasty : NastyPictures()) {
    if (nasty.verdict != "must work") continue;
    SCOPED_TRACE(nasty.row);
    const Outcome outcome = MakeMask(nasty.file, "mask.png");
    ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
    const Picture picture = ReadPicture(Find(nasty.file));
    const Picture mask = ReadPicture(sandbox_.Path("mask.png"));
    EXPECT_EQ(mask.width, picture.width);
    EXPECT_EQ(mask.height, picture.height);
    if (ShowsTheBase(nasty)) {
      ASSERT_EQ(mask.stride(), base.stride());
      EXPECT_GT(Agreement(mask, base), kSame);
    }
  }
}

TEST_F(NastyTest, DoubtfulPicturesAreReadOrRefusedWhole) {
  for (const Nasty& nasty : NastyPictures()) {
    if (nasty.verdict != "either") continue;
    SCOPED_TRACE(nasty.row);
    const Outcome outcome = MakeMask(nasty.file, "mask.png");
    const bool written = fs::remove(sandbox_.Path("mask.png"));
    EXPECT_EQ(written, outcome.exit_code == 0);
    if (!written) ExpectRefusal(outcome, nasty.file);
    std::printf("%-28s %s", nasty.file.c_str(), written ? "read\n" : outcome.err.c_str());
  }
}

TEST_F(NastyTest, OtherKindsOfFileGiveTheSameMask) {
  ASSERT_EQ(MakeMask("base_upright.jpg", "base.png").exit_code, 0);
  for (const char* file : {"jpg_cmyk.jpg", "still.webp"}) {
    ASSERT_EQ(MakeMask(file, "mask.png").exit_code, 0) << file;
    EXPECT_GT(
        Agreement(ReadPicture(sandbox_.Path("mask.png")), ReadPicture(sandbox_.Path("base.png"))),
        kSame)
        << file;
  }
}

class NastyVideo : public NastyTest {
 protected:
  void SetUp() override {
    NastyTest::SetUp();
    if (!SELFIESEG_VIDEO) GTEST_SKIP() << "this build has no FFmpeg";
  }

  Outcome MakeClip(const std::string& file) const {
    return sandbox_.Run(
        {"video", Find(file), "-o", "out.mp4", "--codec", "mpeg4", "--quality", "fast", "--json"});
  }
};

TEST_F(NastyVideo, BadClipsAreRefusedInOneLine) {
  const std::vector<std::string> before = sandbox_.Names();
  for (const Nasty& nasty : NastyFiles(kClips)) {
    if (nasty.verdict != "must be refused") continue;
    SCOPED_TRACE(nasty.row);
    ExpectRefusal(MakeClip(nasty.file), nasty.file);
    EXPECT_EQ(sandbox_.Names(), before);
  }
}

TEST_F(NastyVideo, OddClipsKeepAllTheirFrames) {
  for (const Nasty& nasty : NastyFiles(kClips)) {
    if (nasty.verdict != "must work") continue;
    SCOPED_TRACE(nasty.row);
    const Outcome outcome = MakeClip(nasty.file);
    ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
    const nlohmann::json report = nlohmann::json::parse(outcome.out);
    EXPECT_EQ(report["frames"], FramesOf(nasty));
    EXPECT_EQ(report["in"]["rotation_degrees"], report["out"]["rotation_degrees"]);
    const double frame_seconds = 1 / report["in"]["rate_fps"].get<double>();
    EXPECT_NEAR(report["duration_s"], report["in"]["duration_s"], frame_seconds);
    EXPECT_TRUE(fs::remove(sandbox_.Path("out.mp4")));
  }
}

TEST_F(NastyVideo, DoubtfulClipsAreReadOrRefusedWhole) {
  for (const Nasty& nasty : NastyFiles(kClips)) {
    if (nasty.verdict != "either") continue;
    SCOPED_TRACE(nasty.row);
    const Outcome outcome = MakeClip(nasty.file);
    const bool written = fs::remove(sandbox_.Path("out.mp4"));
    EXPECT_EQ(written, outcome.exit_code == 0);
    if (written) {
      EXPECT_EQ(nlohmann::json::parse(outcome.out)["frames"], FramesOf(nasty));
    } else {
      ExpectRefusal(outcome, nasty.file);
    }
  }
}

}  // namespace
}  // namespace selfieseg::cli
