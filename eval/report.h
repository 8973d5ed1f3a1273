// The judgement of a set of pictures: overall and for each group of every column.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "eval/scores.h"
#include "eval/statistics.h"

namespace selfieseg::eval {

struct Row {  // a picture
  std::string image;
  Scores scores;
  std::vector<std::string> groups;  // its value in each column; "": it has none there
  size_t item = 0;                  // which of the set it is; for the caller
};

struct Summary {
  size_t n = 0;
  Estimate iou, boundary_iou, mae, false_positive, false_negative;
  std::vector<size_t> worst;  // up to five rows, lowest IoU first
};

struct Group {
  std::string name;
  Summary summary;
};

struct Column {
  std::string name;
  std::vector<Group> groups;         // sorted by name
  double mean_ci95 = 0;              // mean of the groups' intervals of IoU, as the card prints it
  std::optional<Fairness> fairness;  // of two groups and more
};

// The same pictures under worse conditions.
struct Degraded {
  std::string kind, level;
  double strength = 0;
  Summary summary;
};

struct Report {
  std::string title;      // what was judged, in a few words
  std::string model;      // "general", "landscape", "auto", or "" for others' masks
  std::vector<Row> rows;  // in the order of the manifest
  std::vector<Column> columns;
  Summary overall;
  std::vector<Degraded> degraded;
  std::vector<std::string> faults;  // pictures that could not be judged, a sentence each
};

Summary Summarize(const std::vector<Row>& rows, const std::vector<size_t>& which);

// Fills `overall` and the columns, whose names are given, from the rows.
void Conclude(const std::vector<std::string>& columns, double human_iou, Report* report);

// "97.31 ± 0.42": per cent.
std::string Percent(double fraction);
std::string PercentWithInterval(const Estimate& estimate);

// For people: a table in text, and one in Markdown.
std::string AsText(const Report& report);
std::string AsMarkdown(const Report& report);

}  // namespace selfieseg::eval
