// A thread that works on the newest job it is given, so that whoever gives it never waits.
#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

namespace selfieseg::live {

// Used by one thread, besides its own. What a job holds belongs to whoever has the job.
template <class Job>
class WorkThread {
 public:
  // `work` must not throw.
  explicit WorkThread(std::function<void(Job&)> work) : work_(std::move(work)) {}
  WorkThread(const WorkThread&) = delete;
  WorkThread& operator=(const WorkThread&) = delete;
  // Waits for the job at hand.
  ~WorkThread() {
    {
      const std::lock_guard lock(mutex_);
      ending_ = true;
    }
    changed_.notify_all();
    if (thread_.joinable()) thread_.join();
  }

  // Whether no job waits, and none is worked on.
  bool IsIdle() {
    const std::lock_guard lock(mutex_);
    return !busy_ && !waiting_;
  }

  // Returns the job that waited, if there was one: it is not worked on. Throws std::system_error if
  // there can be no thread, and then leaves the job as it is.
  std::optional<Job> Give(std::optional<Job>&& job) {
    if (job && !thread_.joinable()) thread_ = std::thread([this] { Run(); });
    {
      const std::lock_guard lock(mutex_);
      waiting_.swap(job);
    }
    changed_.notify_all();
    return std::move(job);
  }

  // The jobs that were finished since the last call, in their order.
  std::vector<Job> Finished() {
    const std::lock_guard lock(mutex_);
    return std::exchange(finished_, {});
  }

  // Until it is idle.
  void Wait() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return !busy_ && !waiting_; });
  }

 private:
  void Run() {
    std::unique_lock lock(mutex_);
    while (true) {
      changed_.wait(lock, [&] { return waiting_ || ending_; });
      if (ending_) return;
      Job job = *std::exchange(waiting_, std::nullopt);
      busy_ = true;
      lock.unlock();
      work_(job);
      lock.lock();
      finished_.push_back(std::move(job));
      busy_ = false;
      changed_.notify_all();
    }
  }

  const std::function<void(Job&)> work_;
  std::mutex mutex_;  // guards all up to finished_
  std::condition_variable changed_;
  bool ending_ = false, busy_ = false;
  std::optional<Job> waiting_;
  std::vector<Job> finished_;
  std::thread thread_;
};

}  // namespace selfieseg::live
