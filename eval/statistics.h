// Means and how sure they are.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

namespace selfieseg::eval {

// Of a sample; all 0 for none.
struct Estimate {
  double mean = 0;
  // 1.96 s / sqrt(n), as on the networks' card: half the width of the 95 % interval. Unknown, and
  // not 0, for fewer than two values.
  std::optional<double> ci95;
  // The 95 % interval by bootstrap (percentiles of 2000 means of resamples, Efron 1979), seeded:
  // the same values give the same interval. It is not symmetric, and never leaves the values'
  // range.
  double low = 0, high = 0;
};
Estimate EstimateMean(std::span<const double> values);

double Mean(std::span<const double> values);       // 0 for none
double Deviation(std::span<const double> values);  // standard, with n - 1; 0 for fewer than two

// The card's fairness rules for the means of groups.
struct Fairness {
  double average = 0;              // plain mean over groups
  double deviation = 0;            // standard, over groups
  double greatest = 0;             // greatest distance of a group from the average
  size_t farthest = 0;             // which group that is
  double lowest = 0, highest = 0;  // the range of the groups
  double limit = 0;                // of rule (b): 2 * (1 - human IoU)
  bool within_deviations = true;   // (a): no group is further than 3 standard deviations away
  bool within_human = true;        // (b): no group is further than the limit away

  bool fair() const { return within_deviations && within_human; }
};

inline constexpr double kHumanIou = 0.9874;  // seven annotators, on the card

// `means` has one value for each group, at least one.
Fairness JudgeFairness(std::span<const double> means, double human_iou = kHumanIou);

}  // namespace selfieseg::eval
