// Finds the person in a thread of its own, so that OBS's thread, which draws everything, never
// waits for the network. Newest frame wins. Fails closed: what it gives to show is never the room.
#pragma once

#include <obs.h>

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "live/work_thread.h"
#include "obs/settings.h"
#include "obs/surface.h"

namespace selfieseg::obs {

using Frames = std::vector<obs_source_frame*>;

// Used by OBS's thread, but for Set(), and besides its own. Frames belong to whoever holds them.
class Worker {
 public:
  // `source` is whose name is told in the log.
  explicit Worker(obs_source_t* source);
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;
  ~Worker() = default;  // after Clear()

  // For the frames that follow. From any thread.
  void Set(const Settings& settings);

  // Takes a frame, and gives one to show: with delay_match an earlier one, with its own mask, else
  // the same with the newest mask. Null: what was shown stays. Frames that nobody needs any more
  // are added to *unused. Does not wait for the network.
  // With a surface, of the frame's size, the frame's pixels are still to be fetched from that: with
  // delay_match by the thread, so that nobody waits for the graphics card either.
  obs_source_frame* Exchange(obs_source_frame* frame, Frames* unused,
                             const Surface& surface = nullptr) noexcept;
  // Whether earlier frames are shown, with their own masks.
  bool HasDelayMatch();

  // Gives those frames back that are not worked on. What comes next is another stream.
  void Forget(Frames* unused);

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
  struct Job {
    obs_source_frame* frame = nullptr;
    Surface surface;       // which has the frame's pixels, if that has none
    bool is_copy = false;  // and not OBS's own
    uint64_t time = 0;     // of the frame
    uint64_t stream = 0;
    Order order;
    std::vector<uint8_t> mask;       // made without delay_match; else the frame is painted
    std::shared_ptr<Effect> effect;  // for the mask
    std::string error;
  };

  obs_source_frame* Delayed(obs_source_frame* frame, const Surface& surface, Frames* unused);
  obs_source_frame* WithNewestMask(obs_source_frame* frame, Frames* unused);
  obs_source_frame* Replaced(obs_source_frame* frame);
  void Give(obs_source_frame* frame, const Surface& surface, bool is_copy, Frames* unused);
  void Receive(Frames* unused);
  void SayOnce(const std::string& sentence);
  Effect OpenEffect(const obs_source_frame& frame, const Settings& settings) const;
  void Work(Job& job);

  obs_source_t* const source_;

  std::mutex mutex_;  // guards what Set() gets
  Order newest_order_;

  // OBS's thread's.
  Order order_;
  Shape shape_;
  uint64_t stream_ = 0;        // counts what was forgotten
  uint64_t failed_order_ = 0;  // nothing is tried until there is another, or another shape
  std::string error_, said_;
  bool shows_ = false;  // a picture of this shape was given to show
  Job finished_;        // with the newest frame that is painted, if it is not shown yet
  Job newest_;          // with the newest mask, if there is one
  std::vector<uint8_t> room_;
  live::Replacement replacement_;

  // The thread's.
  live::Finder finder_;
  uint64_t stream_of_work_ = 0, order_of_effect_ = 0;
  std::shared_ptr<Effect> effect_;

  live::WorkThread<Job> thread_;
};

}  // namespace selfieseg::obs
