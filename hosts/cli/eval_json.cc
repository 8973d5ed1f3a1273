#include "cli/eval_json.h"

#include <nlohmann/json.hpp>

namespace selfieseg::cli {
namespace {

using Json = nlohmann::ordered_json;

Json AsJson(const eval::Summary& summary, const eval::Report& report) {
  Json json = {{"n", summary.n}};
  const auto add = [&](const char* name, const eval::Estimate& estimate) {
    const std::string key = name;
    json[key + "_mean"] = estimate.mean;
    json[key + "_ci95"] = estimate.ci95 ? Json(*estimate.ci95) : Json(nullptr);
    json[key + "_bootstrap95"] = {estimate.low, estimate.high};
  };
  add("iou", summary.iou);
  add("boundary_iou", summary.boundary_iou);
  add("mae", summary.mae);
  add("false_positive", summary.false_positive);
  add("false_negative", summary.false_negative);
  for (const size_t i : summary.worst) {
    if (i < report.rows.size()) json["worst"].push_back(report.rows[i].image);
  }
  return json;
}

Json AsJson(const eval::Column& column) {
  const eval::Fairness& f = *column.fairness;
  return {{"average", f.average},
          {"mean_ci95", column.mean_ci95},
          {"deviation", f.deviation},
          {"range", {f.lowest, f.highest}},
          {"greatest_deviation", f.greatest},
          {"farthest", column.groups[f.farthest].name},
          {"limit_a", 3 * f.deviation},
          {"within_a", f.within_deviations},
          {"limit_b", f.limit},
          {"within_b", f.within_human},
          {"fair", f.fair()}};
}

}  // namespace

Json AsJson(const eval::Report& report) {
  Json json = {{"title", report.title}, {"overall", AsJson(report.overall, report)}};
  json["groups"] = Json::object();
  json["fairness"] = Json::object();
  for (const eval::Column& column : report.columns) {
    for (const eval::Group& group : column.groups) {
      json["groups"][column.name][group.name] = AsJson(group.summary, report);
    }
    if (column.fairness) json["fairness"][column.name] = AsJson(column);
  }
  for (const eval::Degraded& each : report.degraded) {
    Json entry = AsJson(each.summary, report);
    entry["kind"] = each.kind;
    entry["level"] = each.level;
    entry["strength"] = each.strength;
    entry["iou_change"] = each.summary.iou.mean - report.overall.iou.mean;
    json["degraded"].push_back(entry);
  }
  json["images"] = Json::array();
  for (const eval::Row& row : report.rows) {
    Json entry = {{"image", row.image},
                  {"iou", row.scores.iou},
                  {"boundary_iou", row.scores.boundary_iou},
                  {"mae", row.scores.mae},
                  {"false_positive", row.scores.false_positive},
                  {"false_negative", row.scores.false_negative}};
    for (size_t c = 0; c < row.groups.size(); ++c) {
      if (!row.groups[c].empty()) entry["groups"][report.columns[c].name] = row.groups[c];
    }
    json["images"].push_back(entry);
  }
  json["faults"] = report.faults;
  return json;
}

}  // namespace selfieseg::cli
