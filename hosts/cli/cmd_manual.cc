// `selfieseg manual`: the manual page, made of what --help says, so that the two cannot differ.
#include <CLI/CLI.hpp>
#include <cstdio>
#include <sstream>
#include <string>

#include "cli/commands.h"
#include "cli/options.h"
#include "selfieseg/selfieseg.h"

namespace selfieseg::cli {
namespace {

// Text for the formatter: no character of it is a request.
std::string Plain(const std::string& text) {
  std::string plain;
  for (const char c : text) {
    if (c == '\\') {
      plain += "\\e";
    } else if (c == '-') {
      plain += "\\-";
    } else if ((c == '.' || c == '\'') && (plain.empty() || plain.back() == '\n')) {
      plain += "\\&";
      plain += c;
    } else {
      plain += c;
    }
  }
  return plain;
}

std::string Bold(const std::string& text) { return "\\fB" + Plain(text) + "\\fR"; }
std::string Italic(const std::string& text) { return "\\fI" + Plain(text) + "\\fR"; }

std::string Names(const OptionText& option) {
  if (option.positional()) return Italic(option.value);
  std::string names = option.short_name.empty() ? "" : Bold(option.short_name);
  if (!names.empty() && !option.long_name.empty()) names += ", ";
  if (!option.long_name.empty()) names += Bold(option.long_name);
  return option.value.empty() ? names : names + " " + Italic(option.value);
}

// Paragraphs are filled; what is indented, the examples, stays as it is.
std::string Footer(const std::string& footer) {
  std::string roff;
  bool example = false;
  std::istringstream lines(footer);
  for (std::string line; std::getline(lines, line);) {
    const bool indented = line.starts_with("  ");
    if (indented != example) roff += indented ? ".PP\n.nf\n.RS 4\n" : ".RE\n.fi\n";
    example = indented;
    roff += line.empty() ? ".PP\n" : Plain(indented ? line.substr(2) : line) + "\n";
  }
  return example ? roff + ".RE\n.fi\n" : roff;
}

void Print(const CLI::App& app) {
  std::string roff =
      ".TH SELFIESEG 1 \"\" \"selfieseg " + Plain(selfieseg_version()) +
      "\" \"User Commands\"\n.SH NAME\nselfieseg \\- finds the person in pictures and clips\n"
      ".SH SYNOPSIS\n";
  for (const CommandText& command : ListCommands(app)) {
    roff += ".B selfieseg " + Plain(command.name) + "\n";
    for (const OptionText& option : command.options) {
      if (option.positional()) roff += ".I " + Plain(option.value) + "\n";
    }
    roff += "[" + Italic("option") + " ...]\n.br\n";
  }
  roff += ".SH DESCRIPTION\n" + Plain(app.get_description()) +
          " Nothing is ever sent anywhere. Every command explains itself with " + Bold("--help") +
          ".\n";
  for (const CommandText& command : ListCommands(app)) {
    roff += ".SH SELFIESEG " + Plain(command.name) + "\n" + Plain(command.summary) + ".\n";
    for (const OptionText& option : command.options) {
      roff += ".TP\n" + Names(option) + "\n" + Plain(option.description) + ".";
      if (!option.standard.empty()) roff += " Default: " + Plain(option.standard) + ".";
      roff += "\n";
    }
    if (!command.footer.empty()) roff += ".PP\n" + Footer(command.footer);
  }
  roff +=
      ".SH EXIT STATUS\n0: done. 1: something was wrong with a file or a result; standard error "
      "says what. 2: the arguments were wrong.\n";
  std::fputs(roff.c_str(), stdout);
}

}  // namespace

Run DefineManual(CLI::App& command) {
  command.footer("Examples:\n  selfieseg manual | man -l -");
  return [&command] {
    Print(*command.get_parent());
    return 0;
  };
}

}  // namespace selfieseg::cli
