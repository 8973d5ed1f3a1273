// A small team of threads that divides one job into numbered parts and waits for all of them.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <thread>
#include <vector>

namespace selfieseg::core {

// The calling thread works too, so a team of one starts no thread. Idle threads sleep. Used by one
// thread at a time.
class Threads {
 public:
  explicit Threads(int count);
  ~Threads();
  Threads(const Threads&) = delete;

  int count() const { return int(workers_.size()) + 1; }

  // Calls job(part) once for every part in 0..parts-1, in any order, and returns when all are done.
  // Real-time safe.
  template <class Job>
  void Run(int parts, const Job& job) {
    if (workers_.empty() || parts == 1) {
      for (int part = 0; part < parts; ++part) job(part);
      return;
    }
    RunParts(
        parts, [](const void* context, int part) { (*static_cast<const Job*>(context))(part); },
        &job);
  }

 private:
  using Call = void (*)(const void* context, int part);

  void RunParts(int parts, Call call, const void* context);
  void WorkerLoop();
  void TakeParts();

  std::vector<std::thread> workers_;
  Call call_ = nullptr;
  const void* context_ = nullptr;
  int parts_ = 0;
  std::atomic<int> next_part_{0};
  std::atomic<uint32_t> round_{0};  // counts jobs; workers sleep until it changes
  std::atomic<int> working_{0};     // workers that have not finished this round
  std::atomic<bool> stop_{false};
};

}  // namespace selfieseg::core
