// The ladder of the processor's budget.
#include "camera/budget.h"

#include <gtest/gtest.h>

namespace selfieseg::camera {
namespace {

TEST(CameraBudget, LowersQualityFirstThenTheRateStepByStep) {
  Budget budget;
  budget.SetLimit(50);
  EXPECT_FALSE(budget.Note(50));
  EXPECT_TRUE(budget.Note(51));
  EXPECT_TRUE(budget.Now().fast);
  EXPECT_EQ(budget.Now().share, 1);
  double share = 1;
  while (budget.Note(90)) {
    EXPECT_LT(budget.Now().share, share);
    share = budget.Now().share;
  }
  EXPECT_GT(share, 0);
}

TEST(CameraBudget, GoesBackOnlyWhereThereHasBeenRoomForAWhile) {
  Budget budget;
  budget.SetLimit(50);
  budget.Note(80);
  for (int i = 0; i < 20; ++i) EXPECT_FALSE(budget.Note(40));  // it might swing
  for (int i = 0; i < 4; ++i) EXPECT_FALSE(budget.Note(20));
  EXPECT_TRUE(budget.Note(20));
  EXPECT_EQ(budget.step(), 0);
}

TEST(CameraBudget, WithoutALimitNothingIsSaved) {
  Budget budget;
  EXPECT_FALSE(budget.Note(1000));
  budget.SetLimit(10);
  budget.Note(20);
  budget.SetLimit(0);
  EXPECT_EQ(budget.step(), 0);
}

}  // namespace
}  // namespace selfieseg::camera
