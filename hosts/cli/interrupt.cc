#include "cli/interrupt.h"

#include <atomic>
#include <cstdlib>
#include <initializer_list>

#include <signal.h>

namespace selfieseg::cli {
namespace {

// All threads ask.
std::atomic<int> caught = 0;
static_assert(std::atomic<int>::is_always_lock_free, "a handler sets it");

void Note(int signal_number) { caught = signal_number; }

}  // namespace

void CatchInterrupts() {
  struct sigaction note = {};
  note.sa_handler = Note;
  note.sa_flags = int(SA_RESETHAND);  // without SA_RESTART: a blocked read ends
  for (const int number : {SIGINT, SIGTERM, SIGHUP}) {
    struct sigaction before = {};
    sigaction(number, nullptr, &before);
    if (before.sa_handler != SIG_IGN) sigaction(number, &note, nullptr);  // nohup stays nohup
  }
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);  // a limit of file size, too
}

void CheckInterrupted() {
  if (caught != 0) throw Interrupted();
}

bool WasInterrupted() { return caught != 0; }

bool WasAskedToEnd() { return caught == SIGTERM; }

SignalsStayHere::SignalsStayHere() {
  sigset_t all;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before_);
}

SignalsStayHere::~SignalsStayHere() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }

void EndByInterrupt() {
  std::signal(caught, SIG_DFL);
  std::raise(caught);
  std::abort();  // not reached: the signal is not blocked
}

}  // namespace selfieseg::cli
