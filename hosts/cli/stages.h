// Three things done to each of many pieces, in order, by three threads at a time.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <exception>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

#include "cli/interrupt.h"

namespace selfieseg::cli {

// Hands things from one thread to another. Whoever is too fast waits.
template <class Thing>
class Channel {
 public:
  // `room`: how much what waits may weigh together.
  explicit Channel(size_t room) : room_(room) {}

  // False: nobody wants it any more.
  bool Push(Thing thing, size_t weight) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return broken_ || weight_ == 0 || weight_ + weight <= room_; });
    if (broken_) return false;
    things_.emplace_back(std::move(thing), weight);
    weight_ += weight;
    changed_.notify_all();
    return true;
  }
  // Nothing at the end.
  std::optional<Thing> Pop() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return broken_ || ended_ || !things_.empty(); });
    if (broken_ || things_.empty()) return std::nullopt;
    std::optional<Thing> thing = std::move(things_.front().first);
    weight_ -= things_.front().second;
    things_.pop_front();
    changed_.notify_all();
    return thing;
  }
  // There will be no more.
  void End() { Set(&ended_); }
  // What waits is not wanted any more, either.
  void Break() { Set(&broken_); }

 private:
  void Set(bool* flag) {
    const std::lock_guard lock(mutex_);
    *flag = true;
    changed_.notify_all();
  }

  const size_t room_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::pair<Thing, size_t>> things_;
  size_t weight_ = 0;
  bool ended_ = false, broken_ = false;
};

// Calls read(&piece) on this thread while it gives true, and for each piece work(piece), then
// write(piece), each on a thread of its own. weigh(piece) says how much room it takes of `room`.
// When read throws Interrupted, what was read is still written, and the result is false. Any other
// exception ends all at once and is thrown on.
template <class Piece, class Read, class Weigh, class Work, class Write>
bool RunStages(size_t room, const Read& read, const Weigh& weigh, const Work& work,
               const Write& write) {
  Channel<Piece> found(room), made(room);
  std::mutex mutex;
  std::exception_ptr failure;
  const auto guard = [&](const auto& stage) {
    try {
      stage();
    } catch (...) {
      const std::lock_guard lock(mutex);
      if (!failure) failure = std::current_exception();
      found.Break();
      made.Break();
    }
  };
  bool whole = true;
  {
    std::jthread worker, writer;
    {
      const SignalsStayHere scope;
      worker = std::jthread(guard, [&] {
        while (std::optional<Piece> piece = found.Pop()) {
          work(*piece);
          const size_t weight = weigh(*piece);
          if (!made.Push(std::move(*piece), weight)) return;
        }
        made.End();
      });
      writer = std::jthread(guard, [&] {
        while (std::optional<Piece> piece = made.Pop()) write(*piece);
      });
    }
    guard([&] {
      try {
        for (Piece piece; read(&piece);) {
          const size_t weight = weigh(piece);
          if (!found.Push(std::move(piece), weight)) return;
        }
      } catch (const Interrupted&) {
        whole = false;
      }
      found.End();
    });
  }
  if (failure) std::rethrow_exception(failure);
  return whole;
}

}  // namespace selfieseg::cli
