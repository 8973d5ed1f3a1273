#include "camera/output_v4l2.h"

#include <fcntl.h>
#include <linux/videodev2.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <stdexcept>
#include <system_error>

namespace selfieseg::camera {
namespace {

// v4l2loopback 0.13 and later: queued when a reader starts or stops streaming. An older one refuses
// the subscription; then whoever else has one of its devices open counts as a reader.
constexpr uint32_t kClientUsage = V4L2_EVENT_PRIVATE_START + 0x08E00000 + 1;

class V4l2Output final : public Output {
 public:
  V4l2Output(const std::string& device, const Shape& shape, const V4l2System& system)
      : device_(device), system_(system) {
    file_ = system_.open(device.c_str(), O_RDWR | O_NONBLOCK | O_CLOEXEC);
    if (file_ < 0) Fail("cannot be opened");
    try {
      Agree(shape);
    } catch (...) {
      system_.close(file_);
      throw;
    }
    v4l2_event_subscription wanted = {};
    wanted.type = kClientUsage;
    wanted.flags = V4L2_EVENT_SUB_FL_SEND_INITIAL;
    is_told_ = system_.ioctl(file_, VIDIOC_SUBSCRIBE_EVENT, &wanted) == 0;
  }
  ~V4l2Output() override { system_.close(file_); }

  bool KnowsReaders() const override { return is_told_ || system_.handles() > 0; }

  bool HasReader() override {
    if (!is_told_) {
      const int handles = system_.handles();  // one is ours
      return handles <= 0 || handles > 1;
    }
    v4l2_event event = {};
    while (system_.ioctl(file_, VIDIOC_DQEVENT, &event) == 0) {
      uint32_t readers = 0;
      std::memcpy(&readers, event.u.data, sizeof(readers));
      if (event.type == kClientUsage) has_reader_ = readers > 0;
    }
    return has_reader_;
  }

  void Show(std::span<const uint8_t> frame) override {
    const ssize_t count = system_.write(file_, frame.data(), frame.size());
    if (count < 0 && (errno == EAGAIN || errno == EINTR)) return;  // the next one will do
    if (count < 0) Fail("takes no frame");
  }

 private:
  [[noreturn]] void Fail(const std::string& what) const {
    throw std::runtime_error("'" + device_ + "' " + what + ": " +
                             std::generic_category().message(errno) +
                             "; see 'selfieseg camera doctor'");
  }

  void Agree(const Shape& shape) {
    v4l2_capability can = {};
    if (system_.ioctl(file_, VIDIOC_QUERYCAP, &can) != 0) Fail("is no video device");
    const uint32_t abilities =
        can.capabilities & V4L2_CAP_DEVICE_CAPS ? can.device_caps : can.capabilities;
    if ((abilities & V4L2_CAP_VIDEO_OUTPUT) == 0) {
      throw std::runtime_error("'" + device_ +
                               "' is a camera, or another program writes to it: give a free device "
                               "of v4l2loopback; see 'selfieseg camera doctor'");
    }
    v4l2_format format = {};
    format.type = V4L2_BUF_TYPE_VIDEO_OUTPUT;
    format.fmt.pix.width = uint32_t(shape.width), format.fmt.pix.height = uint32_t(shape.height);
    format.fmt.pix.pixelformat = V4L2_PIX_FMT_YUYV;
    format.fmt.pix.field = V4L2_FIELD_NONE;
    format.fmt.pix.bytesperline = uint32_t(shape.width) * 2;
    format.fmt.pix.sizeimage = uint32_t(shape.bytes());
    format.fmt.pix.colorspace = V4L2_COLORSPACE_SMPTE170M;
    if (system_.ioctl(file_, VIDIOC_S_FMT, &format) != 0) Fail("takes no format of frames");
    // The module may round sizeimage up to whole pages; a frame is written as it is.
    const v4l2_pix_format& got = format.fmt.pix;
    if (got.width != uint32_t(shape.width) || got.height != uint32_t(shape.height) ||
        got.pixelformat != V4L2_PIX_FMT_YUYV) {
      throw std::runtime_error("'" + device_ + "' keeps another size, " +
                               std::to_string(got.width) + "x" + std::to_string(got.height) +
                               ": end the programs that read it, or give --size");
    }
    v4l2_streamparm speed = {};
    speed.type = V4L2_BUF_TYPE_VIDEO_OUTPUT;
    speed.parm.output.timeperframe = {1, uint32_t(shape.rate)};
    system_.ioctl(file_, VIDIOC_S_PARM, &speed);  // only told to readers
    // v4l2loopback 0.12 keeps for busy until it is loaded anew what was only written to.
    int type = V4L2_BUF_TYPE_VIDEO_OUTPUT;
    system_.ioctl(file_, VIDIOC_STREAMON, &type);
  }

  const std::string device_;
  const V4l2System system_;
  int file_ = -1;
  bool is_told_ = false, has_reader_ = false;
};

}  // namespace

std::unique_ptr<Output> OpenV4l2(const std::string& device, const Shape& shape,
                                 const V4l2System& system) {
  return std::make_unique<V4l2Output>(device, shape, system);
}

std::unique_ptr<Output> OpenV4l2(const std::string& device, const Shape& shape) {
  return OpenV4l2(
      device, shape,
      {[](const char* path, int flags) { return open(path, flags); },
       [](int file, unsigned long request, void* value) { return ioctl(file, request, value); },
       [](int file, const void* bytes, size_t count) { return write(file, bytes, count); },
       [](int file) { return close(file); },
       [] {
         // Each open device holds its module.
         int handles = -1;
         std::ifstream("/sys/module/v4l2loopback/refcnt") >> handles;
         return handles;
       }});
}

}  // namespace selfieseg::camera
