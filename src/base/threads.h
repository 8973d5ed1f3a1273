// A small team of threads that divides one job into numbered parts and waits for all of them.
// threads.cc has the team; threads_none.cc stands for it where a build has no threads.
#pragma once

#include <memory>

namespace selfieseg::core {

// The calling thread works too, so a team of one starts no thread. Idle threads sleep. Used by one
// thread at a time.
class Threads {
 public:
  explicit Threads(int count);
  ~Threads();
  Threads(const Threads&) = delete;

  int count() const { return count_; }

  // Calls job(part) once for every part in 0..parts-1, in any order, and returns when all are done.
  // Real-time safe.
  template <class Job>
  void Run(int parts, const Job& job) {
    if (count_ == 1 || parts == 1) {
      for (int part = 0; part < parts; ++part) job(part);
      return;
    }
    RunParts(
        parts, [](const void* context, int part) { (*static_cast<const Job*>(context))(part); },
        &job);
  }

 private:
  using Call = void (*)(const void* context, int part);
  class Team;

  void RunParts(int parts, Call call, const void* context);

  std::unique_ptr<Team> team_;  // all but the calling thread
  int count_ = 1;
};

}  // namespace selfieseg::core
