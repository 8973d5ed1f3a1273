#!/bin/bash
# In the guest, as its only program: video devices of the kernel before and behind the camera, and what is seen. Says how it goes in
# lines with 'guest:'; makes /mnt/passed at the end.
set -uo pipefail
export PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/tmp XDG_RUNTIME_DIR=/run GST_REGISTRY=$GUEST_BUILD/guest/registry.bin GST_REGISTRY_UPDATE=no
say() { echo "guest: $*"; }
fail() { say "FAILED: $*"; cp /tmp/*.log /tmp/*.yuyv /mnt/ 2>/dev/null; tail -n 5 /tmp/*.log; exit 1; }
until_true() { # seconds, what
  local end=$((SECONDS + $1)); shift
  until "$@"; do [ $SECONDS -lt $end ] || return 1; sleep 0.3; done
}
camera() { "$GUEST_BUILD/selfieseg" camera "$@"; }
status_says() { camera status 2>/dev/null | grep -q "$1"; }

# ---- pixels of YUYV without padding

colour() { od -An -tu1 -j $((($3 * $4 + $2) * 2)) -N 4 "$1" | awk '{print $1, $2, $4}'; } # file, x, row, width
is_near() { # a colour and another, as numbers: Y, Cb, Cr
  [ $# = 6 ] || return 1
  local a=("${@:1:3}") b=("${@:4:3}") i difference
  for i in 0 1 2; do difference=$((a[i] - b[i])); [ ${difference#-} -le 16 ] || return 1; done
}
GREEN='111 105 58' PURPLE='66 176 167' BLACK='16 128 128' RED='65 100 212'
is_at() { is_near $(colour "$1" "$2" "$3" "$4") $5; } # file, x, row, width, colour

# ---- a reader, of GStreamer's: a file for each frame

reader=
start_reader() { # device, frame's bytes
  rm -f /tmp/frame-*; bytes=$2
  gst-launch-1.0 -q v4l2src device="$1" ! video/x-raw,format=YUY2 ! multifilesink location=/tmp/frame-%06d.yuyv max-files=40 >/tmp/reader.log 2>&1 & reader=$!
}
end_reader() { kill $reader; wait $reader 2>/dev/null; }
newest() { ls /tmp/frame-* 2>/dev/null | tail -n 2 | head -n 1; } # the last one may not be whole
frame() { cp "$(newest)" /tmp/now.yuyv 2>/dev/null && [ "$(stat -c %s /tmp/now.yuyv)" = "$bytes" ]; }

# ---- the picture

is_wall() { is_at "$1" 8 8 300 "$2" && is_at "$1" 290 8 300 "$2"; }
is_person() {
  local place
  for place in '132 60' '104 210' '180 254'; do
    is_at "$1" $place 300 "$(colour "$GUEST_BUILD/guest/picture.yuyv" $place 300)" || return 1
  done
}
shows_person() { # before a wall of this colour; other walls may be seen before it, and never the room
  local wall
  frame || return 1
  for wall in "$@"; do ! is_wall /tmp/now.yuyv "$wall" || break; wall=; done
  [ -n "$wall" ] || fail "the wall is $(colour /tmp/now.yuyv 8 8 300)"
  [ "$wall" = "$1" ] && is_person /tmp/now.yuyv
}
shows_bars() { frame && is_at /tmp/now.yuyv 220 150 320 "$RED"; }
shows_black() { frame && is_at /tmp/now.yuyv 220 150 320 "$BLACK"; }

start_camera() {
  camera --quality fast --model landscape --rate 10 "$@" >>/tmp/camera.log 2>&1 & process=$!
  until_true 60 status_says . || fail "the camera does not start"
}
end_camera() { camera stop; wait $process || fail "the camera ended with $?"; }

say "$(uname -r), up after $(cut -d. -f1 /proc/uptime) s"
modprobe vivid n_devs=1 node_types=0x1 vid_cap_nr=5 || fail "there is no vivid"
until_true 30 test -c /dev/video5 || fail "vivid makes no device"

camera doctor --output /dev/video0 >/tmp/doctor.log && fail "the doctor misses nothing"
grep -q 'good: Camera: /dev/video5, vivid' /tmp/doctor.log || fail "the doctor does not see vivid"
mend=$(grep -A1 'is not loaded' /tmp/doctor.log | sed -n 's/^ *sudo //p')
[ -n "$mend" ] || fail "the doctor does not say how v4l2loopback is loaded"
say "the doctor says: $mend"
$mend || fail "the doctor's command does not work"
number=$(grep -l selfieseg /sys/class/video4linux/*/name | sed 's/[^0-9]*4linux.video\([0-9]*\).*/\1/'); loop=/dev/video$number
until_true 30 test -c "$loop" || fail "v4l2loopback makes no device"
camera doctor --output "$loop" >/tmp/doctor.log || fail "the doctor is not content"
grep -q "good: For --output: $loop" /tmp/doctor.log || fail "the doctor does not see $loop"
say "the doctor is content with $loop"

