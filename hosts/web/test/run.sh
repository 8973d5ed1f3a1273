#!/usr/bin/env bash
# run.sh [OPTION OF node --test...]: the tests of the browser's package, in node and in Chromium. ./dev test-web calls it.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
build=$(realpath ../../../build-wasm)
../npm.sh . "$build/node"
../npm.sh vite "$build/node-vite"
relaxed=--experimental-wasm-relaxed-simd  # node's name for it until it needed none
node $relaxed -e '' 2>/dev/null || relaxed=
node $relaxed --test "$@" ./*.test.mjs
