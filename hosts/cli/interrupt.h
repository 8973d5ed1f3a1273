// Ctrl-C and its kin end a command between two steps of its work, so that what is half-written is
// removed first. A second one ends it at once.
#pragma once

#include <exception>

namespace selfieseg::cli {

// Not a Failure: nothing is wrong, and nothing is printed.
struct Interrupted : std::exception {};

// From now on SIGINT, SIGTERM and SIGHUP are noted, and a closed pipe is an error of writing.
void CatchInterrupts();

// Throws Interrupted when one of them has come. Any thread; cheap.
void CheckInterrupted();

// Ends the process by the signal that came, as its parent expects.
[[noreturn]] void EndByInterrupt();

}  // namespace selfieseg::cli
