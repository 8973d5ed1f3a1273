// Compares two folders of dumped steps, to find the first step of a network that goes wrong.
#pragma once

#include <string>
#include <vector>

namespace selfieseg::cli {

// A step may differ by `tolerance` times the larger of 1 and its largest magnitude.
inline constexpr double kDefaultTolerance = 1e-3;

// How a step of folder B differs from that of folder A.
struct StepDifference {
  std::string name;
  double difference = 0;  // the largest, of magnitudes; infinite where only one is not a number
  double scale = 0;       // the largest finite magnitude in A
  std::string place;  // "[0, 3, 4, 5]", of the largest difference; or both shapes, when they differ
  bool Exceeds(double tolerance) const;
};

// Of the .npy files that both folders have, in the order of their names. Throws Failure when there
// are none, or when one cannot be read.
std::vector<StepDifference> CompareFolders(const std::string& a, const std::string& b);

}  // namespace selfieseg::cli
