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

TEST(Progress, OfAClipTellsRateSpeedAndTimeLeft) {
  EXPECT_EQ(ClipLine({50, 2, 8}, 4, 60),
            "[####               ] 0:02/0:08, 12.5 fps, 0.50x, 0:12 left");
  EXPECT_EQ(ClipLine({50, 2, 0}, 4, 60), "0:02, 12.5 fps, 0.50x");
  EXPECT_TRUE(ClipLine({0, 0, 8}, 0, 60).ends_with("] 0:00/0:08, 0.0 fps, 0.00x, ..."));
  EXPECT_TRUE(ClipLine({9, 9, 8}, 3, 60).ends_with("#] 0:09/0:08, 3.0 fps, 3.00x, 0:00 left"));
}

TEST(Progress, FitsEveryTerminal) {
  for (size_t columns = 1; columns < 200; ++columns) {
    EXPECT_LE(ProgressLine(1234567, 9999999, 12345.6, columns).size(), columns);
    EXPECT_LE(ClipLine({123456, 4567, 98765}, 12345.6, columns).size(), columns);
    EXPECT_LE(ClipLine({123456, 4567, 0}, 12345.6, columns).size(), columns);
  }
}

TEST(Progress, DurationsAreReadable) {
  EXPECT_EQ(Duration(0), "0:00");
  EXPECT_EQ(Duration(65.4), "1:05");
  EXPECT_EQ(Duration(3725), "1:02:05");
}

}  // namespace
}  // namespace selfieseg::cli
