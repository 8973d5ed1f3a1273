#include "eval/statistics.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <random>

namespace selfieseg::eval {
namespace {

constexpr int kResamples = 2000;
constexpr uint64_t kSeed = 20210506;  // the date of the card

}  // namespace

double Mean(std::span<const double> values) {
  double sum = 0;
  for (const double value : values) sum += value;
  return values.empty() ? 0 : sum / double(values.size());
}

double Deviation(std::span<const double> values) {
  if (values.size() < 2) return 0;
  const double mean = Mean(values);
  double sum = 0;
  for (const double value : values) sum += (value - mean) * (value - mean);
  return std::sqrt(sum / double(values.size() - 1));
}

Estimate EstimateMean(std::span<const double> values) {
  Estimate estimate;
  if (values.empty()) return estimate;
  estimate.mean = estimate.low = estimate.high = Mean(values);
  if (values.size() < 2) return estimate;
  estimate.ci95 = 1.96 * Deviation(values) / std::sqrt(double(values.size()));
  // The engine's numbers are the same on every machine; std::uniform_int_distribution's are not.
  std::mt19937_64 random(kSeed);
  std::vector<double> means(kResamples);
  for (double& mean : means) {
    double sum = 0;
    for (size_t i = 0; i < values.size(); ++i) sum += values[random() % values.size()];
    mean = sum / double(values.size());
  }
  std::sort(means.begin(), means.end());
  estimate.low = means[kResamples * 25 / 1000];
  estimate.high = means[kResamples * 975 / 1000 - 1];
  return estimate;
}

Fairness JudgeFairness(std::span<const double> means, double human_iou) {
  Fairness fairness;
  fairness.average = Mean(means);
  fairness.deviation = Deviation(means);
  fairness.lowest = *std::min_element(means.begin(), means.end());
  fairness.highest = *std::max_element(means.begin(), means.end());
  fairness.limit = 2 * (1 - human_iou);
  for (size_t i = 0; i < means.size(); ++i) {
    const double distance = std::abs(means[i] - fairness.average);
    if (distance > fairness.greatest) {
      fairness.greatest = distance;
      fairness.farthest = i;
    }
  }
  fairness.within_deviations = fairness.greatest <= 3 * fairness.deviation || means.size() < 2;
  fairness.within_human = fairness.greatest <= fairness.limit;
  return fairness;
}

}  // namespace selfieseg::eval
