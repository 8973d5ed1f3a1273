// The commands of the tool and their options as a list, for what is made of it: the manual page and
// the completions of shells.
#pragma once

#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace selfieseg::cli {

struct OptionText {
  std::string short_name, long_name;  // "-o" or "", "--output"; both empty: IN, a positional
  std::string value;                  // "OUT"; "": a flag
  std::string description, standard;  // and the default, or ""
  std::vector<std::string> choices;   // of the value, where there are only these

  bool positional() const { return short_name.empty() && long_name.empty(); }
};

struct CommandText {
  std::string name, summary;
  std::string footer;  // the paragraphs and examples under --help
  std::vector<OptionText> options;
};

std::vector<CommandText> ListCommands(const CLI::App& app);

}  // namespace selfieseg::cli
