// The worker by itself, with frames whose lines are longer than they need be: what it gives to
// show, in pixels, and that every frame comes back.
#include "obs/worker.h"

#include <dlfcn.h>
#include <errno.h>
#include <gtest/gtest.h>
#include <pthread.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "obs/drawn_frame_test.h"
#include "obs/formats.h"

// In place of the C library's, for a system that has no more threads.
namespace {
bool threads_are_out = false;
}
extern "C" int pthread_create(pthread_t* thread, const pthread_attr_t* how, void* (*start)(void*),
                              void* with) {
  if (threads_are_out) return EAGAIN;
  static const auto create =
      reinterpret_cast<decltype(&pthread_create)>(dlsym(RTLD_NEXT, "pthread_create"));
  return create(thread, how, start, with);
}

namespace selfieseg::obs {
namespace {

constexpr uint32_t kWidth = 161, kHeight = 121;
constexpr uint64_t kFrameTime = 33'000'000;
constexpr int kPatience = 5000;  // frames, of a millisecond or more
constexpr uint8_t kPadding = 0xab;
constexpr Pixel kRed = {224, 32, 32}, kBlack = {0, 0, 0};

struct PaddedFrame {
  obs_source_frame frame = {};
  std::vector<uint8_t> planes[MAX_AV_PLANES];
  size_t used[MAX_AV_PLANES] = {};  // of each line

  PaddedFrame(const Layout& layout, uint32_t width, uint32_t height, uint64_t time) {
    frame.format = layout.format;
    frame.width = width, frame.height = height;
    frame.timestamp = time;
    for (const Place& place : layout.places) {
      if (place.step == 0) continue;
      const size_t columns = (size_t(width) + (1u << place.columns) - 1) >> place.columns;
      const size_t lines = (size_t(height) + (1u << place.lines) - 1) >> place.lines;
      const auto plane = size_t(place.plane);
      used[plane] = columns * size_t(place.step);
      frame.linesize[plane] = uint32_t(used[plane]) + 38;
      planes[plane].assign(frame.linesize[plane] * lines, kPadding);
      frame.data[plane] = planes[plane].data();
    }
    Draw(&frame, layout);
  }
  bool PaddingIsWhole() const {
    for (size_t plane = 0; plane < MAX_AV_PLANES; ++plane) {
      for (size_t i = 0; i < planes[plane].size(); ++i) {
        if (i % frame.linesize[plane] >= used[plane] && planes[plane][i] != kPadding) return false;
      }
    }
    return true;
  }
};

bool IsNear(const Pixel& a, const Pixel& b) {
  return std::equal(a.begin(), a.end(), b.begin(),
                    [](int x, int y) { return std::abs(x - y) < 12; });
}

class WorkerTest : public testing::Test {
 protected:
  WorkerTest() {
    settings_.backdrop.kind = SELFIESEG_COLOR;
    settings_.backdrop.red = uint8_t(kRed[0]);
    settings_.backdrop.green = uint8_t(kRed[1]), settings_.backdrop.blue = uint8_t(kRed[2]);
    worker_.Set(settings_);
  }
  ~WorkerTest() override {
    worker_.Clear(&unused_);
    TakeBack();
    EXPECT_TRUE(mine_.empty()) << "frames that did not come back";
  }

  // As OBS: gives a frame, and takes back what comes. What is to be shown is in shown_, if anything
  // is; nothing else may be.
  void Show(const Layout& layout, uint32_t width = kWidth, uint32_t height = kHeight) {
    time_ += kFrameTime;
    auto padded = std::make_unique<PaddedFrame>(layout, width, height, time_);
    obs_source_frame* frame = &padded->frame;
    mine_.emplace(frame, std::move(padded));
    frame = worker_.Exchange(frame, &unused_);
    TakeBack();
    shown_.reset();
    if (frame == nullptr) return;
    ASSERT_EQ(mine_.count(frame), 1u);
    shown_ = std::move(mine_.extract(frame).mapped());
    const Pixel corner = Read(*frame, layout, 2, 2), room = Drawn(*frame, layout, 2, 2);
    EXPECT_FALSE(IsNear(corner, room)) << "the room was seen";
  }

