// The filter for any source that draws, in OBS: what comes out, in pixels.
#include <gtest/gtest.h>

#include <chrono>
#include <cstring>
#include <thread>

#include "obs/obs_fixture.h"
#include "obs/surface.h"
#include "tests/somebody.h"

namespace selfieseg::obs {
namespace {

Drawing Somebody(int width, int height) {
  Drawing picture = {width, height, std::vector<uint8_t>(size_t(width) * height * 4)};
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      uint8_t rgb[3];
      DrawSomebody(x, y, width, height, rgb);
      const uint8_t bgra[] = {rgb[2], rgb[1], rgb[0], 255};
      std::memcpy(&picture.bgra[(size_t(y) * width + x) * 4], bgra, 4);
    }
  }
  return picture;
}

class SyncFilter : public ObsTest {
 protected:
  void SetUp() override {
    ObsTest::SetUp();
    if (IsSkipped()) return;
    source_ = ObsHost::NewPictureSource(&picture_);
  }
  void AddFilter() {
    filter_ = ObsHost::AddFilter(source_, "selfieseg_filter_of_pixels", settings_);
  }

  Drawing picture_ = Somebody(320, 240);
};

TEST_F(SyncFilter, TheTestsSeeTheWallWithoutIt) {
  EXPECT_TRUE(ObsHost::DrawUntil(
      source_, [](const Drawing& drawing) { return FaceIsKept(drawing) && WallIsSeen(drawing); }));
}

TEST_F(SyncFilter, ReplacesTheBackgroundAndKeepsThePerson) {
  AddFilter();
  EXPECT_TRUE(Becomes(IsDone));
  obs_data_set_bool(settings_, "delay_match", false);
  obs_data_set_int(settings_, "color", 0xffe02020);  // blue
  Update();
  EXPECT_TRUE(Becomes([](const Drawing& d) { return FaceIsKept(d) && WallIs(d, 32, 32, 224); }));
}

TEST_F(SyncFilter, LeavesNothingAroundThePerson) {
  obs_data_set_string(settings_, "background", "none");
  AddFilter();
  EXPECT_TRUE(Becomes([](const Drawing& d) {
    return FaceIsKept(d) && d.At(4, 4)[3] == 0 && d.At(160, 100)[3] == 255;
  }));
}

TEST_F(SyncFilter, FollowsTheSize) {
  AddFilter();
  ASSERT_TRUE(Becomes(IsDone));
  obs_enter_graphics();  // which draws it
  picture_ = Somebody(480, 270);
  obs_leave_graphics();
  EXPECT_TRUE(Becomes([](const Drawing& d) { return d.width == 480 && IsDone(d); }));
}

// Whoever draws it twice, with time for a mask in between, sees the second time what was there the
// first time. A machine may be too busy for that, but not always.
TEST_F(SyncFilter, IsOneTickLate) {
  AddFilter();
  ASSERT_TRUE(Becomes(IsDone));
  constexpr int kX = 160, kY = 204;  // on the shirt
  bool was_seen = false;
  for (int i = 0; i < 20 && !was_seen; ++i) {
    const auto gray = uint8_t(20 + 64 * i);
    obs_enter_graphics();
    for (int y = kY - 8; y < kY + 8; ++y) {
      for (int x = kX - 8; x < kX + 8; ++x) {
        std::memset(&picture_.bgra[(size_t(y) * 320 + size_t(x)) * 4], gray, 3);
      }
    }
    obs_leave_graphics();
    const auto wait = std::chrono::milliseconds(50 + 20 * i);  // for a tick and a mask
    std::this_thread::sleep_for(wait);
    ObsHost::Draw(source_);
    std::this_thread::sleep_for(wait);
    was_seen = IsNear(ObsHost::Draw(source_).At(kX, kY), gray, gray, gray);
  }
  EXPECT_TRUE(was_seen);
}

TEST_F(SyncFilter, WhatCannotBeFetchedIsBlack) {
  obs_source_frame* const frame = obs_source_frame_create(VIDEO_FORMAT_BGRA, 8, 8);
  std::memset(frame->data[0], 200, frame->linesize[0] * 8);
  Fetch(nullptr, *frame);
  EXPECT_EQ(frame->data[0][0], 0);
  EXPECT_EQ(frame->data[0][frame->linesize[0] * 7 + 31], 0);
  obs_source_frame_destroy(frame);
}

TEST_F(SyncFilter, ForgetsWhatItShowedBeforeItWasHidden) {
  AddFilter();
  ASSERT_TRUE(Becomes(IsDone));
  std::this_thread::sleep_for(std::chrono::milliseconds(600));  // nobody draws it
  EXPECT_EQ(ObsHost::Draw(source_).At(160, 100)[3], 0);
  EXPECT_TRUE(Becomes(IsDone));
}

}  // namespace
}  // namespace selfieseg::obs
