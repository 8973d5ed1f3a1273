// What the tool says: lines and JSON on standard output, warnings and errors on standard error.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

namespace selfieseg::cli {

// One line, whatever is in it: control characters become \n or \x1b. File names can hold anything.
std::string OneLine(const std::string& text);

// "5.1 ms".
std::string Milliseconds(double milliseconds);

void PrintLine(const std::string& line);

// Lines as they are.
void PrintText(const std::string& text);

// On one line. Bytes that are not UTF-8, which a file name may have, are replaced.
void PrintJson(const nlohmann::ordered_json& object);

// "selfieseg: ..." on standard error.
void PrintError(const std::string& sentence);

// Throws Failure when something printed so far did not reach standard output.
void CheckPrinted();

}  // namespace selfieseg::cli
