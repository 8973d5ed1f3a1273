#!/usr/bin/env bash
# Runs the real OBS on an X server of its own: records a scene with both filters, and looks at the recording's pixels. Argument: the
# folder of the build. What it makes is in its folder obs-run.
set -euo pipefail
build=$(realpath "$1"); source=$(realpath "$(dirname "$0")"); run=$build/obs-run
rm -rf "$run"; mkdir -p "$run/runtime"; cd "$run"
export HOME=$run XDG_CONFIG_HOME=$run/.config XDG_RUNTIME_DIR=$run/runtime LIBGL_ALWAYS_SOFTWARE=1 QT_QPA_PLATFORM=xcb
chmod 700 runtime
fail() { printf 'record.sh: %s\n' "$*" >&2; exit 1; }

# The drawing of tests/somebody.h.
inside() { echo "lt(pow(((X-W/2)/H-$1)/$3\,2)+pow((Y/H-$2)/$4\,2)\,1)"; }
channel() { echo "if($(inside 0 0.42 0.145 0.20)\,$1\,if($(inside 0 0.36 0.19 0.25)\,$2\,if($(inside 0 0.60 0.085 0.12)\,$3\,if($(inside 0 1.15 0.48 0.55)\,$4\,$5))))"; }
ffmpeg -loglevel error -f lavfi -i "nullsrc=640x360:r=1,format=rgb24,geq=r=$(channel 224 45 200 40 120):g=$(channel 172 30 150 50 150):b=$(channel 145 22 125 90 130)" \
  -frames:v 1 somebody.png
ffmpeg -loglevel error -loop 1 -i somebody.png -r 30 -t 4 -pix_fmt yuv420p -c:v mpeg4 -q:v 2 somebody.mkv

plugin=.config/obs-studio/plugins/selfieseg
mkdir -p $plugin/bin/64bit .config/obs-studio/basic/{profiles,scenes} .config/obs-studio/basic/profiles/test
cp "$build/obs-plugins/selfieseg.so" $plugin/bin/64bit/; cp -r "$source/data" $plugin/
cat > .config/obs-studio/global.ini <<END
[General]
FirstRun=true
LastVersion=486539266
EnableAutoUpdates=false
[Basic]
Profile=test
ProfileDir=test
SceneCollection=test
SceneCollectionFile=test
END
cat > .config/obs-studio/basic/profiles/test/basic.ini <<END
[General]
Name=test
[Video]
BaseCX=1280
BaseCY=360
OutputCX=1280
OutputCY=360
FPSCommon=30
[Output]
Mode=Simple
[SimpleOutput]
FilePath=$run
RecFormat=mkv
RecQuality=Small
END
filter() { printf '{"id":"%s","versioned_id":"%s","name":"person","enabled":true,"settings":{"background":"color","color":%s}}' "$1" "$1" "$2"; }
item() { printf '{"id":%s,"name":"%s","source_uuid":"","visible":true,"pos":{"x":%s.0,"y":0.0},"scale":{"x":1.0,"y":1.0},"align":5,"bounds_type":0}' "$1" "$2" "$3"; }
cat > .config/obs-studio/basic/scenes/test.json <<END
{"name":"test","current_scene":"scene","current_program_scene":"scene","scene_order":[{"name":"scene"}],"sources":[
 {"id":"ffmpeg_source","versioned_id":"ffmpeg_source","name":"clip","settings":{"local_file":"$run/somebody.mkv","looping":true},
  "filters":[$(filter selfieseg_filter 4280295648)]},
 {"id":"image_source","versioned_id":"image_source","name":"picture","settings":{"file":"$run/somebody.png"},
  "filters":[$(filter selfieseg_filter_of_pixels 4292878368)]},
 {"id":"scene","versioned_id":"scene","name":"scene","settings":{"id_counter":2,"items":[$(item 1 clip 0),$(item 2 picture 640)]}}]}
END

mkfifo display
Xvfb -displayfd 9 -screen 0 1280x900x24 -nolisten tcp 9> display 2>xvfb.log & server=$!
trap 'kill $server 2>/dev/null || true' EXIT
read -r DISPLAY < display; export DISPLAY=:$DISPLAY
# OBS ends a recording at SIGINT, but not itself: the second signal is KILL. In the foreground: the muxer, its child, must not get any.
dbus-run-session -- timeout --foreground -s INT -k 5 "${SELFIESEG_OBS_SECONDS:-12}" obs --minimize-to-tray --multi --disable-updater --startrecording >obs.log 2>&1 || true
grep '\[selfieseg\]' obs.log || fail "OBS did not load the module; see $run/obs.log"

recording=$(ls -- *-*.mkv 2>/dev/null | head -1); [ -n "$recording" ] || fail "there is no recording; see $run/obs.log"
ffmpeg -loglevel error -ss 4 -i "$recording" -frames:v 1 -update 1 frame.png
expect() { # what, x, y, red, green, blue
  local pixel; pixel=($(ffmpeg -loglevel error -i frame.png -vf "crop=4:4:$2:$3,scale=1:1" -f rawvideo -pix_fmt rgb24 - | od -An -tu1))
  for i in 0 1 2; do
    local wanted=("${@:4}") difference
    difference=$((pixel[i] - wanted[i])); [ ${difference#-} -lt 24 ] || fail "$1 is ${pixel[*]}, and not ${wanted[*]}; see $run/frame.png"
  done
}
expect "the clip's wall" 8 8 224 32 32; expect "the clip's face" 318 150 224 172 145
expect "the picture's wall" 648 8 32 32 224; expect "the picture's face" 958 150 224 172 145
echo "Both filters work in OBS: $run/$recording, $run/frame.png"
