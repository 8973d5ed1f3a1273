// Order, failures and interruption of work by three threads.
#include "cli/stages.h"

#include <gtest/gtest.h>

#include <stdexcept>
#include <vector>

namespace selfieseg::cli {
namespace {

constexpr size_t kRoom = 4;
size_t WeighOne(int) { return 1; }
size_t WeighTooMuch(int) { return 100; }

TEST(Stages, KeepOrderWhateverTheWeight) {
  for (const auto weigh : {WeighOne, WeighTooMuch}) {
    std::vector<int> written;
    int next = 0;
    const bool whole = RunStages<int>(
        kRoom, [&](int* piece) { return (*piece = next++) < 1000; }, weigh,
        [](int& piece) { piece *= 2; }, [&](int piece) { written.push_back(piece); });
    EXPECT_TRUE(whole);
    ASSERT_EQ(written.size(), 1000u);
    for (int i = 0; i < 1000; ++i) EXPECT_EQ(written[size_t(i)], 2 * i);
  }
}

TEST(Stages, EndAtAFailureOfAnyOfThem) {
  for (int bad = 0; bad < 3; ++bad) {
    const auto fail = [&](int stage) {
      if (stage == bad) throw std::runtime_error(std::to_string(stage));
    };
    int next = 0;
    const auto run = [&] {
      RunStages<int>(
          kRoom,
          [&](int* piece) {
            if (next > 50) fail(0);
            *piece = next++;
            return true;  // for ever
          },
          WeighOne, [&](int& piece) { piece > 50 ? fail(1) : void(); },
          [&](int piece) { piece > 50 ? fail(2) : void(); });
    };
    EXPECT_THROW(run(), std::runtime_error) << bad;
  }
}

TEST(Stages, WriteWhatWasReadBeforeAnInterruption) {
  std::vector<int> written;
  int next = 0;
  const bool whole = RunStages<int>(
      kRoom,
      [&](int* piece) {
        if (next == 100) throw Interrupted();
        *piece = next++;
        return true;
      },
      WeighOne, [](int&) {}, [&](int piece) { written.push_back(piece); });
  EXPECT_FALSE(whole);
  EXPECT_EQ(written.size(), 100u);
}

}  // namespace
}  // namespace selfieseg::cli
