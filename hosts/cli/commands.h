// The commands of the tool. To add one, write its cmd_x.cc, declare it here, and give it a row in
// the table of main.cc.
#pragma once

#include <functional>

namespace CLI {
class App;
}

namespace selfieseg::cli {

// What a command does once its arguments are read. Returns the exit code; throws Failure.
using Run = std::function<int()>;

// Each adds its arguments, options and examples to `command`.
Run DefineImage(CLI::App& command);
Run DefineVideo(CLI::App& command);
Run DefineCamera(CLI::App& command);
Run DefineEval(CLI::App& command);
Run DefineBench(CLI::App& command);
Run DefineNet(CLI::App& command);
Run DefineInfo(CLI::App& command);
Run DefineCompletion(CLI::App& command);
Run DefineManual(CLI::App& command);

}  // namespace selfieseg::cli
