#include "eval/report.h"

#include <algorithm>
#include <map>
#include <numeric>

namespace selfieseg::eval {
namespace {

constexpr size_t kWorst = 5;

}  // namespace

Summary Summarize(const std::vector<Row>& rows, const std::vector<size_t>& which) {
  const auto estimate = [&](double Scores::*score) {
    std::vector<double> values;
    for (const size_t i : which) values.push_back(rows[i].scores.*score);
    return EstimateMean(values);
  };
  Summary summary;
  summary.n = which.size();
  summary.iou = estimate(&Scores::iou);
  summary.boundary_iou = estimate(&Scores::boundary_iou);
  summary.mae = estimate(&Scores::mae);
  summary.false_positive = estimate(&Scores::false_positive);
  summary.false_negative = estimate(&Scores::false_negative);
  summary.worst = which;
  std::stable_sort(summary.worst.begin(), summary.worst.end(),
                   [&](size_t a, size_t b) { return rows[a].scores.iou < rows[b].scores.iou; });
  if (summary.worst.size() > kWorst) summary.worst.resize(kWorst);
  return summary;
}

void Conclude(const std::vector<std::string>& columns, double human_iou, Report* report) {
  std::vector<size_t> all(report->rows.size());
  std::iota(all.begin(), all.end(), size_t{0});
  report->overall = Summarize(report->rows, all);
  for (size_t c = 0; c < columns.size(); ++c) {
    std::map<std::string, std::vector<size_t>> members;
    for (const size_t i : all) {
      const std::string& value = report->rows[i].groups[c];
      if (!value.empty()) members[value].push_back(i);
    }
    Column column;
    column.name = columns[c];
    std::vector<double> means, intervals;
    for (const auto& [name, which] : members) {
      column.groups.push_back({name, Summarize(report->rows, which)});
      means.push_back(column.groups.back().summary.iou.mean);
      intervals.push_back(column.groups.back().summary.iou.ci95.value_or(0));
    }
    column.mean_ci95 = Mean(intervals);
    if (means.size() > 1) column.fairness = JudgeFairness(means, human_iou);
    report->columns.push_back(std::move(column));
  }
}

}  // namespace selfieseg::eval
