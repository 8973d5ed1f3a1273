// Many pictures at once, as users meet it: folders, faults among good pictures, files that are in
// the way, interruption, and memory that does not grow.
#include <gtest/gtest.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <random>
#include <sstream>
#include <thread>

#include "cli/batch.h"
#include "cli/files.h"
#include "cli/io/jpeg.h"
#include "cli/io/png.h"
#include "cli/picture.h"
#include "cli/sandbox.h"

namespace selfieseg::cli {
namespace {

namespace fs = std::filesystem;
using Names = std::vector<std::string>;

// What no format can compress. Nobody is on it.
Picture Noise(int width, int height, unsigned seed = 1) {
  Picture picture = NewPicture(SELFIESEG_RGBA, width, height);
  std::mt19937 random(seed);
  for (uint8_t& byte : picture.bytes()) byte = uint8_t(random());
  picture.opaque = true;
  return picture;
}

// photos/: two good pictures, one of them in a folder in it, one that is damaged, and a text.
class Photos : public testing::Test {
 protected:
  void SetUp() override {
    fs::create_directories(sandbox_.Path("photos/trip"));
    WriteFile(sandbox_.Path("photos/a.png"), EncodePng(Noise(40, 30)));
    WriteFile(sandbox_.Path("photos/trip/b"), EncodeJpeg(Noise(30, 40)));  // known by its content
    Bytes cut = EncodePng(Noise(50, 50));
    cut.resize(cut.size() / 2);
    WriteFile(sandbox_.Path("photos/broken.png"), cut);
    WriteFile(sandbox_.Path("photos/notes.txt"), Bytes{'h', 'i'});
  }

