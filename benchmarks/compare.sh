#!/usr/bin/env bash
# Makes the Python environment of the engines to compare with, in build/compare-venv, and runs compare.py in it.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
venv=build/compare-venv wanted=benchmarks/requirements.txt

# Debian's Python, whose packages numpy and Pillow are enough for the rows that are our own.
[ -x $venv/bin/pip ] || /usr/bin/python3 -m venv --system-site-packages $venv
if ! cmp -s $wanted $venv/requirements.txt; then
  echo "== Fetching the engines to compare with into $venv (1 GB, once)"
  pip=($venv/bin/pip --quiet --disable-pip-version-check --retries 1 --timeout 20 install --no-deps)
  if "${pip[@]}" -r $wanted 2>$venv/pip.log; then
    cp $wanted $venv/requirements.txt
  elif ! "${pip[@]}" "$(grep -m 1 == $wanted)" 2>$venv/pip.log; then
    echo "compare: PyPI cannot be reached ($venv/pip.log). What is not installed is skipped." >&2
  else
    # Some have no package for this machine or Python.
    while read -r package; do
      "${pip[@]}" "$package" 2>$venv/pip.log ||
        echo "compare: PyPI has no $package for this machine; it is skipped." >&2
    done < <(grep == $wanted)
  fi
fi
exec $venv/bin/python benchmarks/compare.py "$@"
