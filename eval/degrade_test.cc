// Every degradation does what its name says, and the same every time.
#include "eval/degrade.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <string>
#include <vector>

namespace selfieseg::eval {
namespace {

constexpr size_t kWidth = 200, kHeight = 120;

struct Scene {
  std::vector<uint8_t> rgba = std::vector<uint8_t>(kWidth * kHeight * 4, 200);
  std::vector<uint8_t> truth = std::vector<uint8_t>(kWidth * kHeight);
  int compressed_at = 0;

  Scene() {  // a person of 40 x 50 pixels; stripes of two columns
    for (size_t i = 0; i < rgba.size(); ++i) {
      if (i % 4 != 3 && i / 8 % 2 == 0) rgba[i] = 100;
    }
    for (size_t y = 20; y < 70; ++y) std::fill_n(&truth[y * kWidth + 30], 40, uint8_t{255});
  }
  void Run(const Degradation& degradation, uint64_t seed = 1) {
    const auto compress = [&](const Pixels&, int quality) { compressed_at = quality; };
    Degrade(degradation, seed, compress, {rgba, kWidth, kHeight}, truth);
  }
  double Mean() const {
    double sum = 0;
    for (size_t i = 0; i < rgba.size(); ++i) sum += i % 4 == 3 ? 0 : rgba[i];
    return sum / double(rgba.size() / 4 * 3);
  }
  double Contrast() const {  // mean absolute deviation
    double sum = 0;
    const double mean = Mean();
    for (size_t i = 0; i < rgba.size(); ++i) sum += i % 4 == 3 ? 0 : std::abs(rgba[i] - mean);
    return sum / double(rgba.size() / 4 * 3);
  }
  size_t Person() const { return size_t(std::count(truth.begin(), truth.end(), 255)); }
};

TEST(Degrade, HasSixKindsOfThreeLevels) {
  std::vector<std::string> kinds;
  for (const Degradation& each : Degradations()) kinds.push_back(each.kind);
  ASSERT_EQ(kinds.size(), 18u);
  for (size_t i = 0; i < kinds.size(); i += 3) {
    EXPECT_EQ(kinds[i], kinds[i + 2]);
    EXPECT_TRUE(i == 0 || kinds[i] != kinds[i - 1]);
  }
}

TEST(Degrade, EachDoesWhatItSays) {
  const Scene before;
  for (const Degradation& degradation : Degradations()) {
    const std::string kind = degradation.kind;
    SCOPED_TRACE(kind + " " + degradation.level);
    Scene scene;
    scene.Run(degradation);
    EXPECT_EQ(scene.rgba[3], 200);  // alpha
    if (kind == "low light") {
      EXPECT_NEAR(scene.Mean(), 150 * std::pow(degradation.strength, 1 / 2.2), 1);
    } else if (kind == "noise") {
      EXPECT_NEAR(scene.Mean(), 150, degradation.strength / 10);
      EXPECT_GT(scene.Contrast(), before.Contrast());
    } else if (kind == "motion blur" || kind == "low resolution") {
      EXPECT_NEAR(scene.Mean(), 150, 2);
      EXPECT_LT(scene.Contrast(), before.Contrast() * 0.95);
    } else if (kind == "occluder") {
      const double hidden = double(before.Person() - scene.Person());
      EXPECT_NEAR(hidden / 2000, degradation.strength * degradation.strength, 0.03);
    } else {
      EXPECT_EQ(scene.compressed_at, int(degradation.strength));
    }
    EXPECT_EQ(scene.Person() == before.Person(), kind != "occluder");
  }
}

TEST(Degrade, TheSameSeedGivesTheSamePicture) {
  for (const Degradation& degradation : Degradations()) {
    Scene first, second, other;
    first.Run(degradation, 5);
    second.Run(degradation, 5);
    other.Run(degradation, 6);
    EXPECT_EQ(first.rgba, second.rgba);
    const bool seeded =
        std::string(degradation.kind) == "noise" || std::string(degradation.kind) == "occluder";
    EXPECT_EQ(first.rgba != other.rgba, seeded) << degradation.kind;
  }
}

TEST(Degrade, OfNobodyHidesNobody) {
  Scene scene;
  std::fill(scene.truth.begin(), scene.truth.end(), uint8_t{0});
  for (const Degradation& degradation : Degradations()) scene.Run(degradation);
  EXPECT_EQ(scene.Person(), 0u);
}

}  // namespace
}  // namespace selfieseg::eval
