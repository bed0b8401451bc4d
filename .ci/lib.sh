# Shared by ./play, ./check and the parts of the check: finding and installing what is missing,
# and long steps that show how far they are. Sourced by bash, with ROOT set to the repository.
# shellcheck shell=bash

export DEBIAN_FRONTEND=noninteractive
JOBS=${JOBS:-$(nproc 2>/dev/null || echo 2)}
LOGS=${LOGS:-$ROOT/build/logs}
mkdir -p "$LOGS"
if [ -z "${CMAKE_GENERATOR:-}" ] && command -v ninja >/dev/null 2>&1; then
    export CMAKE_GENERATOR=Ninja
fi
if [ -z "${CMAKE_CXX_COMPILER_LAUNCHER:-}" ] && command -v ccache >/dev/null 2>&1; then
    export CMAKE_CXX_COMPILER_LAUNCHER=ccache CMAKE_C_COMPILER_LAUNCHER=ccache
fi
export NINJA_STATUS='[%f/%t] '

say() { printf '%s\n' "$*"; }
die() { printf '%s\n' "$*" >&2; exit 1; }

# What each group needs: a command, or a file, and the Debian package that brings it.
needs_of() {
    case $1 in
    build) echo 'g++=g++ make=make cmake=cmake ninja=ninja-build
        /usr/include/nlohmann/json.hpp=nlohmann-json3-dev /usr/include/CLI/CLI.hpp=libcli11-dev
        /usr/include/xxhash.h=libxxhash-dev' ;;
    page) echo 'emcc=emscripten wasm-opt=binaryen node=nodejs python3=python3
        xz=xz-utils' ;;
    tests) echo '/usr/include/doctest/doctest.h=doctest-dev clang++=clang valgrind=valgrind
        /usr/lib/python3/dist-packages/jsonschema=python3-jsonschema
        /usr/lib/llvm-*/lib/clang/*/lib/linux/libclang_rt.fuzzer-*.a=libclang-rt-dev
        /usr/lib/python3/dist-packages/jsonschema=python3-jsonschema git=git' ;;
    app) echo '/usr/include/SDL2/SDL.h=libsdl2-dev /usr/include/GL/gl.h=libgl-dev' ;;
    window) echo 'Xvfb=xvfb xauth=xauth import=imagemagick
        /usr/lib/*/dri/swrast_dri.so=libgl1-mesa-dri' ;;
    browser) echo 'chromium=chromium npm=npm brotli=brotli' ;;
    esac
}

# The packages of these groups that are not there.
missing_packages() {
    local group need
    for group in "$@"; do
        needs_of "$group" | tr -s ' \n' '\n\n' | while IFS= read -r need; do
            case $need in
            '') ;;
            /*) compgen -G "${need%%=*}" >/dev/null || echo "${need#*=}" ;;
            *) command -v "${need%%=*}" >/dev/null 2>&1 || echo "${need#*=}" ;;
            esac
        done
    done | sort -u
}

# need GROUP...: installs what is missing, or says exactly what that is.
need() {
    local missing how=
    missing=$(missing_packages "$@" | tr '\n' ' ')
    missing=${missing% }
    [ -n "$missing" ] || return 0
    if ! command -v apt-get >/dev/null 2>&1; then
        die "These are missing (by the names of Debian's packages): $missing
This system has no apt-get; install them in its own way, then run this again."
    fi
    if [ "$(id -u)" -ne 0 ]; then
        command -v sudo >/dev/null 2>&1 || die "These packages are missing: $missing
Neither root nor sudo is at hand. Have them installed, then run this again:
  apt-get install $missing"
        sudo -v || die "sudo was refused. Have these packages installed: $missing"
        how='sudo --preserve-env=DEBIAN_FRONTEND'
    fi
    # shellcheck disable=SC2086  # both are lists of words
    {
        (step "Reading the package lists" $how apt-get -q update) ||
            say "The package lists could not be refreshed; trying with those that are here."
        (step "Installing $missing" $how apt-get -q -y --no-install-recommends install $missing) ||
            die "Still missing: $(missing_packages "$@" | tr '\n' ' ')
Without a network they cannot be installed. With one, this does it:
  apt-get install $missing"
    }
    if command -v ninja >/dev/null 2>&1; then export CMAKE_GENERATOR=${CMAKE_GENERATOR:-Ninja}; fi
}

# step TITLE COMMAND...: runs quietly into a log; shows what it is at, every second on a terminal,
# every 20 seconds elsewhere; on failure shows the end of the log.
step() {
    local title=$1 log start pid last='' shown=0 code=0 seconds
    shift
    log=$LOGS/$(printf '%s' "$title" | tr -c 'A-Za-z0-9' '-' | cut -c1-60).log
    start=$(date +%s)
    [ -t 1 ] || say "$title ..."
    "$@" >"$log" 2>&1 </dev/null &
    pid=$!
    while kill -0 $pid 2>/dev/null; do
        sleep 0.5
        seconds=$(($(date +%s) - start))
        last=$(tail -c 300 "$log" 2>/dev/null | tr '\r' '\n' | grep -v '^ *$' | tail -n 1 | cut -c1-70)
        if [ -t 1 ]; then
            printf '\r\033[K%s ... %d s  %s' "${title:0:40}" $seconds "$last"
        elif [ $((seconds / 20)) -gt $shown ]; then
            shown=$((seconds / 20))
            say "  $seconds s  $last"
        fi
    done
    wait $pid || code=$?
    seconds=$(($(date +%s) - start))
    if [ -t 1 ]; then printf '\r\033[K'; fi
    if [ $code -ne 0 ]; then
        grep -nE 'error:|Error|FAILED|undefined reference' "$log" | head -n 20
        tail -n 25 "$log"
        say "$title: failed after $seconds s (exit code $code). The whole log: $log"
        return $code
    fi
    say "$title: done in $seconds s"
}
