// What `selfieseg video` leaves when it cannot go on: a whole clip or none, and nothing else.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <thread>

#include "cli/clip_maker.h"
#include "cli/files.h"
#include "cli/video_fixture.h"

namespace selfieseg::cli {
namespace {

namespace fs = std::filesystem;

TEST_F(Video, AFullDiskLeavesNothing) {
  ClipRecipe recipe;
  recipe.milliseconds = EvenTimes(60);
  Make("in.mp4", recipe);
  const Names raw = {"--codec", "rawvideo", "--format", "mkv"};
  Names full = {"in.mp4", "-o", "/dev/full"};
  full.insert(full.end(), raw.begin(), raw.end());
  ExpectRefusal(1, full, "'/dev/full': cannot be written: No space left on device");

  fs::create_directory(sandbox_.Path("disk"));
  const bool own = unshare(CLONE_NEWNS) == 0 || unshare(CLONE_NEWUSER | CLONE_NEWNS) == 0;
  if (!own || mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0 ||
      mount("none", sandbox_.Path("disk").c_str(), "tmpfs", 0, "size=512k") != 0) {
    GTEST_SKIP() << "a small disk cannot be mounted here";
  }
  for (const char* out : {"disk/o.mkv", "disk/o.mp4", "disk/frames/"}) {
    const std::string codec = std::string(out) == "disk/o.mkv" ? "rawvideo" : "png";
    const Outcome outcome = TryRun({"in.mp4", "-o", out, "--codec", codec});
    EXPECT_EQ(outcome.exit_code, 1) << out;
    EXPECT_NE(outcome.err.find("cannot be written: No space left on device"), std::string::npos)
        << outcome.err;
    EXPECT_EQ(sandbox_.Names("disk"), Names()) << out;
  }
  umount(sandbox_.Path("disk").c_str());
}

// Some of a file of this folder that has no name yet, or one of its own.
void WaitUntilWritten(pid_t process, const std::string& folder) {
  const auto written = [&] {
    std::error_code ignored;  // what is open changes
    for (const auto& entry :
         fs::directory_iterator("/proc/" + std::to_string(process) + "/fd", ignored)) {
      const std::string name = fs::read_symlink(entry.path(), ignored);
      const bool pending = name.starts_with(folder + "/") &&
                           (name.ends_with(" (deleted)") || name.ends_with(".tmp"));
      const uintmax_t size = pending ? fs::file_size(entry.path(), ignored) : 0;
      if (!ignored && size > 20'000) return true;
    }
    return false;
  };
  while (!written()) std::this_thread::sleep_for(std::chrono::milliseconds(5));
}

TEST_F(Video, AnInterruptionEndsTheClipWhereItIs) {
  ClipRecipe recipe;
  recipe.milliseconds = EvenTimes(4000);
  recipe.sound = "aac";
  Make("in.mp4", recipe);
  const Sandbox::Child child =
      sandbox_.Start({SELFIESEG_TOOL, "video", "in.mp4", "-o", "out.mkv", "--quality", "fast"});
  WaitUntilWritten(child.process, fs::canonical(sandbox_.Path(".")));
  kill(child.process, SIGINT);
  const Outcome outcome = Sandbox::Wait(child);
  EXPECT_EQ(outcome.exit_code, 128 + SIGINT);
  EXPECT_NE(outcome.err.find("'out.mkv': interrupted; it holds the first "), std::string::npos)
      << outcome.err;
  EXPECT_EQ(sandbox_.Names(), Names({"in.mp4", "out.mkv"}));
  const FoundClip out = Find("out.mkv");
  EXPECT_GT(out.frames.size(), 10u);
  EXPECT_LT(out.frames.size(), 4000u);
  EXPECT_EQ(out.sound, "aac");
}

TEST_F(Video, EndedAtOnceLeavesNothing) {
  ClipRecipe recipe;
  recipe.milliseconds = EvenTimes(4000);
  Make("in.mp4", recipe);
  WriteFile(sandbox_.Path("out.mkv"), Bytes{'o', 'l', 'd'});
  if (!sandbox_.HoldsNamelessFiles()) GTEST_SKIP() << "this file system gives every file a name";
  const Sandbox::Child child = sandbox_.Start(
      {SELFIESEG_TOOL, "video", "in.mp4", "-o", "out.mkv", "--codec", "rawvideo", "--overwrite"});
  WaitUntilWritten(child.process, fs::canonical(sandbox_.Path(".")));
  kill(child.process, SIGKILL);
  EXPECT_EQ(Sandbox::Wait(child).exit_code, 128 + SIGKILL);
  EXPECT_EQ(sandbox_.Names(), Names({"in.mp4", "out.mkv"}));
  EXPECT_EQ(ReadFile(sandbox_.Path("out.mkv")), (Bytes{'o', 'l', 'd'}));
}

TEST_F(Video, AnInterruptionEndsTheWaitForAPipe) {
  const std::string pipe = sandbox_.Path("pipe");
  ASSERT_EQ(mkfifo(pipe.c_str(), 0600), 0);
  const int silent = open(pipe.c_str(), O_RDWR | O_CLOEXEC);
  const Sandbox::Child child = sandbox_.Start({SELFIESEG_TOOL, "video", "-", "-o", "o.mkv"}, pipe);
  const std::string maps = "/proc/" + std::to_string(child.process) + "/maps";
  const auto opens = [&] {
    const Bytes text = ReadFile(maps);
    return std::string(text.begin(), text.end()).find("selfieseg-video.so") != std::string::npos;
  };
  while (!opens()) std::this_thread::sleep_for(std::chrono::milliseconds(5));
  std::this_thread::sleep_for(std::chrono::milliseconds(200));
  kill(child.process, SIGTERM);
  siginfo_t ended = {};
  for (int i = 0; i < 1000 && ended.si_pid == 0; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    waitid(P_PID, id_t(child.process), &ended, WEXITED | WNOHANG | WNOWAIT);
  }
  if (ended.si_pid == 0) kill(child.process, SIGKILL);
  EXPECT_EQ(Sandbox::Wait(child).exit_code, 128 + SIGTERM);
  close(silent);
  EXPECT_EQ(sandbox_.Names(), Names({"pipe"}));
}

TEST_F(Video, ResultsAreSafeWhereStandardStreamsAreClosed) {
  Make("in.mp4", {.width = 161, .height = 127});
  for (const std::string closed : {"2>&-", ">&-", "<&- >&- 2>&-"}) {
    const std::string command = "\"$0\" video in.mp4 -o out.mp4 --overwrite " + closed;
    Sandbox::Wait(sandbox_.Start({"sh", "-c", command, SELFIESEG_TOOL}));  // has something to say
    EXPECT_EQ(Find("out.mp4").frames.size(), 10u) << closed;
    fs::remove(sandbox_.Path("out.mp4"));
  }
}

}  // namespace
}  // namespace selfieseg::cli
