// Many things done by several threads, and told in order.
#pragma once

#include <cstddef>
#include <functional>

namespace selfieseg::cli {

// What is to be done about a result once all those before it have been told; never twice at a time.
using Tell = std::function<void()>;

// Calls work(worker, i) for every i below `count`; `worker`, below `jobs`, is always the same
// thread. What is told does not depend on `jobs`. When work throws Interrupted, no further i is
// begun, what was done is told, and it is thrown on; work must throw nothing else.
void RunInOrder(size_t count, size_t jobs,
                const std::function<Tell(size_t worker, size_t i)>& work);

}  // namespace selfieseg::cli
