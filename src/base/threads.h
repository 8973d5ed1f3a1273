// A small team of threads that divides one job into numbered parts and waits for all of them.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <thread>
#include <type_traits>
#include <vector>

namespace selfieseg::core {

// The calling thread works too, so a team of one starts no thread. Idle threads sleep, after 0.2
// ms. Used by one thread at a time.
class Threads {
 public:
  explicit Threads(int count);
  ~Threads();
  Threads(const Threads&) = delete;

  int count() const { return int(workers_.size()) + 1; }

  // Calls job(part) once for every part in 0..parts-1, in any order, and returns when all are done.
  // Or job(part, thread): which of the team's, 0..count()-1, so that each can have room of its own.
  // Real-time safe.
  template <class Job>
  void Run(int parts, const Job& job) {
    const auto call = [](const void* context, int part, [[maybe_unused]] int thread) {
      if constexpr (std::is_invocable_v<Job, int, int>) {
        (*static_cast<const Job*>(context))(part, thread);
      } else {
        (*static_cast<const Job*>(context))(part);
      }
    };
    if (workers_.empty() || parts == 1) {
      for (int part = 0; part < parts; ++part) call(&job, part, 0);
      return;
    }
    RunParts(parts, call, &job);
  }

 private:
  using Call = void (*)(const void* context, int part, int thread);

  void RunParts(int parts, Call call, const void* context);
  void WorkerLoop(int thread);
  void TakeParts(int thread);

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
