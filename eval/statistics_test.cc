// The card's own tables, fed to the code that judges users' sets, give the card's own results.
#include "eval/statistics.h"

#include <gtest/gtest.h>

#include "eval/card.h"

namespace selfieseg::eval {
namespace {

using Values = std::vector<double>;

TEST(Estimate, OfKnownValues) {
  const Estimate estimate = EstimateMean(Values{1, 2, 3, 4});
  EXPECT_DOUBLE_EQ(estimate.mean, 2.5);
  EXPECT_NEAR(*estimate.ci95, 1.96 * 1.2909944 / 2, 1e-6);
  EXPECT_GE(estimate.low, 1);
  EXPECT_LE(estimate.high, 4);
  EXPECT_LT(estimate.low, 2);
  EXPECT_GT(estimate.high, 3);
}

TEST(Estimate, TheBootstrapIsCloseToTheCardsIntervalForManyValues) {
  Values values;
  for (int i = 0; i < 1000; ++i) values.push_back(double(i * 7919 % 1000) / 1000);
  const Estimate estimate = EstimateMean(values);
  EXPECT_NEAR(estimate.low, estimate.mean - *estimate.ci95, 0.003);
  EXPECT_NEAR(estimate.high, estimate.mean + *estimate.ci95, 0.003);
}

TEST(Estimate, IsNeverWithoutANumber) {
  const Estimate none = EstimateMean({}), one = EstimateMean(Values{0.7});
  EXPECT_EQ(none.mean, 0);
  EXPECT_FALSE(none.ci95.has_value());
  EXPECT_EQ(one.mean, 0.7);
  EXPECT_EQ(one.low, 0.7);
  EXPECT_EQ(one.high, 0.7);
  EXPECT_FALSE(one.ci95.has_value());
  EXPECT_EQ(*EstimateMean(Values{0.5, 0.5}).ci95, 0);
}

TEST(Estimate, IsTheSameEveryTime) {
  const Values values = {0.9, 0.95, 0.99, 0.5, 0.97};
  EXPECT_EQ(EstimateMean(values).low, EstimateMean(values).low);
  // Pinned: another seed or another way to draw would change published intervals.
  Values many;
  for (int i = 1; i <= 30; ++i) many.push_back(1.0 / i);
  EXPECT_NEAR(EstimateMean(many).low, 0.078303206620, 1e-9);
  EXPECT_NEAR(EstimateMean(many).high, 0.214116729549, 1e-9);
}

TEST(Fairness, RulesAreTheCards) {
  const Fairness fair = JudgeFairness(Values{0.96, 0.97, 0.95});
  EXPECT_NEAR(fair.limit, 0.0252, 1e-12);
  EXPECT_TRUE(fair.fair());
  EXPECT_NEAR(fair.greatest, 0.01, 1e-12);
  const Fairness far = JudgeFairness(Values{0.96, 0.96, 0.90});
  EXPECT_TRUE(far.within_deviations);
  EXPECT_FALSE(far.within_human);
  EXPECT_EQ(far.farthest, 2u);
  // Only with many groups can one be further than three deviations from the average.
  Values many(20, 0.96);
  many.push_back(0.95);
  EXPECT_FALSE(JudgeFairness(many).within_deviations);
  EXPECT_TRUE(JudgeFairness(many).within_human);
  EXPECT_TRUE(JudgeFairness(Values{0.5}).fair());
}

struct Network {
  const char* name;
  double CardRow::*iou;
  double CardRow::*ci95;
  CardResult result;
};
const Network kNetworks[] = {
    {"general", &CardRow::general, &CardRow::general_ci95, CardGeneral()},
    {"landscape", &CardRow::landscape, &CardRow::landscape_ci95, CardLandscape()},
};

constexpr double kPrinted = 0.005 + 1e-9;  // the card rounds to two digits

TEST(Card, RegionsGiveWhatItPrints) {
  ASSERT_EQ(CardRegions().size(), 17u);
  double pictures = 0;
  for (const CardRow& row : CardRegions()) pictures += row.share;
  EXPECT_EQ(pictures, 1594);
  for (const Network& network : kNetworks) {
    Values means, intervals;
    for (const CardRow& row : CardRegions()) {
      means.push_back(row.*network.iou / 100);
      intervals.push_back(row.*network.ci95);
    }
    const Fairness fairness = JudgeFairness(means);
    EXPECT_NEAR(100 * fairness.average, network.result.region_average, kPrinted) << network.name;
    EXPECT_NEAR(Mean(intervals), network.result.region_ci95, kPrinted) << network.name;
    EXPECT_NEAR(100 * fairness.greatest, network.result.greatest_deviation, kPrinted)
        << network.name;
    EXPECT_TRUE(fairness.fair()) << network.name;
  }
}

double WeightedMean(std::span<const CardRow> rows, double CardRow::*iou) {
  double sum = 0, shares = 0;
  for (const CardRow& row : rows) sum += row.*iou * row.share, shares += row.share;
  return sum / shares;
}

TEST(Card, SkinTonesAndGendersWeightedByShareGiveWhatItPrints) {
  for (const Network& network : kNetworks) {
    EXPECT_NEAR(WeightedMean(CardSkinTones(), network.iou), network.result.skin_tone_average,
                kPrinted)
        << network.name;
    EXPECT_NEAR(WeightedMean(CardGenders(), network.iou), network.result.gender_average, kPrinted)
        << network.name;
  }
}

}  // namespace
}  // namespace selfieseg::eval
