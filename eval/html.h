// A report as one page that loads nothing from anywhere.
#pragma once

#include <string>
#include <vector>

#include "eval/report.h"

namespace selfieseg::eval {

struct Illustration {
  std::string caption, data;  // "data:image/jpeg;base64,..."
};

std::string AsHtml(const Report& report, const std::vector<Illustration>& illustrations);

// For a data URI.
std::string Base64(const std::vector<unsigned char>& bytes);

}  // namespace selfieseg::eval
