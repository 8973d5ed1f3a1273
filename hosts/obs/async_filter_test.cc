// The filter for sources that bring frames, in OBS: what comes out, in pixels.
#include <gtest/gtest.h>
#include <util/platform.h>

#include <atomic>
#include <chrono>
#include <future>
#include <thread>
#include <utility>

#include "obs/drawn_frame_test.h"
#include "obs/obs_fixture.h"

namespace selfieseg::obs {
namespace {

obs_source_frame* NewFrame(const Layout& layout, uint32_t width, uint32_t height) {
  obs_source_frame* frame = obs_source_frame_create(layout.format, width, height);
  Draw(frame, layout);
  return frame;
}

void SendOneFrame(obs_source_t* source) {
  obs_source_frame* frame = NewFrame(LayoutOf(VIDEO_FORMAT_NV12), 320, 240);
  frame->timestamp = os_gettime_ns();
  obs_source_output_video(source, frame);
  obs_source_frame_destroy(frame);
}

// A camera: brings frames until it is told another format or size, or ends.
class Camera {
 public:
  Camera(obs_source_t* source, const Layout& layout, uint32_t width, uint32_t height)
      : source_(source), frame_(NewFrame(layout, width, height)) {
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
    if (!IsSkipped()) NewSource();
  }
  void NewSource() {
    source_ = ObsHost::NewFrameSource();
    // So that OBS draws it at every tick: it drops frames that it could have drawn, and did not.
    obs_set_output_source(0, source_);
  }
  void AddFilter() { filter_ = ObsHost::AddFilter(source_, "selfieseg_filter", settings_); }
  // Shows or hides the source, which OBS's thread notices at its next tick.
  void SetShowing(bool shows) {
    std::promise<void> noticed;
    const char* const name = shows ? "show" : "hide";
    const auto notice = [](void* promise, calldata_t*) {
      static_cast<std::promise<void>*>(promise)->set_value();
    };
    signal_handler_t* const signals = obs_source_get_signal_handler(source_);
    signal_handler_connect(signals, name, notice, &noticed);
    obs_set_output_source(0, shows ? source_ : nullptr);
    shows ? obs_source_inc_showing(source_) : obs_source_dec_showing(source_);
    noticed.get_future().wait();
    signal_handler_disconnect(signals, name, notice, &noticed);
  }
};

TEST_F(AsyncFilter, TheTestsSeeTheWallWithoutIt) {
  Camera camera(source_, LayoutOf(VIDEO_FORMAT_NV12), 320, 240);
  EXPECT_TRUE(ObsHost::DrawUntil(
      source_, [](const Drawing& drawing) { return FaceIsKept(drawing) && WallIsSeen(drawing); }));
}

class AsyncFilterOf : public AsyncFilter, public testing::WithParamInterface<Layout> {};

TEST_P(AsyncFilterOf, ReplacesTheBackgroundAndKeepsThePerson) {
  const bool is_gray = GetParam().places[1].step == 0;
  for (const bool delay_match : {true, false}) {
    obs_data_set_bool(settings_, "delay_match", delay_match);
    AddFilter();
    {
      Camera camera(source_, GetParam(), 321, 241);
      EXPECT_TRUE(Becomes(is_gray ? IsDoneInGray : IsDone)) << "delay_match " << delay_match;
    }
    ReleaseSource();
    NewSource();  // without a filter the first would show its last frames
  }
}

INSTANTIATE_TEST_SUITE_P(Formats, AsyncFilterOf, testing::ValuesIn(kLayouts),
                         [](const auto& info) { return info.param.name; });

TEST_F(AsyncFilter, FollowsSettingsWithoutShowingTheRoom) {
  AddFilter();
  Camera camera(source_, LayoutOf(VIDEO_FORMAT_I420), 320, 240);
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
      Camera camera(source_, LayoutOf(VIDEO_FORMAT_NV12), uint32_t(width), uint32_t(height));
      EXPECT_TRUE(Becomes([&](const Drawing& d) { return d.width == width && IsDone(d); }))
          << width << "x" << height;
    }
  }
}

TEST_F(AsyncFilter, LeavesNothingAroundThePersonWhereThereIsAlpha) {
  obs_data_set_string(settings_, "background", "none");
  AddFilter();
  Camera camera(source_, LayoutOf(VIDEO_FORMAT_BGRA), 320, 240);
  EXPECT_TRUE(Becomes([](const Drawing& d) {
    return FaceIsKept(d) && d.At(4, 4)[3] == 0 && d.At(160, 100)[3] == 255;
  }));
}

TEST_F(AsyncFilter, ShowsTheColourWhereThereIsNoPicture) {
  obs_data_set_string(settings_, "background", "picture");
  AddFilter();
  for (const char* path : {"", "/there/is/none.png"}) {
    obs_data_set_string(settings_, "picture", path);
    Update();
    Camera camera(source_, LayoutOf(VIDEO_FORMAT_NV12), 320, 240);
    EXPECT_TRUE(Becomes(IsDone)) << path;
  }
}

TEST_F(AsyncFilter, ShowsNothingOfAFrameThatItDoesNotKnow) {
  AddFilter();
  Camera camera(source_, kUnknownLayout, 320, 240);
  EXPECT_TRUE(Becomes([](const Drawing& d) { return WallIs(d, 0, 0, 0); }));
}

TEST_F(AsyncFilter, IsCopiedToAnotherSource) {
  AddFilter();
  obs_source_t* const first = std::exchange(source_, ObsHost::NewFrameSource());
  obs_source_copy_filters(source_, first);
  obs_source_dec_showing(first);
  obs_source_release(first);
  Camera camera(source_, LayoutOf(VIDEO_FORMAT_NV12), 320, 240);
  EXPECT_TRUE(Becomes(IsDone));
}

// With one frame only, so that nothing comes that could hide it.
TEST_F(AsyncFilter, ShowsNothingOfTheRoomWhenItIsSwitchedOnAgain) {
  AddFilter();
  {
    Camera camera(source_, LayoutOf(VIDEO_FORMAT_NV12), 320, 240);
    ASSERT_TRUE(Becomes(IsDone));
  }
  obs_source_set_enabled(filter_, false);
  SendOneFrame(source_);
  ASSERT_TRUE(ObsHost::DrawUntil(source_, WallIsSeen));
  obs_source_set_enabled(filter_, true);
  SendOneFrame(source_);
  EXPECT_TRUE(ObsHost::DrawUntil(source_, [](const Drawing& d) { return WallIs(d, 224, 32, 32); }));
}

TEST_F(AsyncFilter, ForgetsWhatItShowedBeforeItWasHidden) {
  AddFilter();
  {
    Camera camera(source_, LayoutOf(VIDEO_FORMAT_NV12), 320, 240);
    ASSERT_TRUE(Becomes(IsDone));
  }
  SetShowing(false);
  SetShowing(true);
  SendOneFrame(source_);
  EXPECT_TRUE(ObsHost::DrawUntil(
      source_, [](const Drawing& d) { return IsNear(d.At(160, 100), 224, 32, 32); }));
}

}  // namespace
}  // namespace selfieseg::obs
