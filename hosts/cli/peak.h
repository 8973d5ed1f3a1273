// What this machine could do at most, measured: multiplications with addition, and memory.
#pragma once

#include <string>

namespace selfieseg::cli {

// Billions of float multiplications with addition in a second, of one thread, by a loop of
// independent ones in registers, as wide as this instruction set's ("AVX2", "AVX3", "NEON", ...).
// The best of several short runs. 0 where the loop is not known.
double MeasurePeakGmacs(const std::string& instruction_set);

// Billions of bytes read and written in a second, of one thread that copies memory larger than the
// caches.
double MeasureCopyGbytes();

}  // namespace selfieseg::cli
