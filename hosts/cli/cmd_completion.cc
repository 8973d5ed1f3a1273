// `selfieseg completion`: scripts that let shells complete commands, options and their choices.
#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "cli/commands.h"
#include "cli/options.h"

namespace selfieseg::cli {
namespace {

constexpr const char* kFooter =
    "Examples:\n"
    "  source <(selfieseg completion bash)\n"
    "  selfieseg completion zsh > ~/.zfunc/_selfieseg\n"
    "  selfieseg completion fish > ~/.config/fish/completions/selfieseg.fish";

std::string Join(const std::vector<std::string>& words, const char* between = " ") {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : between) + word;
  return text;
}

std::vector<std::string> Names(const OptionText& option) {
  std::vector<std::string> names;
  if (!option.short_name.empty()) names.push_back(option.short_name);
  if (!option.long_name.empty()) names.push_back(option.long_name);
  return names;
}

std::string Escaped(const std::string& text, const std::string& special, const char* quote) {
  std::string escaped;
  for (const char c : text) {
    if (special.find(c) != std::string::npos) escaped += '\\';
    escaped += c == '\'' ? quote : std::string(1, c);
  }
  return escaped;
}

// Within single quotes, and within a specification of zsh's _arguments.
std::string ForZsh(const std::string& text) { return Escaped(text, "[]:\\", "'\\''"); }
std::string ForFish(const std::string& text) { return Escaped(text, "\\", "\\'"); }

std::string Bash(const std::vector<CommandText>& commands) {
  std::string names, options, choices;
  for (const CommandText& command : commands) {
    names += (names.empty() ? "" : " ") + command.name;
    std::vector<std::string> all;
    for (const OptionText& option : command.options) {
      for (const std::string& name : Names(option)) {
        all.push_back(name);
        if (option.choices.empty()) continue;
        choices +=
            "    '" + command.name + " " + name + "') words='" + Join(option.choices) + "' ;;\n";
      }
      if (option.positional() && !option.choices.empty()) {
        options += "      " + command.name + ") words='" + Join(option.choices) + "' ;;\n";
      }
    }
    choices += "    '" + command.name + " '*) [[ $word != -* ]] || words='" + Join(all) + "' ;;\n";
  }
  return "# bash completion for selfieseg\n"
         "_selfieseg() {\n"
         "  local word=${COMP_WORDS[COMP_CWORD]} words=''\n"
         "  case \"${COMP_WORDS[1]} ${COMP_WORDS[COMP_CWORD-1]}\" in\n" +
         choices +
         "  esac\n"
         "  if [ -z \"$words\" ] && [[ $word != -* ]]; then\n"
         "    case ${COMP_WORDS[1]} in\n" +
         options +
         "    esac\n"
         "  fi\n"
         "  [ \"$COMP_CWORD\" != 1 ] || words='" +
         names +
         " --help --version'\n"
         "  COMPREPLY=()\n"
         "  [ -z \"$words\" ] || mapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$word\")\n"
         "}\n"
         "complete -o default -F _selfieseg selfieseg\n";
}

std::string Zsh(const std::vector<CommandText>& commands) {
  std::string names, cases;
  for (const CommandText& command : commands) {
    names += "    '" + command.name + ":" + ForZsh(command.summary) + "'\n";
    cases += "    " + command.name + ") _arguments -s";
    for (const OptionText& option : command.options) {
      const std::string values =
          option.choices.empty() ? "_files" : "(" + Join(option.choices) + ")";
      if (option.positional()) {
        cases += " \\\n      '*:" + ForZsh(option.value) + ":" + values + "'";
        continue;
      }
      for (const std::string& name : Names(option)) {
        cases += " \\\n      '" + name + "[" + ForZsh(option.description) + "]";
        if (!option.value.empty()) cases += ":" + ForZsh(option.value) + ":" + values;
        cases += "'";
      }
    }
    cases += " ;;\n";
  }
  return "#compdef selfieseg\n"
         "_selfieseg() {\n"
         "  local -a commands=(\n" +
         names +
         "  )\n"
         "  if (( CURRENT == 2 )); then\n"
         "    _describe command commands\n"
         "    return\n"
         "  fi\n"
         "  shift words\n"
         "  (( CURRENT-- ))\n"
         "  case $words[1] in\n" +
         cases +
         "  esac\n"
         "}\n"
         "if [ \"$funcstack[1]\" = _selfieseg ]; then _selfieseg \"$@\"; else compdef _selfieseg "
         "selfieseg; fi\n";
}

std::string Fish(const std::vector<CommandText>& commands) {
  std::string script = "# fish completion for selfieseg\n";
  for (const CommandText& command : commands) {
    script += "complete -c selfieseg -n __fish_use_subcommand -f -a " + command.name + " -d '" +
              ForFish(command.summary) + "'\n";
    for (const OptionText& option : command.options) {
      script += "complete -c selfieseg -n '__fish_seen_subcommand_from " + command.name + "'";
      if (!option.short_name.empty()) script += " -s " + option.short_name.substr(1);
      if (!option.long_name.empty()) script += " -l " + option.long_name.substr(2);
      if (!option.positional() && !option.value.empty()) script += " -r";
      if (!option.choices.empty()) script += " -f -a '" + Join(option.choices) + "'";
      if (!option.positional()) script += " -d '" + ForFish(option.description) + "'";
      script += "\n";
    }
  }
  return script;
}

}  // namespace

Run DefineCompletion(CLI::App& command) {
  const auto shell = std::make_shared<std::string>();
  command.add_option("SHELL", *shell, "bash, zsh or fish")
      ->check(CLI::IsMember(std::vector<std::string>{"bash", "zsh", "fish"}))
      ->required();
  command.footer(kFooter);
  return [&command, shell] {
    const std::vector<CommandText> commands = ListCommands(*command.get_parent());
    const std::string script = *shell == "bash"  ? Bash(commands)
                               : *shell == "zsh" ? Zsh(commands)
                                                 : Fish(commands);
    std::fputs(script.c_str(), stdout);
    return 0;
  };
}

}  // namespace selfieseg::cli
