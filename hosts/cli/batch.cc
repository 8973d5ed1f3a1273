#include "cli/batch.h"

#include <algorithm>
#include <atomic>
#include <map>
#include <mutex>
#include <system_error>
#include <thread>
#include <vector>

#include "cli/interrupt.h"

namespace selfieseg::cli {
namespace {

// Puts what is to be told back in order.
class Teller {
 public:
  void Add(size_t i, Tell tell) {
    const std::lock_guard lock(mutex_);
    waiting_.emplace(i, std::move(tell));
    for (; !waiting_.empty() && waiting_.begin()->first == told_; ++told_) TellFirst();
  }

  // What stands behind something that never came.
  void TellTheRest() {
    while (!waiting_.empty()) TellFirst();
  }

 private:
  void TellFirst() {
    waiting_.begin()->second();
    waiting_.erase(waiting_.begin());
  }

  std::mutex mutex_;
  std::map<size_t, Tell> waiting_;
  size_t told_ = 0;
};

}  // namespace

void RunInOrder(size_t count, size_t jobs,
                const std::function<Tell(size_t worker, size_t i)>& work) {
  std::atomic<size_t> next = 0;
  std::atomic<bool> interrupted = false;
  Teller teller;
  const auto run = [&](size_t worker) {
    try {
      for (size_t i; !interrupted && (i = next++) < count;) teller.Add(i, work(worker, i));
    } catch (const Interrupted&) {
      interrupted = true;
    }
  };
  std::vector<std::jthread> threads;
  {
    const SignalsStayHere scope;
    try {
      for (size_t worker = 1; worker < std::min(jobs, count); ++worker) {
        threads.emplace_back(run, worker);
      }
    } catch (const std::system_error&) {
      // The system gives no more threads: those that there are do it all.
    }
  }
  run(0);
  threads.clear();  // joins
  teller.TellTheRest();
  if (interrupted) throw Interrupted();
}

}  // namespace selfieseg::cli
