// Finds the person in a thread of its own, so that OBS's thread, which draws everything, never
// waits for the network. Newest frame wins. Fails closed: what it gives to show is never the room.
#pragma once

#include <obs.h>

#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "obs/renderer.h"

namespace selfieseg::obs {

using Frames = std::vector<obs_source_frame*>;

// Used by OBS's thread, but for Set(), and besides its own. Frames belong to whoever holds them.
class Worker {
 public:
  // `source` is whose name is told in the log.
  explicit Worker(obs_source_t* source);
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;
  ~Worker();  // after Clear()

  // For the frames that follow. From any thread.
  void Set(const Settings& settings);

  // Takes a frame, and gives one to show: with delay_match an earlier one, with its own mask, else
  // the same with the newest mask. Null: what was shown stays. Frames that nobody needs any more
  // are added to *unused. Does not wait for the network.
  obs_source_frame* Exchange(obs_source_frame* frame, Frames* unused) noexcept;

  // Gives all frames back; waits for the one that is worked on. What comes next is another stream.
  void Clear(Frames* unused);

 private:
  struct Shape {
    video_format format = VIDEO_FORMAT_NONE;
    uint32_t width = 0, height = 0;
    bool operator==(const Shape&) const = default;
  };
  // What is asked for, with a number that changes with it.
  struct Order {
    Settings settings;
    uint64_t number = 0;
  };

  obs_source_frame* Delayed(obs_source_frame* frame, Frames* unused);
  obs_source_frame* WithNewestMask(obs_source_frame* frame);
  obs_source_frame* Replaced(obs_source_frame* frame);
  void Forget(Frames* unused);
  void HandOver(obs_source_frame* frame);
  void SayOnce(const std::string& sentence);

  void Run();
  void Work(const Order& order, const obs_source_frame& frame, bool reset);

  obs_source_t* const source_;

  // OBS's thread's.
  Shape shape_;
  bool shows_ = false;                // a picture of this shape was given to show
  obs_source_frame* copy_ = nullptr;  // the last frame to be worked on that is not OBS's
  Replacement replacement_;
  std::string said_;
  std::vector<uint8_t> newest_mask_;
  uint64_t newest_mask_time_ = 0;

  std::mutex mutex_;  // guards all up to finished_mask_time_
  std::condition_variable changed_;
  bool ending_ = false, busy_ = false, reset_ = false;
  Order order_;
  uint64_t failed_order_ = 0;  // nothing is tried until there is another, or another shape
  std::string error_;
  uint64_t stream_ = 0;                   // counts what was forgotten
  obs_source_frame* waiting_ = nullptr;   // the newest frame
  obs_source_frame* finished_ = nullptr;  // with its background replaced
  Frames dropped_;                        // to give back
  std::shared_ptr<Effect> effect_;        // for the newest mask; not used by the thread
  std::vector<uint8_t> finished_mask_;    // empty: there is none that is new
  uint64_t finished_mask_time_ = 0;

  // The thread's.
  Finder finder_;
  std::shared_ptr<Effect> own_effect_;
  uint64_t order_of_effect_ = 0;
  std::vector<uint8_t> making_;

  std::thread thread_;
};

}  // namespace selfieseg::obs
