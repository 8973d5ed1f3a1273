// Jobs and their order, without a clock: the tests hold the thread where they want it.
#include "live/work_thread.h"

#include <gtest/gtest.h>

#include <future>
#include <vector>

namespace selfieseg::live {
namespace {

using Jobs = std::vector<int>;

TEST(WorkThread, TakesTheNewestAndGivesTheOthersBack) {
  std::promise<void> begun, go;
  Jobs worked_on;
  WorkThread<int> thread([&](int& job) {
    if (worked_on.empty()) {
      begun.set_value();
      go.get_future().wait();
    }
    worked_on.push_back(job);
    job *= 10;
  });
  EXPECT_TRUE(thread.IsIdle());
  EXPECT_EQ(thread.Give(1), std::nullopt);
  begun.get_future().wait();
  EXPECT_FALSE(thread.IsIdle());
  EXPECT_EQ(thread.Give(2), std::nullopt);
  EXPECT_EQ(thread.Give(3), 2);
  EXPECT_EQ(thread.Finished(), Jobs());
  go.set_value();
  thread.Wait();
  EXPECT_TRUE(thread.IsIdle());
  EXPECT_EQ(thread.Finished(), Jobs({10, 30}));
  EXPECT_EQ(thread.Finished(), Jobs());
  EXPECT_EQ(worked_on, Jobs({1, 3}));
}

TEST(WorkThread, GivesBackWhatWaitsAndEndsAfterTheJobAtHand) {
  std::promise<void> begun, go;
  int done = 0;
  {
    WorkThread<int> thread([&](int&) {
      begun.set_value();
      go.get_future().wait();
      ++done;
    });
    thread.Give(1);
    begun.get_future().wait();
    thread.Give(2);
    EXPECT_EQ(thread.Give(std::nullopt), 2);
    EXPECT_EQ(thread.Give(std::nullopt), std::nullopt);
    go.set_value();
  }
  EXPECT_EQ(done, 1);
}

}  // namespace
}  // namespace selfieseg::live
