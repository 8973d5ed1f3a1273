// Where the box goes: at once to where people are, slowly away from where they were.
#include "mask/track.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "mask/part.h"

namespace selfieseg::core {
namespace {

constexpr Shape kShape = {64, 64, 3};
using Floats = std::vector<float>;

// Persons as rectangles in a frame, of which the tracker gets the masks.
class TrackTest : public testing::Test {
 protected:
  TrackTest() : tracker_(kShape) { tracker_.Reset(kWidth, kHeight); }

  static constexpr int kWidth = 1281, kHeight = 721;

  Floats MaskOf(const Rect& part) const {
    Floats mask(size_t(kShape.width * kShape.height));
    for (size_t i = 0; i < mask.size(); ++i) {
      const double x = part.x + (double(i % 64) + 0.5) * part.width / 64;
      const double y = part.y + (double(i / 64) + 0.5) * part.height / 64;
      for (const Rect& person : persons_) {
        if (x >= person.x && x < person.x + person.width && y >= person.y &&
            y < person.y + person.height) {
          mask[i] = 0.9f;
        }
      }
    }
    return mask;
  }
  // Frames that go as FramePath lets them go.
  void Run(int frames) {
    for (int frame = 0; frame < frames; ++frame) {
      if (tracker_.IsCheckDue()) {
        tracker_.SeeWhole(MaskOf(tracker_.frame()).data());
      } else {
        tracker_.See(MaskOf(tracker_.box()).data());
      }
      const Rect& box = tracker_.box();
      EXPECT_EQ(box.x % 2, 0);
      EXPECT_EQ(box.y % 2, 0);
      EXPECT_GE(std::min({box.x, box.y, kWidth - box.x - box.width, kHeight - box.y - box.height}),
                0);
    }
  }
  bool Holds(const Rect& person) const {
    const Rect& box = tracker_.box();
    return box.x <= person.x && box.y <= person.y && box.x + box.width >= person.x + person.width &&
           box.y + box.height >= person.y + person.height;
  }
  double Share() const {
    return double(tracker_.box().width) * tracker_.box().height / (kWidth * kHeight);
  }

