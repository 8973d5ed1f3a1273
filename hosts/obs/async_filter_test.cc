// The filter for sources that bring frames, in OBS: what comes out, in pixels.
#include <gtest/gtest.h>
#include <util/platform.h>

#include <chrono>
#include <cstring>
#include <fstream>
#include <thread>

#include "obs/obs_fixture.h"
#include "tests/somebody.h"

namespace selfieseg::obs {
namespace {

struct Yuv {
  int y, cb, cr;
};
// BT.709, limited.
Yuv ToYuv(const uint8_t rgb[3]) {
  const double r = rgb[0] / 255.0, g = rgb[1] / 255.0, b = rgb[2] / 255.0;
  const double y = 0.2126 * r + 0.7152 * g + 0.0722 * b;
  return {int(16.5 + 219 * y), int(128.5 + 224 * (b - y) / 1.8556),
          int(128.5 + 224 * (r - y) / 1.5748)};
}

// Somebody, in the format of the frame.
void Draw(const obs_source_frame& frame) {
  for (uint32_t y = 0; y < frame.height; ++y) {
    for (uint32_t x = 0; x < frame.width; ++x) {
      uint8_t rgb[3];
      DrawSomebody(int(x), int(y), int(frame.width), int(frame.height), rgb);
      const Yuv yuv = ToYuv(rgb);
      uint8_t* const row = frame.data[0] + y * frame.linesize[0];
      switch (frame.format) {
        case VIDEO_FORMAT_I420:
          row[x] = uint8_t(yuv.y);
          frame.data[1][y / 2 * frame.linesize[1] + x / 2] = uint8_t(yuv.cb);
          frame.data[2][y / 2 * frame.linesize[2] + x / 2] = uint8_t(yuv.cr);
          break;
        case VIDEO_FORMAT_NV12:
          row[x] = uint8_t(yuv.y);
          frame.data[1][y / 2 * frame.linesize[1] + x / 2 * 2] = uint8_t(yuv.cb);
          frame.data[1][y / 2 * frame.linesize[1] + x / 2 * 2 + 1] = uint8_t(yuv.cr);
          break;
        case VIDEO_FORMAT_YUY2:
        case VIDEO_FORMAT_UYVY: {
          const int luma = frame.format == VIDEO_FORMAT_YUY2 ? 0 : 1;
          row[2 * x + luma] = uint8_t(yuv.y);
          row[2 * x + 1 - luma] = uint8_t(x % 2 == 0 ? yuv.cb : yuv.cr);
          break;
        }
        case VIDEO_FORMAT_I444:
          row[x] = uint8_t(yuv.y);
          frame.data[1][y * frame.linesize[1] + x] = uint8_t(yuv.cb);
          frame.data[2][y * frame.linesize[2] + x] = uint8_t(yuv.cr);
          break;
        default: {
          const bool red_first = frame.format == VIDEO_FORMAT_RGBA;
          const uint8_t pixel[] = {rgb[red_first ? 0 : 2], rgb[1], rgb[red_first ? 2 : 0], 255};
          std::memcpy(row + size_t(x) * 4, pixel, 4);
        }
      }
    }
  }
}

// A camera: brings frames until it is told another format or size, or ends.
class Camera {
 public:
  Camera(obs_source_t* source, video_format format, uint32_t width, uint32_t height)
      : source_(source), frame_(obs_source_frame_create(format, width, height)) {
    Draw(*frame_);
    frame_->full_range = format == VIDEO_FORMAT_BGRA || format == VIDEO_FORMAT_RGBA;
    video_format_get_parameters_for_format(
        VIDEO_CS_709, frame_->full_range ? VIDEO_RANGE_FULL : VIDEO_RANGE_PARTIAL, format,
        frame_->color_matrix, frame_->color_range_min, frame_->color_range_max);
    thread_ = std::thread([this] {
      while (!ending_) {
        frame_->timestamp = os_gettime_ns();
        obs_source_output_video(source_, frame_);
        std::this_thread::sleep_for(std::chrono::milliseconds(33));
      }
    });
  }
  ~Camera() {
    ending_ = true;
    thread_.join();
    obs_source_frame_destroy(frame_);
  }

