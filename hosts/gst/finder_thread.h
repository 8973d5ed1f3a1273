// Finds the person in a thread of its own, for streams that take a mask which is late rather than
// wait for it.
#pragma once

#include <gst/video/video.h>

#include <cstdint>
#include <string>
#include <vector>

#include "live/work_thread.h"
#include "selfieseg/selfieseg.hpp"

namespace selfieseg::gst {

// Used by one thread, besides its own.
class FinderThread {
 public:
  // The session is the thread's as long as this lives.
  explicit FinderThread(Session& session);
  FinderThread(const FinderThread&) = delete;
  FinderThread& operator=(const FinderThread&) = delete;
  ~FinderThread();

  // Writes the newest mask that is finished, and hands the frame to the thread if that has nothing
  // to do. Waits only where there is no mask of a frame of this size yet. Throws std::exception.
  void Newest(const GstVideoFrame& frame, const selfieseg_image& matte);

  // The frames before, and their masks.
  void Forget();

 private:
  struct Job {
    int stream;
    std::vector<uint8_t> mask;
    std::string error;
  };
  void Work(Job& job);
  void Start(const GstVideoFrame& frame);
  void Receive();

  int stream_ = 0;             // counts what was forgotten
  std::vector<uint8_t> mask_;  // the newest; empty: there is none
  std::vector<uint8_t> room_;  // for the next
  std::string error_;

  // The thread's while it is not idle.
  Session& session_;
  int stream_of_session_ = 0;
  GstVideoInfo info_;
  GstBuffer* input_ = nullptr;

  live::WorkThread<Job> thread_;
};

}  // namespace selfieseg::gst
