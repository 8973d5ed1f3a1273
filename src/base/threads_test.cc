// Every part runs once and its writes are seen, whatever the size of the team.
#include "base/threads.h"

#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <chrono>
#include <csignal>
#include <thread>

namespace selfieseg::core {
namespace {

TEST(Threads, RunEveryPartOnceEveryTime) {
  for (const int count : {1, 2, 5}) {
    Threads threads(count);
    for (int round = 0; round < 200; ++round) {
      std::array<std::atomic<int>, 7> runs{};
      threads.Run(int(runs.size()), [&](int part) { ++runs[part]; });
      for (const std::atomic<int>& times : runs) ASSERT_EQ(times, 1);
    }
  }
}

TEST(Threads, WritesOfAllPartsAreSeenAfterRun) {
  Threads threads(3);
  std::array<int, 64> values{};
  for (int round = 1; round <= 200; ++round) {
    threads.Run(int(values.size()), [&](int part) { values[part] += part; });
    for (int i = 0; i < int(values.size()); ++i) ASSERT_EQ(values[i], i * round);
  }
}

// A thread that comes late to a job must take nothing of the next one but what is its own.
TEST(Threads, JobsOfOtherSizesFollowAtOnce) {
  Threads threads(3);
  for (int round = 0; round < 300000; ++round) {
    std::array<std::atomic<int>, 9> runs{};
    const int parts = 2 + round * 5 % 8;
    threads.Run(parts, [&, parts](int part) { runs[size_t(part)] += parts; });
    for (int part = 0; part < 9; ++part) ASSERT_EQ(runs[size_t(part)], part < parts ? parts : 0);
  }
}

enum Held { kFree, kHeld, kForTooLong };
std::atomic<Held> held{kFree};

void Hold(int /*signal*/) {
  held = kHeld;
  for (int i = 0; i < 500 && held == kHeld; ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  if (held == kHeld) held = kForTooLong;
}

// As where another program has a thread's processor: here a signal has the thread.
TEST(Threads, WhoDoesNotComeIsNotWaitedFor) {
  Threads threads(2);
  std::atomic<bool> came = false;
  pthread_t other{};
  while (!came) {
    threads.Run(2, [&](int, int thread) {
      if (thread == 0) return std::this_thread::sleep_for(std::chrono::milliseconds(1));
      other = pthread_self();
      came = true;
    });
  }
  const auto before = signal(SIGUSR1, Hold);
  ASSERT_EQ(pthread_kill(other, SIGUSR1), 0);
  while (held == kFree) std::this_thread::yield();
  std::atomic<int> parts = 0;
  threads.Run(8, [&](int) { ++parts; });
  EXPECT_EQ(parts, 8);
  EXPECT_EQ(held, kHeld);
  held = kFree;
  signal(SIGUSR1, before);
}

TEST(Threads, EndWithoutHavingRun) { Threads threads(4); }

// Who has room of its own for each thread relies on it.
TEST(Threads, TwoPartsNeverRunAtOnceInOneThread) {
  constexpr int kCount = 4;
  Threads threads(kCount);
  std::atomic<int> busy[kCount] = {}, clashes = 0, parts = 0;
  for (int round = 0; round < 50; ++round) {
    threads.Run(4 * kCount, [&](int, int thread) {
      ASSERT_GE(thread, 0);
      ASSERT_LT(thread, kCount);
      if (busy[thread]++ != 0) ++clashes;
      std::this_thread::yield();
      --busy[thread];
      ++parts;
    });
  }
  EXPECT_EQ(clashes, 0);
  EXPECT_EQ(parts, 50 * 4 * kCount);
}

}  // namespace
}  // namespace selfieseg::core
