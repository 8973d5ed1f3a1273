// Charts are drawn as SVG, in the page's own colours, light or dark.
#include "eval/html.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "eval/card.h"

namespace selfieseg::eval {
namespace {

constexpr const char* kStyle = R"(
:root { color-scheme: light dark; --ink: #1b1f24; --quiet: #667; --line: #d5d9de; --paper: #fff;
  --ours: #1f6feb; --card: #b35900; --bad: #c62828; --good: #2e7d32; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6e8ea; --quiet: #9aa4ae; --line: #3a4149;
  --paper: #14171a; --ours: #6cb0ff; --card: #ffb266; --bad: #ff8a80; --good: #81c784; } }
body { font: 15px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper);
  max-width: 60rem; margin: 2rem auto; padding: 0 1rem; overflow-wrap: anywhere; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.15rem; margin-top: 2.2rem; }
.scroll { overflow-x: auto; } table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { padding: .25rem .7rem; text-align: right; border-bottom: 1px solid var(--line);
  white-space: nowrap; } th:first-child, td:first-child { text-align: left; }
svg { display: block; width: 100%; min-width: 38rem; height: auto; }
svg.small { min-width: 0; max-width: 26rem; } svg text { fill: var(--ink); font-size: 12px; }
.quiet, svg text.quiet { color: var(--quiet); fill: var(--quiet); }
.met { color: var(--good); } .missed { color: var(--bad); font-weight: 600; }
.pictures { display: grid; grid-template-columns: repeat(auto-fill, minmax(15rem, 1fr)); gap: 1rem; }
figure { margin: 0; } figure img { width: 100%; border-radius: 4px; } figcaption { font-size: .85rem;
  overflow-wrap: anywhere; }
)";

template <class... Values>
std::string Format(const char* format, Values... values) {
  char text[400];
  std::snprintf(text, sizeof(text), format, values...);
  return text;
}

std::string Escaped(const std::string& text) {
  std::string safe;
  for (const char c : text) {
    const char* entity = c == '<'   ? "&lt;"
                         : c == '>' ? "&gt;"
                         : c == '&' ? "&amp;"
                         : c == '"' ? "&quot;"
                                    : nullptr;
    if (entity != nullptr) {
      safe += entity;
    } else {
      safe += c;
    }
  }
  return safe;
}

// Letters of UTF-8; never cut in the middle of one.
std::string Shortened(const std::string& text, size_t letters) {
  std::string out;
  for (const char c : text) {
    const bool begins = (c & 0xC0) != 0x80;
    if (begins && letters-- == 0) return out + "…";
    out += c;
  }
  return out;
}

std::string Cells(const std::string& name, const Summary& s) {
  return "<tr><td>" + Escaped(name) + "</td><td>" + std::to_string(s.n) + "</td><td>" +
         PercentWithInterval(s.iou) + "</td><td>" + Percent(s.iou.low) + "–" + Percent(s.iou.high) +
         "</td><td>" + PercentWithInterval(s.boundary_iou) + "</td><td>" + Percent(s.mae.mean) +
         "</td><td>" + Percent(s.false_positive.mean) + "</td><td>" +
         Percent(s.false_negative.mean) + "</td></tr>\n";
}

std::string TableHead(const std::string& first) {
  return "<div class=scroll><table>\n<tr><th>" + Escaped(first) +
         "</th><th>n</th><th>IoU %</th><th>bootstrap</th><th>boundary IoU %</th><th>MAE "
         "%</th><th>extra %</th><th>missed %</th></tr>\n";
}

// --- The forest plot: a row for each group, with its interval.

struct ForestRow {
  std::string name;
  double mean, low, high;  // fractions
  const char* colour;
};

std::string Forest(const std::vector<ForestRow>& rows) {
  constexpr double kLeft = 290, kWidth = 900, kRow = 22;
  double low = 1, high = 0;
  for (const ForestRow& row : rows) low = std::min(low, row.low), high = std::max(high, row.high);
  low = std::max(0.0, std::floor(low * 100 - 0.2) / 100);
  high = std::min(1.0, std::ceil(high * 100 + 0.2) / 100);
  const auto x = [&](double value) {
    return kLeft +
           (std::max(value, low) - low) / std::max(high - low, 1e-9) * (kWidth - kLeft - 20);
  };
  const double height = kRow * double(rows.size()) + 34;
  std::string svg = Format("<svg viewBox='0 0 %.0f %.0f' role=img>\n", kWidth, height);
  const double step = (high - low) > 0.3 ? 0.1 : (high - low) > 0.08 ? 0.02 : 0.01;
  for (double tick = std::ceil(low / step) * step; tick <= high + 1e-9; tick += step) {
    svg += Format("<line x1='%.1f' x2='%.1f' y1='0' y2='%.0f' stroke='var(--line)'/>", x(tick),
                  x(tick), height - 24);
    svg += Format("<text class=quiet x='%.1f' y='%.0f' text-anchor='middle'>%.0f</text>\n", x(tick),
                  height - 8, 100 * tick);
  }
  double y = kRow / 2;
  for (const ForestRow& row : rows) {
    svg += Format("<text x='%.0f' y='%.1f' text-anchor='end'>", kLeft - 12, y + 4) +
           Escaped(Shortened(row.name, 32)) + "</text>";
    svg += Format("<line x1='%.1f' x2='%.1f' y1='%.1f' y2='%.1f' stroke='%s' stroke-width='2'/>",
                  x(row.low), x(row.high), y, y, row.colour);
    svg += Format("<circle cx='%.1f' cy='%.1f' r='4.5' fill='%s'/>\n", x(row.mean), y, row.colour);
    y += kRow;
  }
  return svg + "</svg>\n";
}

ForestRow OurRow(const std::string& name, const Summary& s) {
  const double half = s.iou.ci95.value_or(0);
  return {name, s.iou.mean, std::max(0.0, s.iou.mean - half), std::min(1.0, s.iou.mean + half),
          "var(--ours)"};
}

std::string ForestOfAll(const Report& report) {
  std::vector<ForestRow> rows = {OurRow("all, here", report.overall)};
  for (const Column& column : report.columns) {
    for (const Group& group : column.groups) {
      rows.push_back(OurRow(column.name + ": " + group.name, group.summary));
    }
  }
  const bool landscape = report.model == "landscape";
  const CardResult card = landscape ? CardLandscape() : CardGeneral();
  rows.push_back({"average, on the card", card.region_average / 100,
                  (card.region_average - card.region_ci95) / 100,
                  (card.region_average + card.region_ci95) / 100, "var(--card)"});
  for (const CardRow& row : CardRegions()) {
    const double mean = (landscape ? row.landscape : row.general) / 100;
    const double half = (landscape ? row.landscape_ci95 : row.general_ci95) / 100;
    rows.push_back({row.group, mean, mean - half, mean + half, "var(--card)"});
  }
  return Forest(rows);
}

// --- Histograms: how many pictures have which score.

std::string Histogram(const Report& report, double Scores::*score, const char* title,
                      bool best_is_1) {
  constexpr int kBins = 20;
  constexpr double kWidth = 420, kHeight = 150;
  double low = best_is_1 ? 1 : 0, high = best_is_1 ? 1 : 0;
  for (const Row& row : report.rows) {
    low = std::min(low, row.scores.*score), high = std::max(high, row.scores.*score);
  }
  low = std::floor(low * 20) / 20;
  high = std::max(std::ceil(high * 20) / 20, low + 0.05);
  std::vector<int> bins(kBins);
  for (const Row& row : report.rows) {
    const int bin = int((row.scores.*score - low) / (high - low) * kBins);
    ++bins[size_t(std::clamp(bin, 0, kBins - 1))];
  }
  const int most = std::max(1, *std::max_element(bins.begin(), bins.end()));
  std::string svg =
      Format("<svg viewBox='0 0 %.0f %.0f' role=img class=small>", kWidth, kHeight + 36);
  svg += Format("<text x='10' y='14'>%s</text>\n", title);
  for (int bin = 0; bin < kBins; ++bin) {
    const double height = kHeight * 0.85 * bins[size_t(bin)] / most;
    svg += Format("<rect x='%.1f' y='%.1f' width='18' height='%.1f' fill='var(--ours)'/>",
                  10.0 + bin * 20, kHeight + 14 - height, height);
  }
  svg += Format("<text class=quiet x='10' y='%.0f'>%.0f %%</text>", kHeight + 32, 100 * low);
  svg += Format("<text class=quiet x='410' y='%.0f' text-anchor='end'>%.0f %%</text>", kHeight + 32,
                100 * high);
  return svg + "</svg>\n";
}

// --- What is lost under worse conditions: a line for each kind.

std::string DegradationChart(const Report& report) {
  constexpr double kLeft = 250, kWidth = 900, kRow = 20;
  double most = 0.01;
  for (const Degraded& each : report.degraded) {
    most = std::max(most, report.overall.iou.mean - each.summary.iou.mean);
  }
  std::string svg = Format("<svg viewBox='0 0 %.0f %.0f' role=img>\n", kWidth,
                           kRow * double(report.degraded.size()) + 10);
  double y = kRow / 2 + 4;
  for (const Degraded& each : report.degraded) {
    const double loss = report.overall.iou.mean - each.summary.iou.mean;
    const double length = std::max(loss, 0.0) / most * (kWidth - kLeft - 90);
    svg += Format("<text x='%.0f' y='%.1f' text-anchor='end'>", kLeft - 12, y + 4) +
           Escaped(each.kind + ", " + each.level) + "</text>";
    svg += Format("<rect x='%.0f' y='%.1f' width='%.1f' height='12' fill='var(--bad)'/>", kLeft,
                  y - 6, std::max(length, 1.0));
    svg += Format("<text class=quiet x='%.1f' y='%.1f'>%+.2f</text>\n", kLeft + length + 8, y + 4,
                  -100 * loss);
    y += kRow;
  }
  return svg + "</svg>\n";
}

std::string Met(bool met) {
  return met ? "<span class=met>met</span>" : "<span class=missed>not met</span>";
}

std::string ColumnSection(const Column& column) {
  std::string html = "<h2>" + Escaped(column.name) + "</h2>\n" + TableHead(column.name);
  for (const Group& group : column.groups) html += Cells(group.name, group.summary);
  html += "</table></div>\n";
  if (!column.fairness) return html;
  const Fairness& f = *column.fairness;
  return html + "<p>Groups' average " + Percent(f.average) + " ± " + Percent(column.mean_ci95) +
         " %, range " + Percent(f.lowest) + "–" + Percent(f.highest) +
         "; farthest: " + Escaped(column.groups[f.farthest].name) + ", by " + Percent(f.greatest) +
         ". Card's rule (a), within three standard deviations (" + Percent(3 * f.deviation) +
         "): " + Met(f.within_deviations) + "; rule (b), within twice the human error (" +
         Percent(f.limit) + "): " + Met(f.within_human) + ".</p>\n";
}

}  // namespace