  Tracker tracker_;
  std::vector<Rect> persons_;
};

TEST_F(TrackTest, ShrinksSlowlyToWhoIsFarAway) {
  persons_ = {{900, 300, 100, 200}};
  EXPECT_TRUE(tracker_.SeesWhole());
  Run(15);
  EXPECT_TRUE(tracker_.SeesWhole());
  double before = 1;
  for (int i = 0; i < 90; ++i) {
    Run(1);
    EXPECT_TRUE(Holds(persons_[0]));
    EXPECT_LE(Share(), 1.05 * before);  // of a person, by whole samples
    EXPECT_GT(Share(), 0.4 * before);
    before = Share();
  }
  EXPECT_LT(Share(), 0.15);
}

TEST_F(TrackTest, StaysWhileNothingMuchChanges) {
  persons_ = {{600, 200, 120, 260}};
  Run(120);
  const Rect box = tracker_.box();
  for (int i = 0; i < 100; ++i) {
    persons_[0].x = 600 + int(10 * std::sin(i));
    Run(1);
    EXPECT_EQ(tracker_.box(), box);
  }
}

TEST_F(TrackTest, GrowsAtOnceWhereThePersonReachesItsEdge) {
  persons_ = {{600, 300, 120, 260}};
  Run(120);
  const Rect before = tracker_.box();
  persons_.push_back({before.x + 2, 400, 600 - before.x, 40});  // an arm
  Run(1);
  EXPECT_TRUE(Holds(persons_[1]));
  EXPECT_LT(tracker_.box().x, before.x - 20);
}

TEST_F(TrackTest, FollowsWhoWalks) {
  persons_ = {{100, 300, 120, 260}};
  Run(120);
  for (; persons_[0].x < 1000; persons_[0].x += 6) {
    Run(1);
    EXPECT_TRUE(Holds(persons_[0]));
    EXPECT_LT(Share(), 0.5);
  }
}

TEST_F(TrackTest, SeveralPersonsStay) {
  persons_ = {{300, 300, 80, 200}, {700, 350, 80, 200}};
  for (int i = 0; i < 200; ++i) {
    Run(1);
    for (const Rect& person : persons_) EXPECT_TRUE(Holds(person));
  }
  EXPECT_LT(Share(), 0.5);
}

TEST_F(TrackTest, WhoFillsTheFrameIsSeenInTheWhole) {
  persons_ = {{300, 100, 700, 621}};
  for (int i = 0; i < 300; ++i) {
    Run(1);
    EXPECT_TRUE(tracker_.SeesWhole());
  }
}

TEST_F(TrackTest, WhoComesInIsFoundWithinASecond) {
  persons_ = {{200, 300, 100, 200}};
  Run(120);
  persons_.push_back({1000, 300, 100, 200});
  Run(35);
  EXPECT_TRUE(Holds(persons_[1]));
  EXPECT_TRUE(Holds(persons_[0]));
}

TEST_F(TrackTest, WhoIsLostIsLookedForInTheWholeFrame) {
  persons_ = {{200, 300, 100, 200}};
  Run(100);
  EXPECT_FALSE(tracker_.SeesWhole());
  persons_.clear();
  Run(10);
  EXPECT_TRUE(tracker_.SeesWhole());
  persons_ = {{900, 300, 100, 200}};
  Run(100);
  EXPECT_FALSE(tracker_.SeesWhole());
  EXPECT_TRUE(Holds(persons_[0]));
}

// Without this it would go there and back for ever.
TEST_F(TrackTest, ABoxThatShowsNobodyIsNotTriedAgainForAWhile) {
  persons_ = {{200, 300, 100, 200}};
  while (tracker_.SeesWhole()) Run(1);
  const Floats before = MaskOf(tracker_.box()), nobody(before.size());
  EXPECT_TRUE(tracker_.Confirm(before.data(), before.data()));
  EXPECT_FALSE(tracker_.Confirm(nobody.data(), before.data()));
  for (int i = 0; i < 250; ++i) {
    EXPECT_TRUE(tracker_.SeesWhole());
    Run(1);
  }
  Run(100);
  EXPECT_FALSE(tracker_.SeesWhole());
}

TEST_F(TrackTest, SmallFramesAreSeenWhole) {
  Tracker tracker(kShape);
  for (const int side : {1, 2, 31, 33}) {
    tracker.Reset(side, side);
    Floats mask(size_t(kShape.width * kShape.height));
    mask[0] = 1;
    for (int i = 0; i < 200; ++i) {
      tracker.See(mask.data());
      ASSERT_LE(tracker.box().x + tracker.box().width, side);
      ASSERT_LE(tracker.box().y + tracker.box().height, side);
      ASSERT_GE(tracker.box().width, std::min(side, 32));
    }
  }
}

TEST(Part, OfTheWholeAndBack) {
  const Rect frame = {0, 0, 640, 640}, part = {320, 160, 160, 160};
  Floats ramp(64 * 64), inside(ramp.size()), back(ramp.size());
  for (size_t i = 0; i < ramp.size(); ++i) ramp[i] = float(i % 64);
  ShowPart(ramp.data(), frame, kShape, part, inside.data());
  for (size_t i = 0; i < inside.size(); ++i) {
    ASSERT_NEAR(inside[i], 31.5 + (double(i % 64) + 0.5) / 4, 1e-4);
  }
  Tracker tracker(kShape);
  tracker.Reset(640, 640);
  tracker.Place(inside.data(), part, back.data());
  for (size_t i = 0; i < back.size(); ++i) {
    const bool within = i % 64 >= 32 && i % 64 < 48 && i / 64 >= 16 && i / 64 < 32;
    ASSERT_NEAR(back[i], within ? ramp[i] : 0, 1e-4) << i;
  }
}

}  // namespace
}  // namespace selfieseg::core