 private:
  obs_source_t* source_;
  obs_source_frame* frame_;
  std::atomic<bool> ending_ = false;
  std::thread thread_;
};

class AsyncFilter : public ObsTest {
 protected:
  void SetUp() override {
    ObsTest::SetUp();
    if (IsSkipped()) return;
    source_ = ObsHost::NewFrameSource();
  }
  void AddFilter() { filter_ = ObsHost::AddFilter(source_, "selfieseg_filter", settings_); }
};

TEST_F(AsyncFilter, TheTestsSeeTheWallWithoutIt) {
  Camera camera(source_, VIDEO_FORMAT_NV12, 320, 240);
  EXPECT_TRUE(ObsHost::DrawUntil(
      source_, [](const Drawing& drawing) { return FaceIsKept(drawing) && WallIsSeen(drawing); }));
}

class AsyncFilterOf : public AsyncFilter,
                      public testing::WithParamInterface<std::pair<const char*, video_format>> {};

TEST_P(AsyncFilterOf, ReplacesTheBackgroundAndKeepsThePerson) {
  for (const bool delay_match : {true, false}) {
    obs_data_set_bool(settings_, "delay_match", delay_match);
    AddFilter();
    {
      Camera camera(source_, GetParam().second, 320, 240);
      EXPECT_TRUE(Becomes(IsDone)) << "delay_match " << delay_match;
    }
    obs_source_filter_remove(source_, filter_);
    obs_source_release(std::exchange(filter_, nullptr));
  }
}

INSTANTIATE_TEST_SUITE_P(
    Formats, AsyncFilterOf,
    testing::Values(std::pair{"nv12", VIDEO_FORMAT_NV12}, std::pair{"i420", VIDEO_FORMAT_I420},
                    std::pair{"yuy2", VIDEO_FORMAT_YUY2}, std::pair{"uyvy", VIDEO_FORMAT_UYVY},
                    std::pair{"bgra", VIDEO_FORMAT_BGRA}, std::pair{"rgba", VIDEO_FORMAT_RGBA}),
    [](const auto& info) { return info.param.first; });

TEST_F(AsyncFilter, FollowsSettingsWithoutShowingTheRoom) {
  AddFilter();
  Camera camera(source_, VIDEO_FORMAT_I420, 320, 240);
  ASSERT_TRUE(Becomes(IsDone));
  obs_data_set_int(settings_, "color", 0xffe02020);  // blue
  Update();
  EXPECT_TRUE(Becomes([](const Drawing& d) { return FaceIsKept(d) && WallIs(d, 32, 32, 224); }));
  obs_data_set_bool(settings_, "delay_match", false);
  obs_data_set_int(settings_, "color", 0xff2020e0);
  Update();
  EXPECT_TRUE(Becomes(IsDone));
}

TEST_F(AsyncFilter, FollowsTheSizeWithoutShowingTheRoom) {
  for (const bool delay_match : {true, false}) {
    obs_data_set_bool(settings_, "delay_match", delay_match);
    if (filter_ == nullptr) AddFilter();
    Update();
    for (const auto& [width, height] : {std::pair{320, 240}, {480, 270}, {240, 320}}) {
      Camera camera(source_, VIDEO_FORMAT_NV12, uint32_t(width), uint32_t(height));
      EXPECT_TRUE(Becomes([&](const Drawing& d) { return d.width == width && IsDone(d); }))
          << width << "x" << height;
    }
  }
}

TEST_F(AsyncFilter, LeavesNothingAroundThePersonWhereThereIsAlpha) {
  obs_data_set_string(settings_, "background", "none");
  AddFilter();
  Camera camera(source_, VIDEO_FORMAT_BGRA, 320, 240);
  EXPECT_TRUE(Becomes([](const Drawing& d) {
    return FaceIsKept(d) && d.At(4, 4)[3] == 0 && d.At(160, 100)[3] == 255;
  }));
}

TEST_F(AsyncFilter, ShowsNothingOfTheRoomWhereThereIsNoPictureToShow) {
  obs_data_set_string(settings_, "background", "picture");
  obs_data_set_string(settings_, "picture", "/there/is/none.png");
  AddFilter();
  Camera camera(source_, VIDEO_FORMAT_NV12, 320, 240);
  const auto is_red = [](const Drawing& d) {
    return WallIs(d, 224, 32, 32) && IsNear(d.At(160, 100), 224, 32, 32);
  };
  for (int i = 0; i < 20; ++i) {
    EXPECT_TRUE(Becomes(is_red));
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  obs_data_set_string(settings_, "background", "color");  // and goes on
  Update();
  EXPECT_TRUE(Becomes(IsDone));
}

TEST_F(AsyncFilter, ShowsNothingOfAFrameThatItDoesNotKnow) {
  AddFilter();
  Camera camera(source_, VIDEO_FORMAT_I444, 320, 240);
  EXPECT_TRUE(Becomes([](const Drawing& d) { return WallIs(d, 0, 0, 0); }));
}

}  // namespace
}  // namespace selfieseg::obs
