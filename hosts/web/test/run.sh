#!/usr/bin/env bash
# run.sh [OPTION OF node --test...]: the tests of the browser's package, in node and in Chromium. ./dev test-web calls it.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
modules=$(realpath ../../../build-wasm)/node
mkdir -p "$modules"
if ! cmp -s package-lock.json "$modules/package-lock.json" || [ ! -d "$modules/node_modules" ]; then
  cp package.json package-lock.json "$modules/"
  npm ci --prefix "$modules" --ignore-scripts --no-audit --no-fund --silent || { rm "$modules/package-lock.json"; exit 1; }
fi
relaxed=--experimental-wasm-relaxed-simd  # node's name for it until it needed none
node $relaxed -e '' 2>/dev/null || relaxed=
node $relaxed --test "$@" ./*.test.mjs
