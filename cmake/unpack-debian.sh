#!/usr/bin/env bash
# unpack-debian.sh ARCHITECTURE FOLDER PACKAGE...: unpacks Debian packages into a folder, without what they depend on and without
# installing them. Needs no root, and changes nothing of this machine: apt-get gets lists of its own. Does it once for each folder.
set -euo pipefail
architecture=$1 folder=$2 packages="${*:3}"
[ "$(cat "$folder/unpacked" 2>/dev/null)" != "$packages" ] || exit 0
printf '== Unpacking %s (%s) into %s\n' "$packages" "$architecture" "$folder"

temp=$(mktemp -d); trap 'rm -rf "$temp"' EXIT
mkdir -p "$folder" "$temp"/{lists,cache}/partial
: >"$temp/status"
cat >"$temp/apt.conf" <<CONF
#clear APT::Architectures;
#clear APT::Update;  // hooks, which are for the machine's own lists
APT::Architecture "$architecture";
APT::Architectures { "$architecture"; };
APT::Sandbox::User "root";
Dir::State::lists "$temp/lists";
Dir::State::status "$temp/status";
Dir::Cache "$temp/cache";
CONF
apt-get -qq -c "$temp/apt.conf" update || echo "Some lists of packages could not be had. Going on without them."
(cd "$temp" && apt-get -qq -c "$temp/apt.conf" download "${@:3}")
for package in "$temp"/*.deb; do dpkg-deb -x "$package" "$folder"; done
echo "$packages" >"$folder/unpacked"
