// Printing in the C library's way: no locale, no state.
#include "cli/report.h"

#include <cstdio>
#include <nlohmann/json.hpp>

#include "cli/failure.h"

namespace selfieseg::cli {
namespace {

template <class Number>
std::string Format(const char* format, Number number) {
  char text[64];
  std::snprintf(text, sizeof(text), format, number);
  return text;
}

}  // namespace

std::string OneLine(const std::string& text) {
  std::string line;
  for (const char c : text) {
    const unsigned char byte = static_cast<unsigned char>(c);
    if (c == '\n') {
      line += "\\n";
    } else if (byte < 0x20 || byte == 0x7F) {
      line += Format("\\x%02x", unsigned{byte});
    } else {
      line += c;
    }
  }
  return line;
}

std::string Milliseconds(double milliseconds) { return Format("%.1f ms", milliseconds); }

void PrintLine(const std::string& line) { std::printf("%s\n", OneLine(line).c_str()); }

void PrintText(const std::string& text) { std::fputs(text.c_str(), stdout); }

void PrintJson(const nlohmann::ordered_json& object) {
  constexpr auto kReplace = nlohmann::ordered_json::error_handler_t::replace;
  std::printf("%s\n", object.dump(-1, ' ', false, kReplace).c_str());
}

void PrintError(const std::string& sentence) {
  std::fprintf(stderr, "selfieseg: %s\n", OneLine(sentence).c_str());
}

void CheckPrinted() {
  if (std::fflush(stdout) != 0 || std::ferror(stdout) != 0) {
    throw Failure("cannot write to standard output");
  }
}

}  // namespace selfieseg::cli
