// Threads for a build that has none, such as WebAssembly's: every team is one of one.
#include "base/threads.h"

namespace selfieseg::core {

class Threads::Team {};

Threads::Threads(int /*count*/) {}

Threads::~Threads() = default;

void Threads::RunParts(int parts, Call call, const void* context) {
  for (int part = 0; part < parts; ++part) call(context, part, 0);
}

}  // namespace selfieseg::core
