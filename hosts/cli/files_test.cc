// Files are replaced whole or not at all, and never leave anything beside them.
#include "cli/files.h"

#include <gtest/gtest.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <filesystem>
#include <thread>

#include "cli/failure.h"
#include "cli/sandbox.h"

namespace selfieseg::cli {
namespace {

namespace fs = std::filesystem;
using Names = std::vector<std::string>;

TEST(WriteFile, LeavesTheFileAndNothingElse) {
  const Sandbox sandbox;
  for (const Bytes& bytes : {Bytes{1, 2, 3}, Bytes{4}}) {
    WriteFile(sandbox.Path("x"), bytes);
    EXPECT_EQ(ReadFile(sandbox.Path("x")), bytes);
    EXPECT_EQ(sandbox.Names(), Names({"x"}));
  }
}

TEST(WriteFile, OfManyWritersThatKeepOneWins) {
  const Sandbox sandbox;
  for (int round = 0; round < 100; ++round) {
    const std::string path = sandbox.Path(std::to_string(round));
    std::atomic<int> winners = 0;
    std::vector<std::jthread> threads;
    for (int i = 0; i < 8; ++i) {
      threads.emplace_back([&] {
        try {
          WriteFile(path, Bytes(100, 7), Existing::kKeep);
          ++winners;
        } catch (const ExistsFailure&) {
        }
      });
    }
    threads.clear();
    ASSERT_EQ(winners, 1) << "round " << round;
  }
}

TEST(WriteFile, TakesAnyName) {
  const Sandbox sandbox;
  for (const std::string name : {"two words", "\xE4\xBA\xBA", "a\nb", "-o", "\xFF"}) {
    WriteFile(sandbox.Path(name), Bytes{7});
    EXPECT_EQ(ReadFile(sandbox.Path(name)), Bytes{7}) << name;
  }
  const std::string longest(255, 'x');  // of what file systems allow
  WriteFile(sandbox.Path(longest), Bytes{7});
  EXPECT_EQ(sandbox.Names().size(), 6u);
}

TEST(CheckOutput, SeesALinkThatLeadsNowhere) {
  const Sandbox sandbox;
  fs::create_symlink("absent", sandbox.Path("link"));
  EXPECT_THROW(CheckOutput(sandbox.Path("link"), Existing::kKeep), ExistsFailure);
  EXPECT_NO_THROW(CheckOutput(sandbox.Path("link"), Existing::kReplace));
}

TEST(WriteFile, KeepsALinkAndThePermissions) {
  const Sandbox sandbox;
  WriteFile(sandbox.Path("private"), Bytes{1});
  fs::permissions(sandbox.Path("private"), fs::perms::owner_read | fs::perms::owner_write);
  fs::create_symlink("private", sandbox.Path("link"));
  WriteFile(sandbox.Path("link"), Bytes{2});
  EXPECT_TRUE(fs::is_symlink(sandbox.Path("link")));
  EXPECT_EQ(ReadFile(sandbox.Path("private")), Bytes{2});
  EXPECT_EQ(fs::status(sandbox.Path("private")).permissions(),
            fs::perms::owner_read | fs::perms::owner_write);
}

TEST(WriteFile, WritesToADeviceWithoutReplacingIt) {
  WriteFile("/dev/null", Bytes{1});
  EXPECT_TRUE(fs::is_character_file("/dev/null"));
}

TEST(WriteFile, RefusesWhatIsNoPlaceForAFile) {
  const Sandbox sandbox;
  fs::create_directory(sandbox.Path("folder"));
  WriteFile(sandbox.Path("file"), Bytes{1});
  for (const char* name : {"folder", "absent/x", "file/x", "file/x/y", "folder/"}) {
    EXPECT_THROW(CheckOutput(sandbox.Path(name)), Failure) << name;
    EXPECT_THROW(WriteFile(sandbox.Path(name), Bytes{1}), Failure) << name;
  }
  EXPECT_EQ(sandbox.Names(), Names({"file", "folder"}));
}

TEST(WriteFile, KeepsTheOldFileWhenThereIsNoRoom) {
  const Sandbox sandbox;
  WriteFile(sandbox.Path("x"), Bytes{1});
  rlimit before;
  getrlimit(RLIMIT_FSIZE, &before);
  const rlimit small = {1000, before.rlim_max};
  const auto handler = std::signal(SIGXFSZ, SIG_IGN);
  setrlimit(RLIMIT_FSIZE, &small);
  EXPECT_THROW(WriteFile(sandbox.Path("x"), Bytes(2000)), Failure);
  setrlimit(RLIMIT_FSIZE, &before);
  std::signal(SIGXFSZ, handler);
  EXPECT_EQ(ReadFile(sandbox.Path("x")), Bytes{1});
  EXPECT_EQ(sandbox.Names(), Names({"x"}));
}

TEST(PendingFile, HasNoNameBeforeItIsWhole) {
  const Sandbox sandbox;
  if (!sandbox.HoldsNamelessFiles()) GTEST_SKIP() << "this file system gives every file a name";
  for (const char* name : {"new", "old"}) {
    if (name == std::string("old")) WriteFile(sandbox.Path(name), Bytes{1, 1});
    const Names before = sandbox.Names();
    PendingFile file(sandbox.Path(name), Existing::kReplace);
    ASSERT_EQ(write(file.descriptor(), "x", 1), 1);
    EXPECT_EQ(ReadFile(file.temporary()), Bytes{'x'});
    EXPECT_EQ(sandbox.Names(), before);
    file.Commit();
    EXPECT_EQ(ReadFile(sandbox.Path(name)), Bytes{'x'});
  }
  EXPECT_EQ(sandbox.Names(), Names({"new", "old"}));
}

TEST(PendingFile, WorksWhereEveryFileHasAName) {
  const Sandbox sandbox;
  const bool own = unshare(CLONE_NEWNS) == 0 || unshare(CLONE_NEWUSER | CLONE_NEWNS) == 0;
  if (!own || mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0 ||
      mount("none", "/proc", "tmpfs", 0, nullptr) != 0) {
    GTEST_SKIP() << "/proc, by which a nameless file gets a name, cannot be hidden here";
  }
  {
    PendingFile file(sandbox.Path("x"), Existing::kKeep);
    EXPECT_TRUE(file.temporary().ends_with(".tmp")) << file.temporary();
  }
  WriteFile(sandbox.Path("x"), Bytes{1}, Existing::kKeep);
  EXPECT_THROW(WriteFile(sandbox.Path("x"), Bytes{2}, Existing::kKeep), ExistsFailure);
  WriteFile(sandbox.Path("x"), Bytes{3});
  umount("/proc");
  EXPECT_EQ(ReadFile(sandbox.Path("x")), Bytes{3});
  EXPECT_EQ(sandbox.Names(), Names({"x"}));
}

TEST(ReadFile, SaysWhatIsWrong) {
  const Sandbox sandbox;
  fs::create_directory(sandbox.Path("folder"));
  fs::create_symlink("absent", sandbox.Path("dangling"));
  WriteFile(sandbox.Path("empty"), Bytes{});
  WriteFile(sandbox.Path("large"), Bytes(3 << 20));
  struct Case {
    const char* name;
    const char* says;
  };
  const Case kCases[] = {
      {"folder", "is a folder"},         {"dangling", "is a link to a file that does not exist"},
      {"absent", "No such file"},        {"empty", "is empty"},
      {"large", "is larger than 2 MiB"},
  };
  for (const Case& row : kCases) {
    try {
      ReadFile(sandbox.Path(row.name), 2 << 20);
      ADD_FAILURE() << row.name << " was read";
    } catch (const Failure& failure) {
      EXPECT_NE(std::string(failure.what()).find(row.says), std::string::npos) << failure.what();
      EXPECT_NE(std::string(failure.what()).find(row.name), std::string::npos) << failure.what();
    }
  }
}

TEST(ReadFile, StopsAtTheLimitOfAnEndlessFile) {
  EXPECT_THROW(ReadFile("/dev/zero", 1 << 20), Failure);
}

TEST(SameFile, SeesThroughNamesAndLinks) {
  const Sandbox sandbox;
  WriteFile(sandbox.Path("x"), Bytes{1});
  WriteFile(sandbox.Path("y"), Bytes{1});
  fs::create_symlink("x", sandbox.Path("link"));
  EXPECT_TRUE(SameFile(sandbox.Path("x"), sandbox.Path("./x")));
  EXPECT_TRUE(SameFile(sandbox.Path("x"), sandbox.Path("link")));
  EXPECT_FALSE(SameFile(sandbox.Path("x"), sandbox.Path("y")));
  EXPECT_FALSE(SameFile(sandbox.Path("x"), sandbox.Path("absent")));
}

}  // namespace
}  // namespace selfieseg::cli