std::string AsHtml(const Report& report, const std::vector<Illustration>& illustrations) {
  std::string html =
      "<!doctype html>\n<html lang=en>\n<meta charset=utf-8>\n"
      "<meta name=viewport content='width=device-width, initial-scale=1'>\n<title>" +
      Escaped(report.title) + "</title>\n<style>" + kStyle + "</style>\n<h1>" +
      Escaped(report.title) + "</h1>\n" + TableHead("") + Cells("all", report.overall) +
      "</table></div>\n";
  html +=
      "<p class=quiet>IoU and boundary IoU of person, per picture, then the mean ± 1.96 s/√n; "
      "MAE of the soft matte; extra and missed: wrong area, of the whole picture.</p>\n";
  html += "<h2>Groups, beside the networks' card</h2>\n<div class=scroll>" + ForestOfAll(report) +
          "</div><p class=quiet>IoU in per cent with 95 % intervals. Blue: this set. Orange: the "
          "published card, on its own pictures; sets differ, so only intervals and spreads compare."
          "</p>\n";
  for (const Column& column : report.columns) html += ColumnSection(column);
  html += "<h2>Pictures</h2>\n<div class=pictures>\n" +
          Histogram(report, &Scores::iou, "IoU", true) +
          Histogram(report, &Scores::boundary_iou, "boundary IoU", true) +
          Histogram(report, &Scores::mae, "MAE", false) + "</div>\n";
  if (!report.degraded.empty()) {
    html +=
        "<h2>Under worse conditions</h2>\n<p class=quiet>Change of the mean IoU, in points.</p>\n"
        "<div class=scroll>" +
        DegradationChart(report) + "</div>\n";
  }
  html += "<h2>Worst</h2>\n";
  if (illustrations.empty()) {
    html += "<ol>\n";
    for (const size_t i : report.overall.worst) {
      html += "<li>" + Escaped(report.rows[i].image) + ": IoU " +
              Percent(report.rows[i].scores.iou) + " %</li>\n";
    }
    html += "</ol>\n";
  } else {
    html +=
        "<p class=quiet>Red: found, but no person. Blue: person, but missed.</p>\n<div "
        "class=pictures>\n";
    for (const Illustration& each : illustrations) {
      html += "<figure><img alt='' src='" + each.data + "'><figcaption>" + Escaped(each.caption) +
              "</figcaption></figure>\n";
    }
    html += "</div>\n";
  }
  for (const std::string& fault : report.faults) {
    html += "<p class=missed>Not judged: " + Escaped(fault) + "</p>\n";
  }
  return html + "</html>\n";
}

std::string Base64(const std::vector<unsigned char>& bytes) {
  constexpr const char* kDigits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  for (size_t i = 0; i < bytes.size(); i += 3) {
    const size_t count = std::min<size_t>(3, bytes.size() - i);
    unsigned bits = 0;
    for (size_t k = 0; k < 3; ++k) bits = bits << 8 | (k < count ? bytes[i + k] : 0);
    for (size_t k = 0; k < 4; ++k) text += k <= count ? kDigits[bits >> (18 - 6 * k) & 63] : '=';
  }
  return text;
}

}  // namespace selfieseg::eval
