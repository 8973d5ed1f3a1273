#!/usr/bin/env bash
# run.sh BUILD PICTURE: headless Chromium takes the camera through the desktop portal and PipeWire, in a session of its own. What it
# leaves, pictures of the page and logs, is in BUILD/portal. ./dev test-portal calls it.
set -euo pipefail
here=$(realpath "$(dirname "$0")") build=$(realpath "$1") picture=$(realpath "$2")
run=$build/portal
if [ -z "${SELFIESEG_IN_SESSION:-}" ]; then
  rm -rf "$run"; mkdir -p "$run"/{home,backends}
  runtime=$(mktemp -d)  # for its user alone; a short name, as those of sockets must be
  trap 'for tries in {1..50}; do ! rm -rf "$runtime" 2>/dev/null || break; sleep 0.1; done' EXIT  # the portal mounts a folder there
  # The portal offers cameras only where somebody could ask the user. Nobody has to, as the permission is given before.
  printf '[portal]\nDBusName=org.freedesktop.impl.portal.desktop.nobody\nInterfaces=org.freedesktop.impl.portal.Access\nUseIn=none\n' >"$run/backends/nobody.portal"
  env -u DISPLAY -u WAYLAND_DISPLAY -u XDG_CURRENT_DESKTOP HOME="$run/home" XDG_RUNTIME_DIR="$runtime" XDG_DESKTOP_PORTAL_DIR="$run/backends" \
    SELFIESEG_IN_SESSION=yes dbus-run-session -- "$0" "$@" 2>"$run/bus.log" || { tail -n 3 "$run"/*.log >&2; exit 1; }
  exit
fi

processes=()
trap 'kill "${processes[@]}" 2>/dev/null || true; wait' EXIT
start() { local log=$1; shift; "$@" >"$run/$log.log" 2>&1 & processes+=($!); }
wait_for() { local tries; for tries in {1..200}; do ! "$@" &>/dev/null || return 0; sleep 0.1; done; echo "run.sh: in vain: $*" >&2; exit 1; }
store=org.freedesktop.impl.portal.PermissionStore
wait_for gdbus call --session --dest $store --object-path /${store//.//} --method $store.SetPermission devices true camera '' '["yes"]'
start pipewire pipewire
wait_for test -S "$XDG_RUNTIME_DIR/pipewire-0"
start wireplumber wireplumber
start camera "$build/selfieseg" camera --input "$picture" --size 512x512 --background '#00b140'
wait_for "$build/selfieseg" camera status
start portal /usr/libexec/xdg-desktop-portal --verbose
wait_for gdbus introspect --session --dest org.freedesktop.portal.Desktop --object-path /org/freedesktop/portal/desktop
timeout -k 5 120 node "$here/look.mjs" "$build" "$picture" 2>&1
