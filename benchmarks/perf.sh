#!/usr/bin/env bash
# `./dev perf`: counts the instructions of one call on one thread under callgrind, and compares them with instructions.txt;
# --update writes that file. Counts hardly depend on the machine, as times do: valgrind shows every x86 processor as one with AVX2.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
record=benchmarks/instructions.txt slack=3 # percent
fail() { printf 'perf: %s\n' "$*" >&2; exit 1; }
[ $# = 0 ] || [ "$*" = --update ] || fail "The only option is --update, not '$*'."

temp=$(mktemp -d); trap 'rm -rf "$temp"' EXIT
count() { # general, landscape: the bare network. frame: selfieseg_process of 640x360 RGBA, blur
  valgrind --tool=callgrind --callgrind-out-file=/dev/null --collect-atstart=no --toggle-collect=Counted \
    build/selfieseg_one_call "$1" >"$temp/kernels" 2>"$temp/log" || { cat "$temp/log" >&2; fail "valgrind failed."; }
  sed -n 's/.* Collected : //p' "$temp/log"
}
cmake_says() { sed -n "s/^set(CMAKE_CXX_$1 \"\(.*\)\")/\1/p" build/CMakeFiles/*/CMakeCXXCompiler.cmake; }
{
  echo "# Instructions of one call: './dev perf' compares with these, './dev perf --update' writes them."
  echo "compiler $(cmake_says COMPILER_ID) $(cmake_says COMPILER_VERSION)"
  echo "target $(cmake_says LIBRARY_ARCHITECTURE)"
  for call in general landscape frame; do echo "$call $(count "$call")"; done
  echo "kernels $(cat "$temp/kernels")"
} >"$temp/now"
if [ $# = 1 ]; then cp "$temp/now" "$record"; cat "$record"; exit; fi

was() { sed -n "s/^$1 //p" "$record"; }
now() { sed -n "s/^$1 //p" "$temp/now"; }
for what in target kernels; do
  [ "$(was $what)" = "$(now $what)" ] || fail "Cannot compare: $record is of the $what $(was $what), this is $(now $what)."
done
[ "$(was compiler)" = "$(now compiler)" ] ||
  echo "Another compiler than in $record, part of a change may be its own: was $(was compiler), is $(now compiler)"
echo "Instructions of one call, one thread, $(now kernels):"
awk -v slack="$slack" 'NR == FNR { was[$1] = $2; next } /^(general|landscape|frame) / {
    change = was[$1] ? ($2 / was[$1] - 1) * 100 : 100
    worse = change > slack || $2 == 0
    printf "%-10s was %9d, is %9d: %+.2f %%%s\n", $1, was[$1], $2, change, worse ? ", too many" : ""
    if (worse) bad = 1
  } END { exit bad }' "$record" "$temp/now" ||
  fail "More than $slack % above $record. If that is worth it: ./dev perf --update, and say why in the commit."
echo "None is more than $slack % above $record. To write new counts there: ./dev perf --update"