start_camera --input "$GUEST_PICTURE" --output "$loop" --size 300x300 --background '#00b140'
camera --output /dev/video5 --input test >/tmp/second.log 2>&1 && fail "two cameras run"
timeout 60 v4l2-ctl -d "$loop" --stream-mmap=4 --stream-count=10 --stream-to=/tmp/ten.yuyv >/tmp/v4l2-ctl.log 2>&1 || fail "v4l2-ctl reads no frames"
[ "$(stat -c %s /tmp/ten.yuyv)" = $((10 * 180000)) ] || fail "ten frames are $(stat -c %s /tmp/ten.yuyv) bytes"
tail -c 180000 /tmp/ten.yuyv >/tmp/one.yuyv
is_wall /tmp/one.yuyv "$GREEN" || fail "v4l2-ctl sees $(colour /tmp/one.yuyv 8 8 300)"
say "v4l2-ctl reads ten frames with a green wall"

start_reader "$loop" 180000
until_true 90 shows_person "$GREEN" || fail "GStreamer sees no person"
cp /tmp/now.yuyv /mnt/green-300x300.yuyv; say "GStreamer reads the person before a green wall"
camera set background=#8020a0 || fail "the background cannot be set"
until_true 60 shows_person "$PURPLE" "$GREEN" || fail "the wall does not change"
say "the wall becomes another while it is read"
end_reader
if camera status --json | tr -d ' \n' | grep -q '"on_demand":true'; then
  until_true 60 status_says 'camera: closed' || fail "the source is open while nobody reads"
  say "the source is closed when nobody reads"
else
  status_says 'camera: open' || fail "the source is closed, though nobody can know whether somebody reads"
  say "this v4l2loopback does not tell who reads: the source stays open"
fi
end_camera

start_camera --output "$loop" --size 320x180 --background keep
start_reader "$loop" 115200
until_true 90 shows_bars || fail "vivid's bars are not seen"
status_says 'camera: open /dev/video5' || fail "vivid was not found"
cp /tmp/now.yuyv /mnt/bars-320x180.yuyv; say "vivid was found, and its bars are seen"
for times in 1 2; do
  echo vivid.0 >/sys/bus/platform/drivers/vivid/unbind
  until_true 60 shows_black || fail "without a source it does not show black"
  status_says 'showing: replacement' || fail "it says that it shows the picture"
  status_says '^problem: ' || fail "it does not tell why"
  echo vivid.0 >/sys/bus/platform/drivers/vivid/bind
  until_true 90 shows_bars || fail "the source came back, and is not seen"
  say "the source went away, black was shown, and it came back"
done
end_reader
end_camera
! grep -q CRITICAL /tmp/camera.log || fail "GStreamer complains"
touch /mnt/passed
say "all is well after $(cut -d. -f1 /proc/uptime) s"
cp /tmp/*.log /mnt/
