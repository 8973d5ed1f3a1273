// A report for machines. The names of keys stay; values are fractions, not per cent.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "eval/report.h"

namespace selfieseg::cli {

// Keys: overall; groups, by column and then by value; fairness, by column; degraded; images;
// faults. An interval of fewer than two pictures is null.
nlohmann::ordered_json AsJson(const eval::Report& report);

}  // namespace selfieseg::cli
