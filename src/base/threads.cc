#include "base/threads.h"

#include <chrono>
#include <system_error>

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

Threads::Threads(int count) {
  workers_.reserve(count - 1);
  try {
    for (int i = 1; i < count; ++i) workers_.emplace_back([this, i] { WorkerLoop(i); });
  } catch (const std::system_error&) {
    // The system gives no more threads: a smaller team does the same work.
  }
}

Threads::~Threads() {
  stop_ = true;
  ++round_;
  round_.notify_all();
  for (std::thread& worker : workers_) worker.join();
}

void Threads::RunParts(int parts, Call call, const void* context) {
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

void Threads::WorkerLoop(int thread) {
  uint32_t seen = 0;
  while (true) {
    seen = WaitFor(round_, seen);
    if (stop_) return;
    TakeParts(thread);
    if (--working_ == 0) working_.notify_one();
  }
}

void Threads::TakeParts(int thread) {
  for (int part = next_part_++; part < parts_; part = next_part_++) call_(context_, part, thread);
}

}  // namespace selfieseg::core
