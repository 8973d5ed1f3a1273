// The writer for v4l2loopback, with a device that is made up.
#include "camera/output_v4l2.h"

#include <errno.h>
#include <gtest/gtest.h>
#include <linux/videodev2.h>

#include <cstring>
#include <deque>
#include <stdexcept>
#include <vector>

namespace selfieseg::camera {
namespace {

constexpr Shape kShape = {64, 64, 30};

struct Device {
  uint32_t abilities = V4L2_CAP_VIDEO_OUTPUT;
  uint32_t width = 0;  // that it keeps; 0: what is asked for
  bool tells = true;   // who reads
  int handles = -1;    // that are open
  std::deque<uint32_t> events;
  int write_error = 0;
  std::vector<size_t> written;
  bool is_open = false, streams = false;
} device;

int Control(int, unsigned long request, void* value) {
  if (request == VIDIOC_QUERYCAP) {
    auto* can = static_cast<v4l2_capability*>(value);
    can->capabilities = V4L2_CAP_DEVICE_CAPS | V4L2_CAP_VIDEO_CAPTURE | V4L2_CAP_VIDEO_OUTPUT;
    can->device_caps = device.abilities;
  } else if (request == VIDIOC_S_FMT) {
    auto& pixels = static_cast<v4l2_format*>(value)->fmt.pix;
    if (device.width != 0) pixels.width = device.width;
    pixels.sizeimage = (pixels.sizeimage + 4095) / 4096 * 4096;
  } else if (request == VIDIOC_STREAMON) {
    device.streams = *static_cast<int*>(value) == V4L2_BUF_TYPE_VIDEO_OUTPUT;
  } else if (request == VIDIOC_SUBSCRIBE_EVENT) {
    return device.tells ? 0 : -1;
  } else if (request == VIDIOC_DQEVENT) {
    if (device.events.empty()) return -1;
    auto* event = static_cast<v4l2_event*>(value);
    event->type = V4L2_EVENT_PRIVATE_START + 0x08E00001;
    std::memcpy(event->u.data, &device.events.front(), 4);
    device.events.pop_front();
  }
  return 0;
}

std::unique_ptr<Output> Open() {
  const V4l2System system = {[](const char*, int) {
                               device.is_open = true;
                               return 5;
                             },
                             Control,
                             [](int, const void*, size_t count) {
                               errno = device.write_error;
                               if (errno != 0) return ssize_t(-1);
                               device.written.push_back(count);
                               return ssize_t(count);
                             },
                             [](int) {
                               device.is_open = false;
                               return 0;
                             },
                             [] { return device.handles; }};
  return OpenV4l2("/dev/video9", kShape, system);
}

class CameraV4l2 : public testing::Test {
  void SetUp() override { device = {}; }
};

TEST_F(CameraV4l2, WritesExactlyAFrameWhereverTheDeviceRoundsUp) {
  const auto output = Open();
  output->Show(std::vector<uint8_t>(kShape.bytes()));
  EXPECT_EQ(device.written, std::vector<size_t>{64 * 64 * 2});
}

TEST_F(CameraV4l2, StreamsSoThatTheDeviceIsFreeAfterwards) {
  const auto output = Open();
  EXPECT_TRUE(device.streams);
}

TEST_F(CameraV4l2, FollowsTheModulesEvents) {
  device.events = {0};
  const auto output = Open();
  EXPECT_TRUE(output->KnowsReaders());
  EXPECT_FALSE(output->HasReader());
  device.events = {1};
  EXPECT_TRUE(output->HasReader());
  EXPECT_TRUE(output->HasReader());
  device.events = {1, 0};
  EXPECT_FALSE(output->HasReader());
}

TEST_F(CameraV4l2, CountsTheHandlesOfAModuleThatIsTooOldToTell) {
  device.tells = false;
  device.handles = 1;
  const auto output = Open();
  EXPECT_TRUE(output->KnowsReaders());
  EXPECT_FALSE(output->HasReader());
  device.handles = 2;
  EXPECT_TRUE(output->HasReader());
}

TEST_F(CameraV4l2, IsAlwaysOnWhereNothingTells) {
  device.tells = false;
  const auto output = Open();
  EXPECT_FALSE(output->KnowsReaders());
  EXPECT_TRUE(output->HasReader());
}

TEST_F(CameraV4l2, RefusesRealCamerasAndSizesThatAreKept) {
  device.abilities = V4L2_CAP_VIDEO_CAPTURE;
  EXPECT_THROW(Open(), std::runtime_error);
  EXPECT_FALSE(device.is_open);
  device = {};
  device.width = 640;
  EXPECT_THROW(Open(), std::runtime_error);
  EXPECT_FALSE(device.is_open);
}

TEST_F(CameraV4l2, DropsAFrameThatDoesNotFitAndSaysWhenTheDeviceIsGone) {
  const auto output = Open();
  device.write_error = EAGAIN;
  EXPECT_NO_THROW(output->Show(std::vector<uint8_t>(kShape.bytes())));
  device.write_error = ENODEV;
  EXPECT_THROW(output->Show(std::vector<uint8_t>(kShape.bytes())), std::runtime_error);
}

}  // namespace
}  // namespace selfieseg::camera
