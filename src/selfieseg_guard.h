// The edge of the library: a Status becomes a code and the thread's last sentence, and no exception
// leaves.
#pragma once

#include <algorithm>
#include <cstring>
#include <exception>
#include <new>
#include <string>

#include "base/status.h"

namespace selfieseg::core {

inline Status BadArgument(const std::string& sentence) {
  return {SELFIESEG_BAD_ARGUMENT, sentence};
}

// What selfieseg_last_error() returns. A fixed place, so that reporting cannot fail.
inline thread_local char last_error[512] = "";

inline selfieseg_status Report(const Status& status) {
  if (status.ok()) return SELFIESEG_OK;
  const size_t length = std::min(status.sentence().size(), sizeof(last_error) - 1);
  std::memcpy(last_error, status.sentence().data(), length);
  last_error[length] = '\0';
  return status.code();
}

// The code of what `call` returns, a Status, or of what it throws.
template <class Call>
selfieseg_status Guard(const Call& call) {
#ifndef __cpp_exceptions  // as for WebAssembly: where memory ends, so does the module
  return Report(call());
#else
  try {
    return Report(call());
  } catch (const std::bad_alloc&) {
    std::strcpy(last_error, "out of memory");
  } catch (const std::exception& exception) {
    std::strncpy(last_error, exception.what(), sizeof(last_error) - 1);
  }
  return SELFIESEG_OUT_OF_MEMORY;
#endif
}

}  // namespace selfieseg::core

// In a function that returns a Status.
#define NEED(pointer) \
  if ((pointer) == nullptr) return selfieseg::core::BadArgument(#pointer " is null")

#define NEED_SIZE(structure)                                                                   \
  NEED(structure);                                                                             \
  if ((structure)->struct_size < sizeof(*(structure))) {                                       \
    return selfieseg::core::BadArgument(#structure " has struct_size " +                       \
                                        std::to_string((structure)->struct_size) + ", need " + \
                                        std::to_string(sizeof(*(structure))));                 \
  }
