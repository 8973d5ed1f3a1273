// The pictures that `selfieseg eval` judges, with the truth about each.
#pragma once

#include <string>
#include <vector>

namespace selfieseg::cli {

struct EvalItem {
  std::string name;                 // as in the manifest
  std::string image, mask;          // files
  std::string prediction;           // another program's mask; "": ours is judged
  std::vector<std::string> groups;  // its value in each column
  std::string fault;                // "", or why it cannot be judged
};

struct EvalSet {
  std::vector<std::string> columns;  // names of the group columns
  std::vector<EvalItem> items;
};

// Comma-separated values, quoted as RFC 4180 says; every row has as many as the first. Throws
// Failure without the file's name.
std::vector<std::vector<std::string>> ParseCsv(const std::string& text);

// The columns image and mask name files, from the manifest's folder. `groups` names the group
// columns; none: every column of text with few values. Throws Failure.
EvalSet ReadManifest(const std::string& path, const std::vector<std::string>& groups);

// Pairs the pictures of two folders by their names without extensions; a picture without a mask
// has a fault. Throws Failure when there is no picture.
EvalSet PairFolders(const std::string& images, const std::string& masks);

// Finds every item's prediction in a folder, by the picture's name without extension. One that is
// missing, or would serve two pictures, is a fault.
void FindPredictions(const std::string& folder, EvalSet* set);

}  // namespace selfieseg::cli
