// Reports as tables for people, in plain text and in Markdown.
#include <algorithm>
#include <cstdio>

#include "eval/report.h"

namespace selfieseg::eval {
namespace {

using Line = std::vector<std::string>;

template <class... Values>
std::string Format(const char* format, Values... values) {
  char text[200];
  std::snprintf(text, sizeof(text), format, values...);
  return text;
}

const Line kHead = {"",      "n",       "IoU %",   "bootstrap", "boundary IoU %",
                    "MAE %", "extra %", "missed %"};

Line LineOf(const std::string& name, const Summary& summary) {
  return {name,
          std::to_string(summary.n),
          PercentWithInterval(summary.iou),
          Percent(summary.iou.low) + ".." + Percent(summary.iou.high),
          PercentWithInterval(summary.boundary_iou),
          Percent(summary.mae.mean),
          Percent(summary.false_positive.mean),
          Percent(summary.false_negative.mean)};
}

std::vector<Line> LinesOf(const Column& column) {
  std::vector<Line> lines;
  for (const Group& group : column.groups) lines.push_back(LineOf(group.name, group.summary));
  return lines;
}

std::string Verdict(const Column& column) {
  const Fairness& f = *column.fairness;
  return "groups' average " + Percent(f.average) + " ± " + Percent(column.mean_ci95) + ", range " +
         Percent(f.lowest) + ".." + Percent(f.highest) +
         ", farthest from the average: " + column.groups[f.farthest].name + " by " +
         Percent(f.greatest) + "; (a) 3 deviations " + Percent(3 * f.deviation) + ": " +
         (f.within_deviations ? "met" : "NOT met") + ", (b) twice the human error " +
         Percent(f.limit) + ": " + (f.within_human ? "met" : "NOT met");
}

// Letters, not bytes, of UTF-8.
size_t Width(const std::string& text) {
  return size_t(std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

std::string Text(const std::vector<Line>& lines) {
  std::vector<size_t> widths(kHead.size());
  for (const Line& line : lines) {
    for (size_t i = 0; i < line.size(); ++i) widths[i] = std::max(widths[i], Width(line[i]));
  }
  std::string text;
  for (const Line& line : lines) {
    for (size_t i = 0; i < line.size(); ++i) {
      const std::string space(widths[i] - Width(line[i]), ' ');
      text += i == 0 ? line[i] + space : "  " + space + line[i];
    }
    text += "\n";
  }
  return text;
}

std::string Markdown(const std::vector<Line>& lines) {
  std::string text;
  for (size_t row = 0; row < lines.size(); ++row) {
    text += "|";
    for (const std::string& cell : lines[row]) {
      std::string safe;
      for (const char c : cell) {
        if (c == '|' || c == '<' || c == '\\') safe += '\\';
        safe += c;
      }
      text += " " + safe + " |";
    }
    text += "\n";
    if (row == 0) {
      text += "|---|";
      for (size_t i = 1; i < lines[0].size(); ++i) text += "---:|";
      text += "\n";
    }
  }
  return text;
}

using Table = std::string (*)(const std::vector<Line>& lines);

std::string Write(const Report& report, Table table, const char* heading, const char* item) {
  std::string text =
      heading + report.title + "\n\n" + table({kHead, LineOf("all", report.overall)}) + "\n";
  for (const Column& column : report.columns) {
    std::vector<Line> lines = LinesOf(column);
    lines.insert(lines.begin(), kHead);
    lines[0][0] = column.name;
    text += table(lines);
    if (column.fairness) text += "\n" + Verdict(column) + "\n";
    text += "\n";
  }
  if (!report.degraded.empty()) {
    std::vector<Line> lines = {kHead};
    lines[0][0] = "degraded by";
    for (const Degraded& each : report.degraded) {
      lines.push_back(LineOf(each.kind + ", " + each.level, each.summary));
      const double loss = report.overall.iou.mean - each.summary.iou.mean;
      lines.back()[3] = Format("%+.2f", -100 * loss);
    }
    lines[0][3] = "change";
    text += table(lines) + "\n";
  }
  text += "Worst:\n\n";
  for (const size_t i : report.overall.worst) {
    text += item + report.rows[i].image + ": IoU " + Percent(report.rows[i].scores.iou) + "\n";
  }
  for (const std::string& fault : report.faults)
    text += item + std::string("not judged: ") + fault + "\n";
  return text;
}

// On one line, and nothing that a terminal would obey.
std::string Plain(std::string name) {
  for (char& c : name) c = (c >= 0 && c < ' ') || c == 0x7F ? ' ' : c;
  return name;
}

Report WithPlainNames(Report report) {
  report.title = Plain(report.title);
  for (Column& column : report.columns) {
    column.name = Plain(column.name);
    for (Group& group : column.groups) group.name = Plain(group.name);
  }
  for (Row& row : report.rows) row.image = Plain(row.image);
  for (std::string& fault : report.faults) fault = Plain(fault);
  return report;
}

}  // namespace

std::string Percent(double fraction) { return Format("%.2f", 100 * fraction); }

std::string PercentWithInterval(const Estimate& estimate) {
  const std::string interval = estimate.ci95 ? Percent(*estimate.ci95) : "?";
  return Percent(estimate.mean) + " ± " + interval;
}

std::string AsText(const Report& report) { return Write(WithPlainNames(report), Text, "", "  "); }

std::string AsMarkdown(const Report& report) {
  return Write(WithPlainNames(report), Markdown, "# ", "- ");
}

}  // namespace selfieseg::eval
