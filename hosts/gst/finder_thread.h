// Finds the person in a thread of its own, for streams that take a mask which is late rather than
// wait for it.
#pragma once

#include <gst/video/video.h>

#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "selfieseg/selfieseg.hpp"

namespace selfieseg::gst {

// Used by one thread, besides its own.
class FinderThread {
 public:
  explicit FinderThread(Session session);
  FinderThread(const FinderThread&) = delete;
  FinderThread& operator=(const FinderThread&) = delete;
  ~FinderThread();

  // Writes the newest mask that is finished, and hands the frame to the thread if that has nothing
  // to do. Waits only where there is no mask of a frame of this size yet. Throws std::exception.
  void Newest(const GstVideoFrame& frame, const selfieseg_image& matte);

  // The frames before, and their masks.
  void Forget();

 private:
  void Run();
  void Work();
  void Start(const GstVideoFrame& frame);

  std::mutex mutex_;  // guards all up to finished_
  std::condition_variable changed_;
  bool busy_ = false, ending_ = false, have_mask_ = false;
  int stream_ = 0, stream_of_work_ = 0;  // counts what was forgotten
  std::string error_;
  std::vector<uint8_t> finished_;

  // The thread's while it is busy.
  Session session_;
  bool reset_ = false;
  GstVideoInfo info_;
  GstBuffer* input_ = nullptr;
  std::vector<uint8_t> making_;

  std::thread thread_;
};

}  // namespace selfieseg::gst