  const Sandbox sandbox_;
};

TEST_F(Photos, AFolderIsMadeButForItsFaults) {
  const Outcome outcome = sandbox_.Run({"image", "photos", "-o", "out", "--recursive"});
  EXPECT_EQ(outcome.exit_code, 1);
  EXPECT_TRUE(outcome.out.starts_with("2 of 3 pictures written to out in ")) << outcome.out;
  EXPECT_NE(outcome.out.find("; 1 others ignored"), std::string::npos) << outcome.out;
  EXPECT_TRUE(outcome.err.starts_with("selfieseg: 'photos/broken.png': cannot be decoded as PNG"))
      << outcome.err;
  EXPECT_EQ(std::count(outcome.err.begin(), outcome.err.end(), '\n'), 1) << outcome.err;
  EXPECT_EQ(sandbox_.Names("out"), Names({"a.png", "trip"}));
  EXPECT_EQ(sandbox_.Names("out/trip"), Names({"b.png"}));
}

TEST_F(Photos, WithoutRecursiveOnlyTheFolderItself) {
  sandbox_.Run({"image", "photos", "-o", "out"});
  EXPECT_EQ(sandbox_.Names("out"), Names({"a.png"}));
}

TEST_F(Photos, ACompositeKeepsTheFormat) {
  sandbox_.Run({"image", "photos", "-o", "out", "-r", "--background", "blur"});
  EXPECT_EQ(sandbox_.Names("out/trip"), Names({"b.jpg"}));
  EXPECT_STREQ(FindFormatByContent(ReadFile(sandbox_.Path("out/trip/b.jpg")))->name, "JPEG");
}

TEST_F(Photos, JsonHasALineForEachInOrder) {
  const Outcome outcome = sandbox_.Run({"image", "photos", "-o", "out", "-r", "--json", "-j", "4"});
  EXPECT_EQ(outcome.exit_code, 1);
  std::istringstream lines(outcome.out);
  Names inputs;
  for (std::string line; std::getline(lines, line);) {
    const nlohmann::json object = nlohmann::json::parse(line);
    inputs.push_back(object["input"]);
    EXPECT_EQ(object.contains("error"), inputs.back() == "photos/broken.png");
    EXPECT_EQ(object.contains("output"), inputs.back() != "photos/broken.png");
  }
  EXPECT_EQ(inputs, Names({"photos/a.png", "photos/broken.png", "photos/trip/b"}));
}

TEST_F(Photos, WhatExistsIsKeptAndCounted) {
  sandbox_.Run({"image", "photos", "-o", "out"});
  WriteFile(sandbox_.Path("out/a.png"), Bytes{'o', 'l', 'd'});
  const Outcome again = sandbox_.Run({"image", "photos", "-o", "out"});
  EXPECT_EQ(again.exit_code, 1);
  EXPECT_NE(again.err.find("1 results exist already"), std::string::npos) << again.err;
  EXPECT_EQ(ReadFile(sandbox_.Path("out/a.png")), (Bytes{'o', 'l', 'd'}));
  sandbox_.Run({"image", "photos", "-o", "out", "--overwrite"});
  EXPECT_EQ(ReadPicture(sandbox_.Path("out/a.png")).width, 40);
}

TEST_F(Photos, NoTwoResultsHaveOneName) {
  WriteFile(sandbox_.Path("photos/a.jpg"), EncodeJpeg(Noise(20, 20)));
  const Outcome outcome = sandbox_.Run({"image", "photos/a.jpg", "photos/a.png", "-o", "out"});
  EXPECT_EQ(outcome.exit_code, 1);
  EXPECT_NE(outcome.err.find("'photos/a.png': its result would be 'out/a.png', as that of "
                             "'photos/a.jpg'"),
            std::string::npos)
      << outcome.err;
  EXPECT_EQ(ReadPicture(sandbox_.Path("out/a.png")).width, 20);
}

TEST_F(Photos, NoInputIsEverReplaced) {
  const Bytes before = ReadFile(sandbox_.Path("photos/a.png"));
  WriteFile(sandbox_.Path("photos/c.jpg"), EncodeJpeg(Noise(20, 20)));
  fs::create_symlink("a.png", sandbox_.Path("photos/c.png"));  // leads to an input
  const Outcome outcome = sandbox_.Run({"image", "photos", "-o", "photos", "--overwrite"});
  EXPECT_EQ(outcome.exit_code, 1);
  EXPECT_NE(outcome.err.find("'photos/a.png', which is an input"), std::string::npos)
      << outcome.err;
  EXPECT_EQ(ReadFile(sandbox_.Path("photos/a.png")), before);
}

TEST_F(Photos, EarlierResultsInsideAreNoInputs) {
  sandbox_.Run({"image", "photos", "-o", "photos/out", "-r"});
  const Outcome again = sandbox_.Run({"image", "photos", "-o", "photos/out", "-r", "--overwrite"});
  EXPECT_TRUE(again.out.starts_with("2 of 3 ")) << again.out;
}

TEST_F(Photos, AFolderThatCannotBeReadIsOneOfTheFaults) {
  if (geteuid() != 0) GTEST_SKIP() << "needs root, to become somebody who may not read it";
  fs::permissions(sandbox_.Path("photos/trip"), fs::perms::none);
  fs::permissions(sandbox_.Path("."), fs::perms::all);
  fs::copy_file(SELFIESEG_TOOL, sandbox_.Path("tool"));
  const Outcome outcome =
      Sandbox::Wait(sandbox_.Start({"setpriv", "--reuid=65534", "--regid=65534", "--clear-groups",
                                    "./tool", "image", "photos", "-o", "out", "-r"}));
  EXPECT_EQ(outcome.exit_code, 1);
  EXPECT_NE(outcome.err.find("'photos/trip': cannot be read: Permission denied"), std::string::npos)
      << outcome.err;
  EXPECT_EQ(sandbox_.Names("out"), Names({"a.png"}));
  fs::permissions(sandbox_.Path("photos/trip"), fs::perms::all);

  fs::create_directory(sandbox_.Path("theirs"));  // root's: nothing can be written there
  const Outcome refused =
      Sandbox::Wait(sandbox_.Start({"setpriv", "--reuid=65534", "--regid=65534", "--clear-groups",
                                    "./tool", "image", "photos/a.png", "-o", "theirs/a.png"}));
  EXPECT_EQ(refused.exit_code, 1);
  EXPECT_NE(refused.err.find("'theirs/a.png': cannot be written: Permission denied"),
            std::string::npos)
      << refused.err;
}

TEST(Batch, ResultsDoNotDependOnTheNumberOfJobs) {
  const Sandbox sandbox;
  fs::create_directory(sandbox.Path("in"));
  for (int i = 0; i < 12; ++i) {
    const std::string name = "in/" + std::to_string(i) + ".png";
    WriteFile(sandbox.Path(name), EncodePng(Noise(60 + 37 * (i % 5), 50, unsigned(i))));
  }
  for (const char* jobs : {"1", "4"}) {
    ASSERT_EQ(sandbox.Run({"image", "in", "-o", jobs, "--emit", "cutout", "-j", jobs}).exit_code,
              0);
  }
  for (const std::string& name : sandbox.Names("in")) {
    EXPECT_EQ(ReadFile(sandbox.Path("1/" + name)), ReadFile(sandbox.Path("4/" + name))) << name;
  }
}

#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)  // they take all addresses
TEST(Batch, FewThreadsDoTheWorkOfMany) {
  rlimit before;
  getrlimit(RLIMIT_AS, &before);
  size_t pages = 0;
  std::ifstream("/proc/self/statm") >> pages;
  const rlimit small = {pages * size_t(sysconf(_SC_PAGESIZE)) + (40 << 20), before.rlim_max};
  setrlimit(RLIMIT_AS, &small);  // a thread has 8 MiB for its stack
  std::vector<size_t> told;
  EXPECT_NO_THROW(RunInOrder(
      200, 64, [&](size_t, size_t i) -> Tell { return [&told, i] { told.push_back(i); }; }));
  setrlimit(RLIMIT_AS, &before);
  EXPECT_EQ(told.size(), 200u);
}
#endif

TEST(Batch, OfTwoCommandsForOneNameOneWins) {
  const Sandbox sandbox;
  WriteFile(sandbox.Path("in.png"), EncodePng(Noise(300, 300)));
  for (int round = 0; round < 5; ++round) {
    const std::string out = std::to_string(round) + ".png";
    std::vector<Sandbox::Child> children;
    for (int i = 0; i < 6; ++i) {
      children.push_back(sandbox.Start({SELFIESEG_TOOL, "image", "in.png", "-o", out}));
    }
    int winners = 0;
    for (const Sandbox::Child& child : children) winners += Sandbox::Wait(child).exit_code == 0;
    EXPECT_EQ(winners, 1);
    EXPECT_EQ(ReadPicture(sandbox.Path(out)).width, 300);
  }
  EXPECT_EQ(sandbox.Names().size(), 6u);  // nothing else is left
}

TEST(Batch, InterruptedLeavesWholeFilesOnly) {
  const Sandbox sandbox;
  fs::create_directory(sandbox.Path("in"));
  WriteFile(sandbox.Path("in/0000.png"), EncodePng(Noise(500, 400)));
  for (int i = 1; i < 3000; ++i) {
    fs::create_hard_link(sandbox.Path("in/0000.png"),
                         sandbox.Path("in/" + std::to_string(10000 + i) + ".png"));
  }
  for (const int number : {SIGINT, SIGTERM}) {
    const std::string out = "out" + std::to_string(number);
    const Sandbox::Child child =
        sandbox.Start({SELFIESEG_TOOL, "image", "in", "-o", out, "--emit", "cutout", "-j", "3"});
    while (!fs::exists(sandbox.Path(out)) || sandbox.Names(out).size() < 8) {
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    kill(child.process, number);
    const Outcome outcome = Sandbox::Wait(child);
    EXPECT_EQ(outcome.exit_code, 128 + number);
    EXPECT_NE(outcome.out.find("; interrupted"), std::string::npos) << outcome.out;
    const Names names = sandbox.Names(out);
    EXPECT_LT(names.size(), 3000u);
    for (const std::string& name : names) {
      EXPECT_TRUE(name.ends_with(".png")) << name;
      EXPECT_EQ(ReadPicture(sandbox.Path(out + "/" + name)).warning, "");
    }
  }
}

TEST(Batch, AFullDiskLeavesNothingHalfWritten) {
  const Sandbox sandbox;
  fs::create_directory(sandbox.Path("disk"));
  const bool own = unshare(CLONE_NEWNS) == 0 || unshare(CLONE_NEWUSER | CLONE_NEWNS) == 0;
  if (!own || mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0 ||
      mount("none", sandbox.Path("disk").c_str(), "tmpfs", 0, "size=256k") != 0) {
    GTEST_SKIP() << "a small disk cannot be mounted here";
  }
  WriteFile(sandbox.Path("big.png"), EncodePng(Noise(900, 900)));
  WriteFile(sandbox.Path("small.png"), EncodePng(Noise(90, 90)));
  // Nobody is on them, so all of the noise behind is seen.
  const Outcome outcome = sandbox.Run(
      {"image", "big.png", "small.png", "-o", "disk", "--background", "big.png", "-j", "1"});
  EXPECT_EQ(outcome.exit_code, 1);
  EXPECT_EQ(outcome.err, "selfieseg: 'disk/big.png': cannot be written: No space left on device\n");
  EXPECT_EQ(sandbox.Names("disk"), Names({"small.png"}));
  umount(sandbox.Path("disk").c_str());
}

// Ten thousand names of one file.
TEST(Batch, MemoryDoesNotGrowWithTheNumberOfPictures) {
  const Sandbox sandbox;
  WriteFile(sandbox.Path("tiny.png"), EncodePng(Noise(8, 8)));
  const auto peak = [&](int count) {
    const std::string in = "in" + std::to_string(count), out = "out" + std::to_string(count);
    fs::create_directory(sandbox.Path(in));
    for (int i = 0; i < count; ++i) {
      fs::create_hard_link(sandbox.Path("tiny.png"),
                           sandbox.Path(in + "/" + std::to_string(i) + ".png"));
    }
    const Outcome outcome = sandbox.Run({"image", in, "-o", out, "--quality", "fast"});
    EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
    EXPECT_EQ(sandbox.Names(out).size(), size_t(count));
    return outcome.peak_kilobytes;
  };
  const long few = peak(200);
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  EXPECT_GT(few, 0);
  peak(1000);
#else
  EXPECT_LT(peak(10000) - few, 12 * 1024);  // the plan holds names
#endif
}

}  // namespace
}  // namespace selfieseg::cli
