// Every part runs once and its writes are seen, whatever the size of the team.
#include "base/threads.h"

#include <gtest/gtest.h>

#include <array>
#include <atomic>

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

TEST(Threads, EndWithoutHavingRun) { Threads threads(4); }

}  // namespace
}  // namespace selfieseg::core
