// Numbers in arguments and tables.
#pragma once

#include <charconv>
#include <optional>
#include <string_view>
#include <system_error>
#include <type_traits>

namespace selfieseg::cli {

// All of the text as a number, or nothing.
template <class Number>
std::optional<Number> Parse(std::string_view text, int base = 10) {
  Number number = {};
  std::from_chars_result result;
  if constexpr (std::is_integral_v<Number>) {
    result = std::from_chars(text.data(), text.data() + text.size(), number, base);
  } else {
    result = std::from_chars(text.data(), text.data() + text.size(), number);
  }
  if (result.ec != std::errc() || result.ptr != text.data() + text.size()) return std::nullopt;
  return number;
}

}  // namespace selfieseg::cli
