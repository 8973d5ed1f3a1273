#!/usr/bin/env bash
# run.sh BUILD PICTURE [DEB]: boots Debian's kernel in QEMU, where video devices can be made, and has guest.sh look at the camera there.
# v4l2loopback is built from Debian's package, or from DEB. What it leaves is in BUILD/guest. ./dev test-v4l2 calls it.
set -euo pipefail
here=$(realpath "$(dirname "$0")") build=$(realpath "$1") picture=$(realpath "$2") deb=${3:+$(realpath "$3")}
source=$(realpath "$here/../../..") guest=$build/guest root=$build/guest/root
fail() { printf 'run.sh: %s\n' "$*" >&2; exit 1; }
[ "$(dpkg --print-architecture)" = amd64 ] || fail "the guest is made for amd64"

version=$(apt-cache depends linux-image-amd64 | sed -n 's/.*Depends: linux-image-//p' | head -n 1)
[ -n "$version" ] || fail "apt-get knows no kernel: apt-get update"
short=${version%.*}
"$source/cmake/unpack-debian.sh" amd64 "$root" "linux-image-$version" "linux-headers-$version" "linux-headers-${version%-*}-common" \
  "linux-kbuild-$short" v4l2loopback-dkms || fail "Debian has no such packages any more: apt-get update"
loopback=$root
if [ -n "$deb" ]; then loopback=$guest/other; rm -rf "$loopback"; dpkg-deb -x "$deb" "$loopback"; fi
modules=$root/lib/modules/$version headers=$root/usr/src/linux-headers-$version
sed -i "s#include /usr/src/#include $root/usr/src/#" "$headers/Makefile"  # they are not where they are made for
cd "$loopback"/usr/src/v4l2loopback-*
make -s -C "$headers" M="$PWD" modules >"$guest/make.log" 2>&1 || fail "v4l2loopback cannot be built; see $guest/make.log"
mkdir -p "$modules/updates"; cp v4l2loopback.ko "$modules/updates/"; depmod -b "$root" "$version"

# The first files that the kernel sees: busybox, and the modules that the rest of this machine is seen by.
first=$guest/first; rm -rf "$first" "$guest/out"; mkdir -p "$first"/{bin,modules,proc,sys,dev,host,top,all} "$guest/out"
cp "$(command -v busybox)" "$first/bin/busybox"; cp "$here/init" "$first/init"
modprobe -d "$root" -S "$version" --show-depends -a virtio_pci 9pnet_virtio 9p overlay | sed -n 's/^insmod //p' | awk '!seen[$1]++' |
  { number=100; while read -r module; do cp "$module" "$first/modules/$number.ko"; number=$((number + 1)); done; }
(cd "$first" && find . | cpio --quiet -o -H newc | gzip -1) >"$guest/first.gz"
# Read where it is fast: what plugins there are, and what the picture is as frames are.
export GST_REGISTRY=$guest/registry.bin
gst-launch-1.0 -q filesrc location="$picture" ! decodebin ! videoconvert ! videoscale ! \
  video/x-raw,format=YUY2,width=300,height=300,colorimetry=bt601 ! filesink location="$guest/picture.yuyv"

echo "== Booting $version in QEMU, with $(basename "$PWD")"
# A processor without fused multiply-adds: QEMU's are so slow that the network takes 9 s instead of 0.8.
timeout 600 qemu-system-x86_64 -cpu Nehalem -accel tcg,thread=multi -m 2048 -smp 2 -nographic -no-reboot -nic none \
  -kernel "$root/boot/vmlinuz-$version" -initrd "$guest/first.gz" \
  -append "console=ttyS0 quiet panic=-1 GUEST_MODULES=$root/lib/modules GUEST_COMMAND=$here/guest.sh GUEST_BUILD=$build GUEST_PICTURE=$picture" \
  -fsdev local,id=host,path=/,security_model=none,readonly=on,multidevs=remap -device virtio-9p-pci,fsdev=host,mount_tag=host \
  -fsdev "local,id=out,path=$guest/out,security_model=none" -device virtio-9p-pci,fsdev=out,mount_tag=out \
  </dev/null | tee "$guest/console.log" | sed -n 's/.*guest: //p'
[ -f "$guest/out/passed" ] || fail "the guest says: $(tail -n 5 "$guest/console.log")"
echo "Programs of V4L2 see the person before the walls that they should: $guest/out"
