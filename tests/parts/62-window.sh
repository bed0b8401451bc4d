#!/usr/bin/env bash
# title: the native window opens and draws, with software OpenGL under Xvfb
# after: build-gcc
# shellcheck source=lib.sh disable=SC1091
. "$(dirname "$0")/lib.sh"
need window
shots=$CHECK/window
mkdir -p "$shots"

# Starts the program on a screen of its own, waits until it has drawn, takes a picture, ends it.
picture() {
    local name=$1 size=$2
    shift 2
    # shellcheck disable=SC2016  # the inner shell's to expand
    timeout 120 xvfb-run -a -s "-screen 0 ${size}x24" bash -c '
        shot=$1; shift
        "$@" & app=$!
        for second in $(seq 1 20); do
            sleep 1
            kill -0 $app 2>/dev/null || { echo "it ended by itself"; wait $app; exit 1; }
            import -window root "$shot"
            [ "$(identify -format %k "$shot")" -ge 32 ] && break
        done
        echo "colours after $second s: $(identify -format %k "$shot")"
        kill -TERM $app; wait $app; code=$?
        echo "ended with $code"
        [ "$(identify -format %k "$shot")" -ge 32 ] && { [ $code -eq 0 ] || [ $code -eq 143 ]; }
    ' picture "$shots/$name.png" "$@"
}
export LIBGL_ALWAYS_SOFTWARE=1 SDL_VIDEODRIVER=x11
app=$GCC/shell/runqueue-app
claim "the window opens and draws at 1440 x 900" picture large 1440x900 "$app"
claim "the window opens and draws at 1024 x 640" picture small 1024x640 "$app"
