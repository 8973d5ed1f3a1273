#include "base/threads.h"

#include <atomic>
#include <chrono>
#include <cstdint>
#include <system_error>
#include <thread>
#include <vector>

#include "hwy/cache_control.h"

namespace selfieseg::core {
namespace {

// A frame has two dozen jobs, with some work of one thread between them, and waking a thread can
// take longer than a job. So threads look for the next one for so long before they sleep.
constexpr std::chrono::microseconds kPatience{200};

// Until it is not `old`.
template <class T>
T WaitFor(const std::atomic<T>& value, T old) {
  const auto start = std::chrono::steady_clock::now();
  do {
    for (int i = 0; i < 16; ++i) {
      if (const T now = value; now != old) return now;
      hwy::Pause();
    }
  } while (std::chrono::steady_clock::now() - start < kPatience);
  value.wait(old);
  return value;
}

}  // namespace

class Threads::Team {
 public:
  explicit Team(int count);
  ~Team();

  int count() const { return int(workers_.size()); }
  void RunParts(int parts, Call call, const void* context);

 private:
  static constexpr uint32_t kNone = 0x7fffffff;  // more than the parts of any job

  void WorkerLoop(int thread);
  void TakeParts(int thread);

  std::vector<std::thread> workers_;
  // The job. It changes only between the last part done and the first one to take, so what was
  // read before a part was taken belongs to that part.
  alignas(kApart) std::atomic<Call> call_{nullptr};
  std::atomic<const void*> context_{nullptr};
  std::atomic<int> parts_{0};
  std::atomic<uint64_t> next_{0};  // number of the job, and below it of the part to take next
  // Whoever waits looks at these all the time.
  alignas(kApart) std::atomic<int> done_{0};        // parts
  alignas(kApart) std::atomic<uint32_t> round_{0};  // number of the job; workers wait for the next
  std::atomic<bool> stop_{false};
};

Threads::Team::Team(int count) {
  workers_.reserve(count);
  try {
    for (int i = 0; i < count; ++i) workers_.emplace_back([this, i] { WorkerLoop(i + 1); });
  } catch (const std::system_error&) {
    // The system gives no more threads: a smaller team does the same work.
  }
}

Threads::Team::~Team() {
  stop_ = true;
  ++round_;
  round_.notify_all();
  for (std::thread& worker : workers_) worker.join();
}

// Waits for parts, not for workers: where another program has a worker's processor, the others do
// its share, and it finds nothing left.
void Threads::Team::RunParts(int parts, Call call, const void* context) {
  const uint64_t first = uint64_t{round_ + 1} << 32;
  next_ = first + kNone;  // whoever still looks at the last job takes nothing of this one
  call_ = call;
  context_ = context;
  parts_ = parts;
  done_ = 0;
  next_ = first;
  ++round_;
  round_.notify_all();
  TakeParts(0);
  for (int done = done_; done != parts;) done = WaitFor(done_, done);
}

void Threads::Team::WorkerLoop(int thread) {
  uint32_t seen = 0;
  while (true) {
    seen = WaitFor(round_, seen);
    if (stop_) return;
    TakeParts(thread);
  }
}

void Threads::Team::TakeParts(int thread) {
  for (uint64_t next = next_;;) {
    const Call call = call_;
    const void* context = context_;
    const int parts = parts_, part = int(next & kNone);
    if (part >= parts) return;
    if (!next_.compare_exchange_weak(next, next + 1)) continue;
    call(context, part, thread);
    if (++done_ == parts) done_.notify_one();
    next = next_;
  }
}

Threads::Threads(int count) {
  if (count == 1) return;
  team_ = std::make_unique<Team>(count - 1);
  count_ += team_->count();
}

Threads::~Threads() = default;

void Threads::RunParts(int parts, Call call, const void* context) {
  team_->RunParts(parts, call, context);
}

}  // namespace selfieseg::core
