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

void Threads::Team::RunParts(int parts, Call call, const void* context) {
  call_ = call;
  context_ = context;
  parts_ = parts;
  next_part_ = 0;
  working_ = int(workers_.size());
  ++round_;  // publishes the fields above
  round_.notify_all();
  TakeParts(0);
  // Every worker must have left this round before the fields may change again.
  for (int left = working_; left != 0;) left = WaitFor(working_, left);
}

void Threads::Team::WorkerLoop(int thread) {
  uint32_t seen = 0;
  while (true) {
    seen = WaitFor(round_, seen);
    if (stop_) return;
    TakeParts(thread);
    if (--working_ == 0) working_.notify_one();
  }
}

void Threads::Team::TakeParts(int thread) {
  for (int part = next_part_++; part < parts_; part = next_part_++) call_(context_, part, thread);
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
