// The camera that is looked at, or what stands for it: opened while it is wanted, opened again when
// it fails. A thread of its own waits for devices, so that nobody else has to.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <thread>

#include "camera/output.h"
#include "camera/wishes.h"

namespace selfieseg::camera {

// What the budget makes of the wishes.
struct Thrift {
  bool fast = false;  // the cheapest quality
  double share = 1;   // of the rate
  bool operator==(const Thrift&) const = default;
};

class Input {
 public:
  enum class State { kClosed, kOpening, kOpen, kWaiting };
  struct Account {
    State state = State::kClosed;
    std::string source;   // what is open, or was last
    std::string problem;  // why it is not, or was not last
    uint64_t frames = 0;  // finished
  };
  using Clock = std::chrono::steady_clock;
  using Log = std::function<void(const std::string& line)>;

  Input(Wishes wishes, Log log);
  ~Input();
  Input(const Input&) = delete;
  Input& operator=(const Input&) = delete;

  // These return at once.
  void Want(bool open);
  void Change(const Wishes& wishes);
  void Save(const Thrift& thrift);
  // Copies the newest finished frame, unless it is older than half a second or of another shape.
  bool Newest(const Shape& shape, std::span<uint8_t> frame);
  // Returns when there is a frame that Newest() was not asked for yet, at the latest at `end`.
  void WaitForFrame(Clock::time_point end);
  Account account();

 private:
  struct Opened;

  void Run();
  void Look();
  void Open(const Wishes& wishes);
  void Close(State state);
  void Fail(const std::string& problem);
  void Finish(void* sample);  // a GstSample, which it takes; on a thread of the pipeline

  const Log log_;
  std::mutex mutex_;  // guards all up to account_
  std::condition_variable changed_, finished_;
  bool ending_ = false, wanted_ = false;
  Wishes wishes_;
  Thrift thrift_;
  void* newest_ = nullptr;  // a GstBuffer
  int newest_width_ = 0, newest_height_ = 0;
  bool given_ = false;  // Newest() was asked for it
  Clock::time_point newest_time_;
  Account account_;

  // The thread's.
  std::unique_ptr<Opened> opened_;
  Clock::time_point retry_at_;
  Clock::duration pause_;
  std::thread thread_;
};

const char* NameOf(Input::State state);

// The first camera that is neither this one nor a loopback: "/dev/video0" or "pipewire:NODE".
// Throws std::runtime_error.
std::string FindCamera();

}  // namespace selfieseg::camera