  // Until the corner is `background` and the face is kept, or replaced with it.
  bool Becomes(const Layout& layout, const Pixel& background, bool face_is_kept = true) {
    for (int i = 0; i < kPatience; ++i) {
      Show(layout);
      if (shown_ != nullptr) {
        const obs_source_frame& frame = shown_->frame;
        const uint32_t x = kWidth / 2, y = kHeight * 42 / 100;
        const Pixel wanted = In(layout, background);
        const Pixel face = face_is_kept ? Drawn(frame, layout, x, y) : wanted;
        if (IsNear(Read(frame, layout, 2, 2), wanted) && IsNear(Read(frame, layout, x, y), face)) {
          return true;
        }
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    return false;
  }

  void TakeBack() {
    for (obs_source_frame* frame : unused_) {
      if (mine_.erase(frame) == 0) obs_source_frame_destroy(frame);  // the worker's own
    }
    unused_.clear();
  }

  Settings settings_;
  Worker worker_ = Worker(nullptr);
  Frames unused_;
  uint64_t time_ = 0;
  std::map<obs_source_frame*, std::unique_ptr<PaddedFrame>> mine_;  // that were given
  std::unique_ptr<PaddedFrame> shown_;
};

class WorkerOf : public WorkerTest, public testing::WithParamInterface<Layout> {};

TEST_P(WorkerOf, ReplacesTheBackgroundAndNothingBesideTheLines) {
  for (const bool delay_match : {true, false}) {
    settings_.delay_match = delay_match;
    worker_.Set(settings_);
    EXPECT_TRUE(Becomes(GetParam(), kRed)) << "delay_match " << delay_match;
    for (int i = 0; i < 5; ++i) {
      Show(GetParam());
      EXPECT_TRUE(shown_ == nullptr || shown_->PaddingIsWhole());
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Formats, WorkerOf, testing::ValuesIn(kLayouts),
                         [](const auto& info) { return info.param.name; });

TEST_F(WorkerTest, ShowsTheColourWhereNobodyCanBeFoundAndGoesOnWhenThatIsMended) {
  const live::Ramp usual = std::exchange(settings_.finding.ramp, {0.9f, 0.1f});
  for (const bool delay_match : {true, false}) {
    settings_.delay_match = delay_match;
    worker_.Set(settings_);
    EXPECT_TRUE(Becomes(kLayouts[0], kRed, false));
    for (int i = 0; i < 20; ++i) {
      EXPECT_TRUE(Becomes(kLayouts[0], kRed, false));
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
  }
  settings_.finding.ramp = usual;
  worker_.Set(settings_);
  EXPECT_TRUE(Becomes(kLayouts[0], kRed));
}

TEST_F(WorkerTest, ShowsBlackForNothingWhereThereIsNoAlpha) {
  settings_.backdrop = {};
  settings_.backdrop.kind = SELFIESEG_TRANSPARENT;
  for (const bool delay_match : {true, false}) {
    settings_.delay_match = delay_match;
    worker_.Set(settings_);
    EXPECT_TRUE(Becomes(LayoutOf(VIDEO_FORMAT_I420), kBlack));
    EXPECT_TRUE(Becomes(LayoutOf(VIDEO_FORMAT_BGRX), kBlack));
  }
}

TEST_F(WorkerTest, ShowsNothingOfTheRoomWhereThereCanBeNoThread) {
  for (const bool delay_match : {true, false}) {
    Worker worker(nullptr);
    settings_.delay_match = delay_match;
    worker.Set(settings_);
    threads_are_out = true;
    for (int i = 0; i < 3; ++i) {
      PaddedFrame padded(kLayouts[0], kWidth, kHeight, 0);
      EXPECT_EQ(worker.Exchange(&padded.frame, &unused_), &padded.frame);
      EXPECT_EQ(Read(padded.frame, kLayouts[0], 2, 2), (Pixel{0, 128, 128}));
      TakeBack();
    }
    threads_are_out = false;
  }
}

TEST_F(WorkerTest, ShowsNothingOfTheRoomWhileTheSizeChangesWithEachFrame) {
  for (int i = 0; i < 200; ++i) {
    settings_.delay_match = i < 100;
    if (i % 100 == 0) worker_.Set(settings_);
    Show(kLayouts[i / 7 % std::size(kLayouts)], kWidth + uint32_t(i % 3), kHeight);
    std::this_thread::sleep_for(std::chrono::milliseconds(i % 5));
  }
  EXPECT_TRUE(Becomes(kLayouts[0], kRed));
}

TEST_F(WorkerTest, ShowsNothingOfTheRoomWhileSettingsChange) {
  std::atomic<bool> ending = false;
  std::thread setting([&] {
    Settings settings = settings_;
    for (int i = 0; !ending; ++i) {
      settings.delay_match = i % 3 == 0;
      settings.finding.grow = i % 4;
      worker_.Set(settings);
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
  });
  for (int i = 0; i < 300; ++i) {
    Show(kLayouts[0]);
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  ending = true;
  setting.join();
  worker_.Set(settings_);
  EXPECT_TRUE(Becomes(kLayouts[0], kRed));
}

TEST_F(WorkerTest, EndsWithFramesUnderWay) {
  for (int i = 0; i < 12; ++i) {
    settings_.delay_match = i % 2 == 0;
    Worker worker(nullptr);
    worker.Set(settings_);
    for (int frames = 0; frames <= i; ++frames) {
      auto padded = std::make_unique<PaddedFrame>(kLayouts[0], kWidth, kHeight, time_);
      obs_source_frame* const frame = &padded->frame;
      mine_.emplace(frame, std::move(padded));
      mine_.erase(worker.Exchange(frame, &unused_));
    }
    worker.Clear(&unused_);
    TakeBack();
    EXPECT_TRUE(mine_.empty());
  }
}

TEST(Formats, FramesUpsideDownSaySo) {
  obs_source_frame* const frame = obs_source_frame_create(VIDEO_FORMAT_NV12, 16, 16);
  EXPECT_EQ(ViewOf(*frame).orientation, 1);
  frame->flip = true;
  EXPECT_EQ(ViewOf(*frame).orientation, 4);
  obs_source_frame_destroy(frame);
}

}  // namespace
}  // namespace selfieseg::obs
