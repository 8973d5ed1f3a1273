#include "cli/eval_set.h"

#include <algorithm>
#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "cli/failure.h"
#include "cli/files.h"
#include "cli/numbers.h"
#include "cli/picture.h"

namespace selfieseg::cli {
namespace {

namespace fs = std::filesystem;

constexpr size_t kMostGroups = 20;  // values of a column that is one of groups

// Pictures of a folder by their names without extensions.
std::map<std::string, std::string> FilesByStem(const std::string& folder) {
  std::map<std::string, std::string> files;
  std::error_code error;
  fs::directory_iterator entry(folder, error);
  for (; !error && entry != fs::directory_iterator(); entry.increment(error)) {
    const fs::path path = entry->path();
    const bool hidden = path.filename().string().starts_with(".");
    if (hidden || FindFormatByContent(ReadBeginning(path, kSignatureBytes)) == nullptr) continue;
    const auto [first, fresh] = files.emplace(path.stem(), path);
    if (!fresh) throw Failure("'" + first->second + "' and '" + path.string() + "' have one name");
  }
  if (error) throw FileFailure(folder, "cannot be read: " + error.message());
  return files;
}

// By the JSON library, which knows.
bool IsUtf8(const Bytes& bytes) {
  try {
    static_cast<void>(nlohmann::json(std::string(bytes.begin(), bytes.end())).dump());
    return true;
  } catch (const nlohmann::json::type_error&) {
    return false;
  }
}

// Whether a column's values are few words, not numbers.
bool IsGroupColumn(const std::set<std::string>& values, size_t rows) {
  const bool few = values.size() >= 2 && values.size() <= kMostGroups && 2 * values.size() <= rows;
  return few && std::any_of(values.begin(), values.end(), [](const std::string& value) {
           return !Parse<double>(value).has_value();
         });
}

std::string Listed(const std::vector<std::string>& names) {
  std::string list;
  for (const std::string& name : names) list += (list.empty() ? "" : ", ") + name;
  return list;
}

}  // namespace

std::vector<std::vector<std::string>> ParseCsv(const std::string& text) {
  std::vector<std::vector<std::string>> rows;
  std::vector<std::string> row;
  std::string value;
  bool quoted = false;
  const auto fail = [&](const std::string& what) {
    throw Failure("row " + std::to_string(rows.size() + 1) + " " + what);
  };
  const auto end_row = [&] {
    row.push_back(std::move(value));
    value.clear();
    if (row.size() > 1 || !row[0].empty()) {  // an empty line is no row
      if (!rows.empty() && row.size() != rows[0].size()) {
        fail("has " + std::to_string(row.size()) + " values, the first has " +
             std::to_string(rows[0].size()));
      }
      rows.push_back(std::move(row));
    }
    row.clear();
  };
  for (size_t i = text.starts_with("\xEF\xBB\xBF") ? 3 : 0; i < text.size(); ++i) {
    const char c = text[i];
    if (quoted) {
      if (c != '"') {
        value += c;
      } else if (i + 1 < text.size() && text[i + 1] == '"') {
        value += text[++i];
      } else {
        quoted = false;
      }
    } else if (c == '"') {
      if (!value.empty()) fail("has a quote inside a value");
      quoted = true;
    } else if (c == ',') {
      row.push_back(std::move(value));
      value.clear();
    } else if (c == '\n') {
      end_row();
    } else if (c != '\r') {
      value += c;
    }
  }
  if (quoted) fail("has a quote that does not end");
  if (!value.empty() || !row.empty()) end_row();
  return rows;
}

EvalSet ReadManifest(const std::string& path, const std::vector<std::string>& groups) {
  const Bytes bytes = ReadFile(path);
  if (!IsUtf8(bytes)) throw FileFailure(path, "is not UTF-8; save it as such");
  std::vector<std::vector<std::string>> rows;
  try {
    rows = ParseCsv(std::string(bytes.begin(), bytes.end()));
  } catch (const Failure& failure) {
    throw FileFailure(path, failure.what());
  }
  if (rows.size() < 2) throw FileFailure(path, "has no row below its head");
  const std::vector<std::string> head = rows[0];
  rows.erase(rows.begin());
  const auto column = [&](const std::string& name) {
    const auto found = std::find(head.begin(), head.end(), name);
    if (found == head.end()) {
      throw FileFailure(path, "has no column '" + name + "'; there are " + Listed(head));
    }
    return size_t(found - head.begin());
  };
  const size_t image = column("image"), mask = column("mask");
  std::vector<size_t> group_columns;
  for (const std::string& name : groups) group_columns.push_back(column(name));
  for (size_t c = 0; groups.empty() && c < head.size(); ++c) {
    std::set<std::string> values;
    for (const auto& row : rows) values.insert(row[c]);
    values.erase("");
    if (c != image && c != mask && IsGroupColumn(values, rows.size())) group_columns.push_back(c);
  }
  EvalSet set;
  for (const size_t c : group_columns) set.columns.push_back(head[c]);
  const fs::path folder = fs::path(path).parent_path();
  for (const auto& row : rows) {
    EvalItem item = {row[image], folder / row[image], folder / row[mask], "", {}, ""};
    if (row[image].empty()) item.fault = "a row of '" + path + "' names no picture";
    if (row[mask].empty()) item.fault = "has no mask in '" + path + "'";
    for (const size_t c : group_columns) item.groups.push_back(row[c]);
    set.items.push_back(std::move(item));
  }
  return set;
}

EvalSet PairFolders(const std::string& images, const std::string& masks) {
  const std::map<std::string, std::string> truths = FilesByStem(masks);
  EvalSet set;
  for (const auto& [stem, image] : FilesByStem(images)) {
    const auto mask = truths.find(stem);
    EvalItem item = {fs::path(image).filename(), image, "", "", {}, ""};
    if (mask == truths.end()) {
      item.fault = "has no mask in '" + masks + "'";
    } else {
      item.mask = mask->second;
    }
    set.items.push_back(std::move(item));
  }
  if (set.items.empty()) throw FileFailure(images, "there is no picture in it");
  return set;
}

void FindPredictions(const std::string& folder, EvalSet* set) {
  const std::map<std::string, std::string> files = FilesByStem(folder);
  std::map<std::string, std::string> serves;  // which picture a prediction is of
  for (EvalItem& item : set->items) {
    const auto file = files.find(fs::path(item.image).stem());
    if (file == files.end()) {
      item.fault = "has no prediction in '" + folder + "'";
      continue;
    }
    item.prediction = file->second;
    const std::string& first = serves.emplace(item.prediction, item.image).first->second;
    if (first != item.image) {
      item.fault = "its prediction '" + item.prediction + "' is that of '" + first + "', too";
    }
  }
}

}  // namespace selfieseg::cli
