// The command line tool: the table of commands, and the one place where errors become exit codes.
// 0: done; 1: something was wrong with a file or a result; 2: something was wrong with the
// arguments.
#include <CLI/CLI.hpp>
#include <cstdio>
#include <iostream>
#include <new>
#include <string>
#include <vector>

#include "cli/commands.h"
#include "cli/failure.h"
#include "cli/files.h"
#include "cli/interrupt.h"
#include "cli/report.h"
#include "selfieseg/selfieseg.hpp"

namespace selfieseg::cli {
namespace {

struct Command {
  const char* name;
  const char* summary;
  Run (*define)(CLI::App& command);
};

constexpr Command kCommands[] = {
    {"image", "Find the persons in pictures; cut them out, or change the background", DefineImage},
    {"video", "Find the persons in a clip; change the background, or make it transparent",
     DefineVideo},
    {"camera", "Be a camera for any call, whose background is replaced", DefineCamera},
    {"eval", "Judge masks against the truth: IoU, edges, fairness over groups", DefineEval},
    {"bench", "Time the network and a whole frame on this machine", DefineBench},
    {"net", "Run the bare network on a tensor in a file", DefineNet},
    {"info", "Show what this build uses, or compare two dumps of the network", DefineInfo},
    {"completion", "Print a script that lets a shell complete this tool's words", DefineCompletion},
    {"manual", "Print the manual page", DefineManual},
};

constexpr const char* kFooter =
    "Examples:\n"
    "  selfieseg image me.jpg -o mask.png\n"
    "  selfieseg image me.jpg -o me.png --emit cutout\n"
    "  selfieseg image photos -o blurred --background blur\n"
    "  selfieseg video me.mp4 -o blurred.mp4 --background blur\n"
    "  selfieseg image --help";

int Misused(const std::string& sentence, const std::string& command) {
  PrintError(sentence + "; see 'selfieseg " + (command.empty() ? "" : command + " ") + "--help'");
  return 2;
}

bool IsCommand(const std::string& name) {
  for (const Command& command : kCommands) {
    if (name == command.name) return true;
  }
  return false;
}

int Main(int argc, char** argv) {
  CLI::App app("Finds the person in a picture.", "selfieseg");
  app.get_formatter()->label("SUBCOMMAND", "COMMAND");
  app.set_version_flag("--version", std::string("selfieseg ") + selfieseg_version());
  app.require_subcommand(0, 1);  // after the first, a file may be called like a command
  app.footer(kFooter);
  std::vector<Run> runs;
  for (const Command& command : kCommands) {
    runs.push_back(command.define(*app.add_subcommand(command.name, command.summary)));
  }

  const std::string first = argc > 1 ? argv[1] : "";
  if (!first.empty() && first[0] != '-' && !IsCommand(first)) {
    return Misused("no command '" + first + "'", "");
  }
  const std::string command = IsCommand(first) ? first : "";
  try {
    app.parse(argc, argv);
    for (size_t i = 0; i < runs.size(); ++i) {
      if (app.got_subcommand(kCommands[i].name)) return runs[i]();
    }
    return Misused("a command is missing", "");
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() == 0) return app.exit(error, std::cout, std::cerr);  // --help
    return Misused(error.what(), command);
  } catch (const Misuse& misuse) {
    return Misused(misuse.what(), command);
  } catch (const Error& error) {  // of the library, such as a name that it does not know
    if (error.status() != SELFIESEG_BAD_ARGUMENT) throw;
    return Misused(error.what(), command);
  }
}

}  // namespace
}  // namespace selfieseg::cli

int main(int argc, char** argv) {
  using namespace selfieseg::cli;
  try {
    ReserveStandardStreams();
    CatchInterrupts();
    const int code = Main(argc, argv);
    std::cout.flush();
    CheckPrinted();
    return code;
  } catch (const Interrupted&) {
    std::fflush(stdout);
    EndByInterrupt();
  } catch (const std::bad_alloc&) {
    PrintError("out of memory");
  } catch (const std::exception& exception) {
    PrintError(exception.what());
  }
  return 1;
}
