// The bar's line fits the terminal and its numbers are right.
#include "cli/progress.h"

#include <gtest/gtest.h>

namespace selfieseg::cli {
namespace {

TEST(Progress, SaysHowMuchAndHowLong) {
  EXPECT_EQ(ProgressLine(25, 100, 5, 50), "[#####                 ] 25/100, 5.0/s, 0:15 left");
  EXPECT_EQ(ProgressLine(0, 10, 0, 34), "[              ] 0/10, 0.0/s, ...");
  EXPECT_TRUE(ProgressLine(10, 10, 2, 60).ends_with("#] 10/10, 5.0/s, 0:00 left"));
}

TEST(Progress, FitsEveryTerminal) {
  for (size_t columns = 1; columns < 200; ++columns) {
    EXPECT_LE(ProgressLine(1234567, 9999999, 12345.6, columns).size(), columns);
  }
}

TEST(Progress, DurationsAreReadable) {
  EXPECT_EQ(Duration(0), "0:00");
  EXPECT_EQ(Duration(65.4), "1:05");
  EXPECT_EQ(Duration(3725), "1:02:05");
}

}  // namespace
}  // namespace selfieseg::cli
