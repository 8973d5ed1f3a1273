// For tests: OBS for as long as a test lasts, and what a person and a room look like in it.
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <functional>
#include <string>
#include <utility>

#include "obs/obs_host.h"

namespace selfieseg::obs {

class ObsTest : public testing::Test {
 protected:
  void SetUp() override {
    const std::string wrong = ObsHost::Start();
    if (!wrong.empty()) GTEST_SKIP() << wrong;
    settings_ = obs_data_create();
    obs_data_set_string(settings_, "background", "color");
    obs_data_set_int(settings_, "color", 0xff2020e0);  // red
  }
  void TearDown() override {
    obs_data_release(settings_);
    ReleaseSource();
    EXPECT_EQ(ObsHost::Stop(), 0) << "allocations of OBS that were not freed";
  }

  void ReleaseSource() {
    obs_source_release(std::exchange(filter_, nullptr));
    if (source_ == nullptr) return;
    obs_set_output_source(0, nullptr);
    obs_source_dec_showing(source_);
    obs_source_release(std::exchange(source_, nullptr));
  }

  void Update() { obs_source_update(filter_, settings_); }

  // Whether the source comes to look like this, and never before shows the wall.
  bool Becomes(const std::function<bool(const Drawing&)>& wanted);

  obs_data_t* settings_ = nullptr;
  obs_source_t* source_ = nullptr;
  obs_source_t* filter_ = nullptr;
};

inline bool IsNear(const uint8_t* bgra, int red, int green, int blue) {
  return std::abs(bgra[2] - red) < 14 && std::abs(bgra[1] - green) < 14 &&
         std::abs(bgra[0] - blue) < 14;
}

// Of the drawing in tests/somebody.h.
inline bool FaceIsKept(const Drawing& drawing) {
  const int size = std::min(drawing.width, drawing.height);
  return IsNear(drawing.At(drawing.width / 2, drawing.height - size + size * 42 / 100), 224, 172,
                145);
}
// The wall is all of this colour: its corners and sides are looked at.
inline bool WallIs(const Drawing& drawing, int red, int green, int blue) {
  const int right = drawing.width - 5, middle = drawing.height / 2;
  for (const uint8_t* pixel :
       {drawing.At(4, 4), drawing.At(right, 4), drawing.At(4, middle), drawing.At(right, middle)}) {
    if (!IsNear(pixel, red, green, blue)) return false;
  }
  return true;
}
// The wall is green-grey, as no background in these tests is.
inline bool WallIsSeen(const Drawing& drawing) {
  for (int x = 4; x < drawing.width; x += 7) {
    const uint8_t* pixel = drawing.At(x, 6);
    if (std::abs(pixel[1] - 150) < 14 && std::abs(pixel[2] - 121) < 14) return true;
  }
  return false;
}

inline bool ObsTest::Becomes(const std::function<bool(const Drawing&)>& wanted) {
  bool safe = true;
  const bool became = ObsHost::DrawUntil(source_, [&](const Drawing& drawing) {
    safe = safe && !WallIsSeen(drawing);
    return wanted(drawing);
  });
  EXPECT_TRUE(safe) << "the room was seen";
  return became;
}

// The person on the red that SetUp() asks for.
inline bool IsDone(const Drawing& drawing) {
  return FaceIsKept(drawing) && WallIs(drawing, 224, 32, 32);
}

inline bool IsDoneInGray(const Drawing& drawing) {
  return IsNear(drawing.At(drawing.width / 2, 100), 184, 184, 184) && WallIs(drawing, 89, 89, 89);
}

}  // namespace selfieseg::obs
