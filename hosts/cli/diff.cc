// Walks two folders of .npy files side by side.
#include "cli/diff.h"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <iterator>
#include <limits>

#include "cli/failure.h"
#include "cli/files.h"
#include "cli/npy.h"

namespace selfieseg::cli {
namespace {

namespace fs = std::filesystem;

// Names of the .npy files, without the ending, sorted.
std::vector<std::string> StepNames(const std::string& folder) {
  std::error_code error;
  fs::directory_iterator entry(folder, error);
  std::vector<std::string> names;
  for (; !error && entry != fs::directory_iterator(); entry.increment(error)) {
    const fs::path path = entry->path();
    if (path.extension() == ".npy") names.push_back(path.stem());
  }
  if (error) throw FileFailure(folder, "cannot be read: " + error.message());
  std::sort(names.begin(), names.end());
  return names;
}

Array ReadNpy(const std::string& path) {
  const Bytes bytes = ReadFile(path);
  try {
    return DecodeNpy(bytes);
  } catch (const Failure& failure) {
    throw FileFailure(path, failure.what());
  }
}

double Difference(float a, float b) {
  if (a == b || (std::isnan(a) && std::isnan(b))) return 0;  // infinities, too
  const double difference = std::abs(double(a) - double(b));
  return std::isnan(difference) ? std::numeric_limits<double>::infinity() : difference;
}

// "[1, 2]" for the 5th value of shape 2x3.
std::string PlaceText(size_t i, const std::vector<int64_t>& shape) {
  std::vector<size_t> place(shape.size());
  for (size_t axis = shape.size(); axis-- > 0; i /= size_t(shape[axis])) {
    place[axis] = i % size_t(shape[axis]);
  }
  std::string text = "[";
  for (const size_t index : place) {
    if (text.size() > 1) text += ", ";
    text += std::to_string(index);
  }
  return text + "]";
}

StepDifference Compare(const std::string& name, const Array& a, const Array& b) {
  StepDifference result{name, 0, 0, ""};
  if (a.shape != b.shape) {
    result.difference = std::numeric_limits<double>::infinity();
    result.place = "shapes " + ShapeText(a.shape) + " and " + ShapeText(b.shape);
    return result;
  }
  size_t largest = 0;
  for (size_t i = 0; i < a.values.size(); ++i) {
    const double difference = Difference(a.values[i], b.values[i]);
    if (difference > result.difference) {
      result.difference = difference;
      largest = i;
    }
    const double magnitude = std::abs(a.values[i]);
    if (std::isfinite(magnitude)) result.scale = std::max(result.scale, magnitude);
  }
  if (!a.values.empty()) result.place = PlaceText(largest, a.shape);
  return result;
}

}  // namespace

bool StepDifference::Exceeds(double tolerance) const {
  return difference > tolerance * std::max(1.0, scale);
}

std::vector<StepDifference> CompareFolders(const std::string& a, const std::string& b) {
  const std::vector<std::string> in_a = StepNames(a), in_b = StepNames(b);
  std::vector<std::string> in_both;
  std::set_intersection(in_a.begin(), in_a.end(), in_b.begin(), in_b.end(),
                        std::back_inserter(in_both));
  if (in_both.empty()) throw Failure("'" + a + "' and '" + b + "' have no step in common");
  std::vector<StepDifference> differences;
  for (const std::string& name : in_both) {
    const std::string file = "/" + name + ".npy";
    differences.push_back(Compare(name, ReadNpy(a + file), ReadNpy(b + file)));
  }
  return differences;
}

}  // namespace selfieseg::cli
