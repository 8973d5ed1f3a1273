// Ctrl-C and its kin end a command between two steps of its work, so that what is half-written is
// removed first. A second one ends it at once.
#pragma once

#include <csignal>
#include <exception>

namespace selfieseg::cli {

// Not a Failure: nothing is wrong, and nothing is printed.
struct Interrupted : std::exception {};

// From now on SIGINT, SIGTERM and SIGHUP are noted, and a closed pipe is an error of writing.
void CatchInterrupts();

// Throws Interrupted when one of them has come. Any thread; cheap.
void CheckInterrupted();

// True when one of them has come.
bool WasInterrupted();

// True when the one that came is SIGTERM, by which a service is ended.
bool WasAskedToEnd();

// While it lives, new threads leave signals to those that are there already.
class SignalsStayHere {
 public:
  SignalsStayHere();
  ~SignalsStayHere();
  SignalsStayHere(const SignalsStayHere&) = delete;
  SignalsStayHere& operator=(const SignalsStayHere&) = delete;

 private:
  sigset_t before_;
};

// Ends the process by the signal that came, as its parent expects.
[[noreturn]] void EndByInterrupt();

}  // namespace selfieseg::cli
