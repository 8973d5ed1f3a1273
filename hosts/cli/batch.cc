#include "cli/batch.h"

#include <signal.h>

#include <algorithm>
#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <new>
#include <thread>

#include "cli/interrupt.h"

namespace selfieseg::cli {
namespace {

// Hands out tasks, and puts the outcomes back in order.
class Batch {
 public:
  Batch(const std::vector<Task>& tasks, const std::function<void(size_t, const Outcome&)>& tell)
      : tasks_(tasks), tell_(tell) {}

  // Until there is no task left, or somebody was interrupted.
  void Work(Worker* worker) {
    try {
      for (size_t i; (i = next_++) < tasks_.size() && !interrupted_;) Tell(i, Try(worker, i));
    } catch (const Interrupted&) {
      interrupted_ = true;
    }
  }

  bool interrupted() const { return interrupted_; }

  // Of tasks behind one that was interrupted.
  void TellTheRest() {
    for (const auto& [i, outcome] : waiting_) tell_(i, outcome);
    waiting_.clear();
  }

 private:
  Outcome Try(Worker* worker, size_t i) {
    Outcome outcome;
    try {
      outcome.made = worker->Make(tasks_[i]);
    } catch (const Interrupted&) {
      throw;
    } catch (const ExistsFailure& failure) {
      outcome.existed = true;
      outcome.error = failure.what();
    } catch (const std::bad_alloc&) {
      outcome.error = "'" + tasks_[i].input + "': there is not enough memory for it";
    } catch (const std::exception& exception) {
      outcome.error = exception.what();
    }
    return outcome;
  }

  void Tell(size_t i, Outcome outcome) {
    const std::lock_guard lock(mutex_);
    waiting_.emplace(i, std::move(outcome));
    for (auto first = waiting_.begin(); first != waiting_.end() && first->first == told_;) {
      tell_(first->first, first->second);
      first = waiting_.erase(first);
      ++told_;
    }
  }

  const std::vector<Task>& tasks_;
  const std::function<void(size_t, const Outcome&)>& tell_;
  std::atomic<size_t> next_ = 0;
  std::atomic<bool> interrupted_ = false;
  std::mutex mutex_;
  std::map<size_t, Outcome> waiting_;
  size_t told_ = 0;
};

// While it lives, new threads leave signals to this one.
class SignalsStayHere {
 public:
  SignalsStayHere() {
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before_);
  }
  ~SignalsStayHere() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }

 private:
  sigset_t before_;
};

}  // namespace

void RunTasks(const Recipe& recipe, const std::vector<Task>& tasks, int jobs,
              const std::function<void(size_t, const Outcome&)>& tell) {
  Batch batch(tasks, tell);
  std::vector<std::unique_ptr<Worker>> workers;
  std::vector<std::jthread> threads;
  const size_t count = std::clamp<size_t>(tasks.size(), 1, size_t(std::max(jobs, 1)));
  {
    const SignalsStayHere scope;
    while (workers.size() < count) workers.push_back(std::make_unique<Worker>(recipe));
    for (size_t i = 1; i < count; ++i) {
      threads.emplace_back([&batch, worker = workers[i].get()] { batch.Work(worker); });
    }
  }
  batch.Work(workers[0].get());
  threads.clear();  // joins
  batch.TellTheRest();
  if (batch.interrupted()) throw Interrupted();
}

}  // namespace selfieseg::cli
