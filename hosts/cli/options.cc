#include "cli/options.h"

#include <CLI/CLI.hpp>
#include <sstream>

namespace selfieseg::cli {
namespace {

// What a check says of itself, such as "{a,b,c}" or "INT in [1 - 64]"; "" when there is none.
std::string CheckOf(CLI::Option& option) {
  try {
    return option.get_validator()->get_description();
  } catch (const CLI::OptionNotFound&) {
    return "";
  }
}

std::vector<std::string> ChoicesIn(const std::string& check) {
  std::vector<std::string> choices;
  if (!check.starts_with('{')) return choices;
  std::istringstream stream(check.substr(1, check.size() - 2));
  for (std::string choice; std::getline(stream, choice, ',');) choices.push_back(choice);
  return choices;
}

OptionText Describe(CLI::Option& option) {
  OptionText text;
  if (!option.get_snames().empty()) text.short_name = "-" + option.get_snames()[0];
  if (!option.get_lnames().empty()) text.long_name = "--" + option.get_lnames()[0];
  const bool flag = option.get_items_expected_max() == 0;
  const std::string check = CheckOf(option);
  text.value = flag ? "" : option.get_type_name();  // with ":" and the check
  if (text.value.ends_with(check)) text.value.resize(text.value.size() - check.size());
  if (!check.empty() && text.value.ends_with(':')) text.value.pop_back();
  if (text.positional()) text.value = option.get_name(true);
  text.description = option.get_description();
  if (!flag) text.standard = option.get_default_str();
  text.choices = ChoicesIn(check);
  return text;
}

}  // namespace

std::vector<CommandText> ListCommands(const CLI::App& app) {
  std::vector<CommandText> commands;
  for (const CLI::App* command : app.get_subcommands({})) {
    CommandText text = {command->get_name(), command->get_description(), command->get_footer(), {}};
    for (CLI::Option* option : const_cast<CLI::App*>(command)->get_options()) {
      text.options.push_back(Describe(*option));
    }
    commands.push_back(std::move(text));
  }
  return commands;
}

}  // namespace selfieseg::cli
