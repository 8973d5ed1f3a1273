// A small team of threads that divides one job into numbered parts and waits for all of them.
// threads.cc has the team; threads_none.cc stands for it where a build has no threads.
#pragma once

#include <algorithm>
#include <cstddef>
#include <memory>
#include <type_traits>

namespace selfieseg::core {

// Bytes between what two threads write all the time: two cache lines, which come together. Nearer,
// each would wait for the other's.
inline constexpr size_t kApart = 128;

// The calling thread works too, so a team of one starts no thread. Idle threads sleep, after 0.2
// ms. Used by one thread at a time.
class Threads {
 public:
  explicit Threads(int count);
  ~Threads();
  Threads(const Threads&) = delete;

  int count() const { return count_; }

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
    if (count_ == 1 || parts == 1) {
      for (int part = 0; part < parts; ++part) call(&job, part, 0);
      return;
    }
    RunParts(parts, call, &job);
  }
  // Divides 0..items-1, a few pieces for each thread: job(begin, end, thread).
  template <class Job>
  void Divide(int items, const Job& job) {
    const int parts = count_ == 1 ? 1 : std::min(items, 8 * count_);
    Run(parts, [&](int part, int thread) {
      job(items * part / parts, items * (part + 1) / parts, thread);
    });
  }
  // The same in one piece for each thread, some perhaps empty, for jobs that repeat work at the
  // edges of pieces: job(begin, end, piece), each piece once.
  template <class Job>
  void InBands(int items, const Job& job) {
    Run(count_,
        [&](int piece) { job(items * piece / count_, items * (piece + 1) / count_, piece); });
  }

 private:
  using Call = void (*)(const void* context, int part, int thread);
  class Team;

  void RunParts(int parts, Call call, const void* context);

  std::unique_ptr<Team> team_;  // all but the calling thread
  int count_ = 1;
};

}  // namespace selfieseg::core
