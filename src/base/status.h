// How wrong input is reported: a Status, or a Result<T> that holds either a value or a Status.
// Wrong code is an assert.
#pragma once

#include <optional>
#include <string>
#include <utility>

#include "selfieseg/selfieseg.h"

namespace selfieseg::core {

using Code = selfieseg_status;

// OK, or a code with one sentence that names the thing and what is wrong with it. An OK status
// allocates nothing.
class [[nodiscard]] Status {
 public:
  Status() = default;
  Status(Code code, std::string sentence) : code_(code), sentence_(std::move(sentence)) {}

  bool ok() const { return code_ == SELFIESEG_OK; }
  Code code() const { return code_; }
  const std::string& sentence() const { return sentence_; }

 private:
  Code code_ = SELFIESEG_OK;
  std::string sentence_;
};

template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : value_(std::move(value)) {}  // NOLINT: implicit, so that `return value;` works
  Result(Status status) : status_(std::move(status)) {}  // NOLINT: as above

  bool ok() const { return value_.has_value(); }
  const Status& status() const { return status_; }
  const T& value() const& { return *value_; }
  T&& value() && { return *std::move(value_); }

 private:
  std::optional<T> value_;
  Status status_;
};

}  // namespace selfieseg::core

#define SELFIESEG_JOIN_INNER(a, b) a##b
#define SELFIESEG_JOIN(a, b) SELFIESEG_JOIN_INNER(a, b)

// Leaves the function with the status of `expression` unless it is OK.
#define TRY(expression)                                                                           \
  do {                                                                                            \
    if (::selfieseg::core::Status try_status = (expression); !try_status.ok()) return try_status; \
  } while (false)

// Assigns the value of a Result, or leaves the function with its status.
#define TRY_ASSIGN(target, expression) \
  TRY_ASSIGN_INNER(target, expression, SELFIESEG_JOIN(try_result_, __LINE__))
#define TRY_ASSIGN_INNER(target, expression, result) \
  auto result = (expression);                        \
  if (!result.ok()) return result.status();          \
  target = std::move(result).value()
