#!/usr/bin/env bash
# npm.sh FROM FOLDER: installs what FROM/package-lock.json pins into FOLDER, unless it is there. Runs no scripts of packages.
set -euo pipefail
from=$1 folder=$2
mkdir -p "$folder"
! cmp -s "$from/package-lock.json" "$folder/package-lock.json" || exit 0
cp "$from/package.json" "$folder/"
cp "$from/package-lock.json" "$folder/"
npm ci --prefix "$folder" --ignore-scripts --no-audit --no-fund --silent || { rm "$folder/package-lock.json"; exit 1; }
